"""What the page of the experiments says is so."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "simulation" / "experiments" / "README.md"


def test_the_example_does_what_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("tempfile.mkdtemp", lambda: str(tmp_path))
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)

    exec(compile(example, PAGE.name, "exec"), {})  # noqa: S102 (our own example)

    told = capsys.readouterr().out
    assert "“three” is" in told
    assert "promise_kept" in told
    assert re.search(r"^[A-Z2-7-]{14} True$", told, re.MULTILINE)


def test_every_module_and_notebook_is_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    research = PAGE.parents[2] / "handbook" / "research" / "da"
    first = "foerste_scenarie"  # before there is anything to compare

    modules = {file.name for file in PAGE.parent.glob("*.py")} - {"__init__.py"}
    assert {name for name in modules if f"`{name}`" not in text} == set()
    assert {file.stem for file in research.glob("*.ipynb") if f"`{file.stem}`" not in text} == {
        first
    }
