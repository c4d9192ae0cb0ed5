"""What a decision is built on: the question to the model, what it found in words, what to expect.

A basis has a manifest, so its code leads back to it: :func:`recalculate` asks the model again, and so
does ``vejviser rebuild``.
"""

import json
from dataclasses import asdict, dataclass, fields
from threading import Event

from data.decisions import Number, figure_answers
from data.texts import Texts
from simulation.experiments.decision_figures import figures, numbers
from simulation.experiments.decision_words import About, draft, own_numbers, room, whole_lines
from simulation.experiments.manifest import (
    Manifest,
    Record,
    archive_folder,
    archived,
    current_program,
    normal_code,
    read_record,
)
from simulation.experiments.recorded import archive
from simulation.experiments.replications import together
from simulation.experiments.share_code import ShareCodeError, share_code
from simulation.experiments.whole_file import write_whole
from simulation.measures import MEASURES
from simulation.results import Result
from simulation.study import Study

NUMBERS = "numbers.json"
"""The file beside the manifest in the archive that holds every measure."""


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The material of a decision."""

    manifest: Manifest
    answers: dict[str, str]
    """What it answers of the form ``decision``: the question, the findings, the expected figures."""
    numbers: tuple[Number, ...]
    """Every measure."""


def basis(study: Study, texts: Texts, *, seed: int, about: About | None = None) -> Basis:
    """Return what *study*, which was run with *seed*, gives a decision, in the language of *texts*."""
    about = about or About()
    manifest = question_of(study, texts, seed=seed)
    words = {**draft(study, texts, about), "state": about.state}
    source = {
        "code": manifest.code,
        "seed": str(seed),
        "replications": str(manifest.replications),
        "years": str(study.scenario.years),
        "against": about.against[: room("against")],
        "municipality": "invented" if about.own is None else "own",
        "own_figures": whole_lines("own_figures", own_numbers(about, texts), texts),
    }
    given = {**words, **source, **figure_answers(figures(study))}
    answers = {name: value for name, value in given.items() if value}
    return Basis(manifest=manifest, answers=answers, numbers=numbers(study))


def question_of(study: Study, texts: Texts, *, seed: int) -> Manifest:
    """Return the manifest of *study*: a comparison with its base, or a run where nothing differs.

    It is the one that ``vejviser compare BASE SCENARIO`` or ``vejviser run SCENARIO`` writes.
    """
    count = len(study.results)
    if study.base is None or not study.compared:
        return Manifest(kind="run", scenarios=(study.scenario,), seed=seed, replications=count)
    return Manifest(
        kind="compare",
        scenarios=(study.base, study.scenario),
        seed=seed,
        replications=count,
        arguments={"lang": texts.language},
    )


def keep(basis: Basis) -> None:
    """Keep the question and every number on this machine, under the code of the question.

    Raises :exc:`OSError` where they cannot be written.
    """
    archive(Record(manifest=basis.manifest, files={}))
    told = [asdict(one) for one in basis.numbers]
    file = archive_folder() / basis.manifest.code / NUMBERS
    write_whole(file, (json.dumps(told, indent=1) + "\n").encode())


def read_numbers(code: str) -> tuple[Number, ...]:
    """Return every number that was kept under *code*; none where they are not on this machine."""
    names = {field.name for field in fields(Number)}
    try:
        told = json.loads((archive_folder() / normal_code(code) / NUMBERS).read_text("utf-8"))
        return tuple(
            Number(**{name: one[name] for name in names & one.keys()})
            for one in told
            if one["measure"] in MEASURES
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return ()


def commands(code: str) -> tuple[str, ...]:
    """Return what to type to have the numbers of *code* again: here, and on any other machine.

    None where no such question was kept on this machine.
    """
    try:
        manifest = read_record(archived(code)).manifest
        shared = [share_code(scenario) for scenario in manifest.scenarios]
    except ShareCodeError:
        shared = []
    except (ValueError, OSError):
        return ()
    here = f"vejviser rebuild {manifest.code} --out {manifest.code}"
    if not shared:
        return (here,)
    lang = f" --lang {manifest.arguments['lang']}" if "lang" in manifest.arguments else ""
    told = f"--replications {manifest.replications} --seed {manifest.seed}{lang}"
    return here, f"vejviser {manifest.kind} {' '.join(shared)} {told}"


@dataclass(frozen=True, kw_only=True)
class Recalculated:
    """A question that was asked again."""

    study: Study
    program: dict[str, tuple[str, str]]
    """What of the program is another than when it was asked first, by name, then and now."""

    @property
    def answers(self) -> dict[str, str]:
        """The expected figures, as the form ``decision`` keeps them."""
        return figure_answers(figures(self.study))


def recalculate(code: str, cancel: Event | None = None) -> Recalculated | None:
    """Ask the model again what was asked under *code*; None after a *cancel*.

    Raises :exc:`~simulation.experiments.manifest.ManifestError` where no such question was kept on this
    machine, or it cannot be read.
    """
    manifest = read_record(archived(code)).manifest
    told = (manifest.scenarios, manifest.replications, manifest.seed)
    rows = [*together(*told, cancel=cancel, engine=manifest.engine)]
    if len(rows) < manifest.replications:
        return None
    columns: list[tuple[Result, ...]] = [*zip(*rows, strict=True)]
    # The base of a comparison comes first.
    base = (manifest.scenarios[0], columns[0]) if len(columns) > 1 else (None, ())
    study = Study(manifest.scenarios[-1], columns[-1], *base)
    return Recalculated(study=study, program=manifest.program.differences(current_program()))
