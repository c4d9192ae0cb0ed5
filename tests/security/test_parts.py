"""The list of parts (SBOM) that goes with each release: whole, up to date, the same on every machine."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def release():
    spec = importlib.util.spec_from_file_location("release", ROOT / "release.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["vejviser", "vejviser-hub"])
def test_the_list_names_every_locked_package_with_its_version_and_hashes(release, name):
    lock = (ROOT / release.LOCKS[name]).read_text(encoding="utf-8")
    listed = json.loads((ROOT / "docs" / "sbom" / f"{name}.cdx.json").read_text(encoding="utf-8"))
    components = listed["components"]

    locked = re.findall(r"^([\w.-]+)==([^\s;]+)", lock, re.MULTILINE)
    assert [(part["name"], part["version"]) for part in components] == locked
    hashes = [
        one["content"] for part in components for one in part["externalReferences"][0]["hashes"]
    ]
    assert hashes == re.findall(r"sha256:(\w+)", lock)
    assert len({part["bom-ref"] for part in components}) == len(components)
    known = {part["bom-ref"] for part in components}
    assert len(listed["dependencies"][0]["dependsOn"]) >= 20
    assert set(listed["dependencies"][0]["dependsOn"]) <= known


def test_the_lists_are_up_to_date_and_the_same_when_made_again(release):
    for name in release.LOCKS:
        kept = (ROOT / "docs" / "sbom" / f"{name}.cdx.json").read_text(encoding="utf-8")
        assert kept == release.sbom(name) == release.sbom(name)


def test_a_part_that_is_not_listed_is_noticed(release, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(release, "FOLDER", tmp_path)
    assert release.main([]) == 0
    assert release.main(["--check"]) == 0
    file = tmp_path / "vejviser.cdx.json"
    file.write_text(file.read_text(encoding="utf-8").replace("voila", "viola"), encoding="utf-8")

    assert release.main(["--check"]) == 1
    assert "vejviser.cdx.json" in capsys.readouterr().err
