"""The start script, the lock files and the wheel."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-hub.lock"]


def pinned(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([\w.+!-]+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_has_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)

    assert all("--hash=sha256:" in entry for entry in entries if entry.strip())
    assert not re.search(r"https?:|file:|index-url|find-links", text)


def test_the_tests_run_on_what_the_user_runs_on():
    tests = pinned("requirements-test.lock")

    assert all(tests[name] == version for name, version in pinned("requirements.lock").items())


def test_a_municipality_runs_on_what_was_tested_and_on_all_that_one_user_has():
    tests, hub = pinned("requirements-test.lock"), pinned("requirements-hub.lock")

    assert all(tests[name] == version for name, version in hub.items())
    assert pinned("requirements.lock").items() <= hub.items()
    assert {"jupyterhub", "oauthenticator", "configurable-http-proxy", "psycopg"} <= hub.keys()


def test_every_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.match(r"[\w-]+", line)[0] for line in project["dependencies"]}

    assert wanted <= pinned("requirements.lock").keys()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"]
    subprocess.run([*build, "-w", folder, ROOT], check=True)
    return next(folder.glob("*.whl"))


def test_a_wheel_holds_the_four_rooms_and_their_files(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    rooms = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert rooms == {"data", "simulation", "widgets", "handbook"}
    for needed in (
        "data/presets/medium.toml",
        "data/texts/da/page.toml",
        "data/definitions/rules.toml",
        "simulation/py.typed",
        "handbook/da/01_koordinator.ipynb",
        "handbook/en/kapacitet.ipynb",
        "handbook/research/da/foerste_scenarie.ipynb",
        "handbook/share/jupyter/voila/templates/vejviser/index.html.j2",
        "handbook/hub/templates/login.html",
    ):
        assert needed in names


def test_the_rooms_of_a_wheel_work_in_any_folder(wheel, tmp_path):
    room = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(room)
    code = (
        "import data, simulation, widgets, handbook, pathlib\n"
        "from simulation import Scenario, run\n"
        "from data import Texts\n"
        "assert run(Scenario.preset('small', years=1)).measures['youths_mean'] > 0\n"
        "print(Texts.read('en')('page.cases'), pathlib.Path(simulation.__file__).parent.parent)"
    )
    environment = os.environ | {"PYTHONPATH": str(room), "PYTHONSAFEPATH": "1"}

    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.strip() == f"Cases {room}"


def test_the_readme_begins_with_the_two_commands():
    blocks = re.findall(
        r"^```\w*\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )

    assert blocks[:2] == ["python3 start.py\n", "python3 start.py test\n"]
    assert "exec python3 start.py test" in (ROOT / ".ci/run").read_text()


def test_the_start_script_uses_the_standard_library_alone():
    code = (
        "import start, sys\n"
        "files = [str(getattr(module, '__file__', '')) for module in sys.modules.values()]\n"
        "print([file for file in files if 'site-packages' in file])"
    )

    said = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "[]"


def test_no_tracked_file_names_a_machine_or_a_registry():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        assert str(ROOT) not in text, name
        assert not re.search(r"pypi\.(org|python)|python[h]osted|index-url ?=", text), name
