"""What decides the numbers of an experiment, its short code, and where it is kept.

Everything that can change a byte of the tables and figures goes into the code, and nothing else: no
time, no name of a machine or a folder, no number of processes. So the same question to the same program
has one code, and the code leads back to the question.
"""

import json
import re
import shutil
import subprocess
from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any, Literal

from pydantic import ValidationError

from data import DataError
from data.places import data_folder
from simulation.experiments.scenario_file import (
    as_json,
    load_scenario,
    save_scenario,
    scenario_from_json,
    scenario_values,
)
from simulation.experiments.whole_file import write_whole
from simulation.model import Engine
from simulation.scenario import Scenario, ScenarioError

FORMAT = 1
"""The version of the file; it goes into the code."""
MANIFEST = "manifest.json"
"""The name of the file, in a folder of results and in the archive."""
LIBRARIES = (
    *("numpy", "scipy", "pandas", "pyarrow", "numba", "llvmlite", "simpy", "SALib"),
    *("holidays", "matplotlib", "babel"),
)
"""Libraries that numbers, tables and figures are made with."""
_HOUSE = Path(__file__).parents[2]
_SIGNS = 12
"""Letters and digits of a code, five bits each."""
_LOOKALIKES = str.maketrans("018", "OIB")
"""Digits that no code holds, and the letters they are taken for."""


Reason = Literal[
    "no_code",
    "unknown",
    "no_file",
    "not_ours",
    "foreign",
    "changed",
    "other_scenario",
    "old_scenario",
    "no_kind",
]


class ManifestError(ValueError):
    """A manifest cannot be found or read, or is not what it says it is.

    Texts under ``manifest.<reason>`` say it in each language.
    """

    def __init__(self, reason: Reason, sentence: str, **slots: str) -> None:
        super().__init__(sentence)
        self.reason: Reason = reason
        """Why: this is no code; no experiment of that code was recorded here; there is no such file; it is
        no manifest; the folder holds somebody else's; the manifest was changed; a scenario's file was; it
        holds a scenario, or is of a kind, that this version does not know."""
        self.slots = slots
        """What stands in the slots of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What computes: all of it that may change a number."""

    version: str
    """The version of Vejviser."""
    sources: str
    """The digest of the sources, definitions, presets and texts in data/ and simulation/."""
    lock: str
    """The digest of the lock file; empty where Vejviser was installed without one."""
    python: str
    """The version of Python without its last part; 3.12 adds decimals up in another way than 3.11."""
    libraries: Mapping[str, str]
    """The version of each of :data:`LIBRARIES`."""

    def differences(self, other: "Program") -> dict[str, tuple[str, str]]:
        """Return what differs, by name, with its value here and in *other*."""
        mine, theirs = ({**asdict(one), **one.libraries} for one in (self, other))
        return {
            name: (mine.get(name, ""), theirs.get(name, ""))
            for name in {**mine, **theirs}
            if name != "libraries" and mine.get(name) != theirs.get(name)
        }


