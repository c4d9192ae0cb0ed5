"""Templates are compiled once for all pages, and anew when they change."""

from jinja2 import Environment
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_notebook

from handbook.kept_templates import keep_compiled_templates


def test_a_second_page_compiles_no_template(monkeypatch):
    keep_compiled_templates()
    first, _ = HTMLExporter().from_notebook_node(new_notebook())

    monkeypatch.setattr(Environment, "_generate", None)  # what turns a template into code

    second, _ = HTMLExporter().from_notebook_node(new_notebook())
    assert second == first


def test_a_template_that_has_changed_is_compiled_anew():
    keep_compiled_templates()
    said = [
        HTMLExporter(raw_template=words).from_notebook_node(new_notebook())[0]
        for words in ("before", "after", "before")
    ]

    assert said == ["before", "after", "before"]
