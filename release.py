"""Write down what a release is made of, and look whether any of it is known to be unsafe.

    python3 release.py              write docs/sbom/*.cdx.json, a CycloneDX list of parts for each lock file
    python3 release.py --check      write nothing; exit status 1 where a list is behind its lock file
    python3 release.py --audit      ask PyPI for known vulnerabilities of every part (needs a network)

The lists are made from the lock files alone: the same bytes on every machine, without a network. They
stand in the repository, and so in every release. The audit needs ``pip-audit`` on the path, such as from
``pipx install pip-audit``; a part that it could not ask about makes it fail, too.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
FOLDER = ROOT / "docs" / "sbom"
LOCKS = {"vejviser": "requirements.lock", "vejviser-hub": "requirements-hub.lock"}
"""Name of a list → the lock file it is made from."""

_ENTRY = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\\n]+?))? \\$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def parts(lock: str) -> Iterator[dict[str, Any]]:
    """Yield a CycloneDX component for each package of the lock file's text *lock*."""
    for entry in re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE):
        if not (found := _ENTRY.match(entry.partition("\n")[0])):
            continue
        name, version, marker = found["name"], found["version"], found["marker"]
        purl = f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"
        hashes = [{"alg": "SHA-256", "content": one} for one in _HASH.findall(entry)]
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": version,
            "purl": purl,
            # What only some systems need is in the list, with the systems that do.
            **(
                {"properties": [{"name": "vejviser:only-where", "value": marker}]} if marker else {}
            ),
            "externalReferences": [
                {"type": "distribution", "url": purl, "hashes": hashes},
            ],
        }


def sbom(name: str) -> str:
    """Return the list *name* as CycloneDX 1.6 JSON."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    components = list(parts((ROOT / LOCKS[name]).read_text(encoding="utf-8")))
    asked = [*project["dependencies"]]
    if name == "vejviser-hub":
        asked += project["optional-dependencies"]["hub"]
    direct = {re.match(r"[\w.-]+", line)[0].lower() for line in asked}  # type: ignore[index]
    root = f"pkg:pypi/{project['name']}@{project['version']}"
    told = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": name,
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            },
            "properties": [{"name": "vejviser:made-from", "value": LOCKS[name]}],
        },
        "components": components,
        "dependencies": [
            {
                "ref": root,
                "dependsOn": [
                    part["bom-ref"] for part in components if part["name"].lower() in direct
                ],
            }
        ],
    }
    # The same parts have the same number, whoever counts them.
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(told, sort_keys=True))
    return json.dumps({**told, "serialNumber": f"urn:uuid:{number}"}, indent=1) + "\n"


def audit() -> int:
    """Run pip-audit on the lock files; return 1 where a part is unsafe or could not be asked about."""
    words = ["pip-audit", "--require-hashes", "--disable-pip", "--strict"]
    files = [word for lock in LOCKS.values() for word in ("-r", str(ROOT / lock))]
    try:
        return subprocess.run([*words, *files], check=False).returncode
    except FileNotFoundError:
        print("release.py: pip-audit is not on the path; pipx install pip-audit", file=sys.stderr)
        return 2


def main(words: list[str]) -> int:
    """Do what *words* ask for and return the exit status."""
    if words == ["--audit"]:
        return audit()
    behind = 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, lock in LOCKS.items():
        file = FOLDER / f"{name}.cdx.json"
        old = file.read_text(encoding="utf-8") if file.exists() else ""
        if old != (new := sbom(name)):
            if words == ["--check"]:
                print(f"{file.name} is behind {lock}; python3 release.py", file=sys.stderr)
                behind = 1
            else:
                file.write_text(new, encoding="utf-8", newline="\n")
    return behind


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