@cache
def current_program() -> Program:
    """Return the program that runs now."""
    return Program(
        version=_version("vejviser"),
        sources=_digest_of(
            file
            for room in ("data", "simulation")
            for file in sorted((_HOUSE / room).rglob("*"))
            if file.suffix in {".py", ".toml"}
        ),
        lock=_digest_of(file for file in [_HOUSE / "requirements.lock"] if file.is_file()),
        python=python_version().rpartition(".")[0],
        libraries={name: _version(name) for name in LIBRARIES},
    )


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A question to the model, complete: whoever has it can have the answer again.

    Raises :exc:`TypeError` or :exc:`ValueError` where *arguments* hold what JSON cannot say.
    """

    kind: str
    """What was done, such as ``run``; see :data:`simulation.experiments.recorded.KINDS`."""
    scenarios: Sequence[Scenario]
    """The scenarios, in the order in which the experiment takes them."""
    seed: int
    replications: int
    """Replications of each scenario; where they grow until they are enough, the most there may be."""
    engine: Engine = "compiled"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """What else the experiment was told: numbers, words, lists and tables of them."""
    program: Program = field(default_factory=current_program)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scenarios", tuple(self.scenarios))
        # As it is read back from a file: lists for tuples, words for days.
        object.__setattr__(self, "arguments", json.loads(as_json(dict(self.arguments))))

    @cached_property
    def code(self) -> str:
        """The short code, such as ``K3QF-72MA-XW5D``; it stands on every figure and table."""
        digest = blake2b(as_json(self._decisive).encode(), digest_size=16).digest()
        letters = b32encode(digest).decode()[:_SIGNS]
        return "-".join(re.findall("....", letters))

    @cached_property
    def text(self) -> str:
        """The manifest as one line of JSON, as it stands inside tables and figures.

        Of a case list it holds the number of posts and cases and a digest, never a line of it.
        """
        return as_json({"code": self.code, **self._decisive})

    @cached_property
    def _decisive(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "kind": self.kind,
            "arguments": self.arguments,
            "seed": self.seed,
            "replications": self.replications,
            "engine": self.engine,
            "program": asdict(self.program),
            "scenarios": [_without_case_list(scenario) for scenario in self.scenarios],
        }


def _circumstances() -> dict[str, str]:
    """Return what is good to know about the program and decides nothing."""
    return {"python": python_version(), "commit": _commit()}


@dataclass(frozen=True, kw_only=True)
class Record:
    """A manifest with what came of it, as the file ``manifest.json`` holds it."""

    manifest: Manifest
    files: Mapping[str, str]
    """The digest of each file that was written, by its name."""
    made_with: Mapping[str, str] = field(default_factory=_circumstances)
    """What is good to know and decides nothing: the whole version of Python, the commit."""

    @property
    def text(self) -> str:
        """The content of the file: JSON on several lines, the code first."""
        told = {
            **json.loads(self.manifest.text),
            "files": dict(self.files),
            "made_with": dict(self.made_with),
        }
        order = ("code", "kind", "arguments", "seed", "replications", "engine", "files")
        rest = sorted(told.keys() - set(order))
        whole = {name: told[name] for name in (*order, *rest)}
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"

    def save(self, folder: Path) -> None:
        """Write the manifest to *folder*, and beside it each scenario as a file that can be read."""
        for name, scenario in zip(
            scenario_files(self.manifest), self.manifest.scenarios, strict=True
        ):
            save_scenario(scenario, folder / name)
        write_whole(folder / MANIFEST, self.text.encode())


def read_record(file: Path) -> Record:
    """Return the record in *file*, a ``manifest.json``.

    A case list is read from the scenario's file beside it. Raises :exc:`ManifestError` where the file
    is none, was changed by hand, or comes from a version whose scenarios this one does not know.
    """
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        program = Program(**told["program"])
        scenarios = [
            _scenario(values, file.with_name(name))
            for values, name in zip(
                told["scenarios"], _scenario_names(len(told["scenarios"])), strict=True
            )
        ]
        manifest = Manifest(
            kind=told["kind"],
            scenarios=scenarios,
            seed=told["seed"],
            replications=told["replications"],
            engine=told["engine"],
            arguments=told["arguments"],
            program=program,
        )
        record = Record(manifest=manifest, files=told["files"], made_with=told["made_with"])
    except ManifestError:
        raise
    except FileNotFoundError as error:
        missing = str(error.filename)
        raise ManifestError("no_file", f"there is no file '{missing}'", file=missing) from error
    except (ScenarioError, ValidationError, DataError) as error:
        fault = str(error).splitlines()[0]
        raise ManifestError(
            "old_scenario",
            f"'{file}' holds a scenario that this version of Vejviser does not know "
            f"({fault}); use the version that made it",
            file=str(file),
            fault=fault,
        ) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        sentence = f"'{file}' is no manifest of Vejviser ({error!r})"
        raise ManifestError("not_ours", sentence, file=str(file)) from error
    if told["code"] != manifest.code:
        raise ManifestError(
            "changed",
            f"'{file}' says {told['code']}, but its content is {manifest.code}: it was changed "
            "after it was written, or comes from another version",
            file=str(file),
            told=str(told["code"]),
            code=manifest.code,
        )
    return record


def archive_folder() -> Path:
    """Return the folder that keeps the manifest of every experiment on this machine, by code."""
    return data_folder() / "experiments"


def archived(code: str) -> Path:
    """Return where the manifest of *code* lies; hyphens and small letters do not matter.

    Raises :exc:`ManifestError` for what is no code, and where no experiment of that code was recorded
    on this machine.
    """
    code = normal_code(code)
    file = archive_folder() / code / MANIFEST
    if not file.is_file():
        raise ManifestError(
            "unknown",
            f"no experiment {code} was recorded on this machine; "
            f"name the {MANIFEST} that lies beside its results",
            code=code,
        )
    return file


def normal_code(code: str) -> str:
    """Return *code* as it is written.

    >>> normal_code("k3qf72maxw5d")
    'K3QF-72MA-XW5D'
    """
    letters = re.sub(r"[\s-]", "", code).upper().translate(_LOOKALIKES)
    if not re.fullmatch(f"[A-Z2-7]{{{_SIGNS}}}", letters):
        sentence = f"'{code}' is no code; one looks like K3QF-72MA-XW5D"
        raise ManifestError("no_code", sentence, code=code)
    return "-".join(re.findall("....", letters))


def scenario_files(manifest: Manifest) -> tuple[str, ...]:
    """Return the name of each scenario's file beside the manifest."""
    return _scenario_names(len(manifest.scenarios))


