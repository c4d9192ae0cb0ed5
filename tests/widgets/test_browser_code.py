import re
from pathlib import Path

import pytest

import widgets
from widgets.browser_code import browser_code
from widgets.questions import Questions
from widgets.workbench.control_panel import ControlPanel

STATIC = Path(widgets.__file__).parent / "static"


def test_what_a_script_imports_stands_in_its_place():
    script = browser_code("questions.js")

    assert "import " not in re.sub(r"//.*", "", script)
    assert script.count("function make(") == script.count("function fill(") == 1
    assert script.index("function make(") < script.index("class Field")
    assert "export default" in script
    assert "export function" not in script


@pytest.mark.parametrize("widget", [Questions, ControlPanel])
def test_a_widget_sends_a_script_that_asks_for_no_other(widget):
    assert not re.search(r"^import ", str(widget._esm), re.MULTILINE)


def test_every_script_that_imports_is_joined_by_its_widget():
    """A widget that is given such a file as it stands would ask the browser for an address that is none."""
    sources = [
        path.read_text(encoding="utf-8") for path in Path(widgets.__file__).parent.rglob("*.py")
    ]
    for path in STATIC.glob("*.js"):
        if re.search(r"^import ", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert any(f'browser_code("{path.name}")' in source for source in sources), path.name