def digest(content: bytes) -> str:
    """Return the digest of a file's *content*."""
    return blake2b(content, digest_size=16).hexdigest()


def _scenario_names(count: int) -> tuple[str, ...]:
    if count == 1:
        return ("scenario.toml",)
    return tuple(f"scenario_{number}.toml" for number in range(1, count + 1))


def _without_case_list(scenario: Scenario) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(as_json(scenario_values(scenario)))
    listed = {key: values.pop(key) for key in ("posts", "cases")}
    if any(listed.values()):
        counts = {key: len(entries) for key, entries in listed.items()}
        values["case_list"] = counts | {"digest": digest(as_json(listed).encode())}
    return values


def forget_archived_list(scenario: Scenario) -> None:
    """Delete the case list of *scenario* from the archive: each file of a scenario that holds it.

    The manifests stay, and tell of the list what they told before: how long it was, and its digest. An
    experiment with the list can then be made again only by who has the list. Raises :exc:`OSError` where
    a file cannot be deleted.
    """
    wanted = _without_case_list(scenario).get("case_list")
    if wanted is None:
        return
    for file in archive_folder().glob(f"*/{MANIFEST}"):
        try:
            scenarios = json.loads(file.read_text(encoding="utf-8"))["scenarios"]
            lists = [values.get("case_list") for values in scenarios]
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # no manifest of ours
        for found, name in zip(lists, _scenario_names(len(lists)), strict=True):
            if found == wanted:
                file.with_name(name).unlink(missing_ok=True)


def _scenario(values: dict[str, Any], beside: Path) -> Scenario:
    """Return the scenario of *values*; where a case list belongs to it, from the file *beside*."""
    case_list = values.get("case_list")
    if case_list is None:
        return scenario_from_json(values)
    found = load_scenario(beside)
    if _without_case_list(found) != values:
        raise ManifestError(
            "other_scenario",
            f"'{beside}' is not the scenario that the manifest tells of: it was changed, or its "
            "case list is another",
            file=str(beside),
        )
    return found


def _digest_of(files: Iterable[Path]) -> str:
    """Return the digest of text *files*, the same on every system; empty where there are none."""
    found = blake2b(digest_size=16)
    some = False
    for file in files:
        some = True
        found.update(file.relative_to(_HOUSE).as_posix().encode() + b"\0")
        found.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return found.hexdigest() if some else ""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _commit() -> str:
    """Return the commit of the sources, empty where there is none to be had."""
    git = shutil.which("git")
    if git is None or not (_HOUSE / ".git").exists():
        return ""
    asked = [git, "-C", str(_HOUSE), "rev-parse", "HEAD"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 (fixed words)
    return told.stdout.strip() if told.returncode == 0 else ""
