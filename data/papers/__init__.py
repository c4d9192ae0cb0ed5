"""The papers that a data protection officer asks for, made from the schemas, the roles and the settings.

The words stand in ``definitions/papers/{da,en}/*.md.in``; every table and number in them is a slot,
filled from the code when they are made (``vejviser papers``). ``docs/dpo/`` holds them for an installation
that has decided nothing for itself. What only the municipality can say is marked, and left to it.
"""

from importlib.metadata import version
from pathlib import Path
from string import Template

from data.backup import DAYS, LONGEST, WEEKS
from data.files import packaged
from data.papers.tables import audit_lines, case_fields, forms, kinds, roles, settings, stores
from data.settings import Settings
from data.store_tables import SCHEMA
from data.texts import Texts

PAPERS = (
    "data_map",
    "impact_assessment",
    "record_of_processing",
    "retention",
    "access_log",
    "accessibility",
)
"""The papers, in the order in which they are read."""


def paper(name: str, texts: Texts, decided: Settings | None = None) -> str:
    """Return the paper *name* as Markdown, for an installation with the settings *decided*.

    None is one that has decided nothing. Raises :exc:`LookupError` where there is no such paper, and
    :exc:`KeyError` for a slot that nothing fills.
    """
    if name not in PAPERS:
        raise LookupError(f"no paper '{name}'; there are: {', '.join(PAPERS)}")
    text = packaged(f"definitions/papers/{texts.language}/{name}.md.in").read_text(encoding="utf-8")
    return Template(text).substitute(_slots(texts, decided or Settings()))


def write_papers(folder: Path, texts: Texts, decided: Settings | None = None) -> list[Path]:
    """Write each paper into *folder*, as Markdown and as a Word document; return the files."""
    from data.papers.word import paper_document  # noqa: PLC0415 (imports python-docx: slow)

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in PAPERS:
        text = paper(name, texts, decided)
        for ending, content in (("md", text.encode()), ("docx", paper_document(text, texts))):
            file = folder / f"{name}.{ending}"
            file.write_bytes(content)
            written.append(file)
    return written


def _slots(texts: Texts, decided: Settings) -> dict[str, str]:
    def days(number: int | None) -> str:
        return texts("papers.never") if number is None else texts("papers.days", days=number)

    return {
        "version": version("vejviser"),
        "schema": str(SCHEMA),
        "forms": forms(texts),
        "kinds": kinds(texts),
        "case_fields": case_fields(texts),
        "stores": stores(texts),
        "roles": roles(texts),
        "settings": settings(texts, decided),
        "audit_lines": audit_lines(texts),
        "exercise_days": days(decided.exercise_days),
        "handed_over_days": days(decided.handed_over_days),
        "session_days": days(decided.session_days),
        "audit_days": days(decided.audit_days),
        "smallest_cell": str(decided.smallest_cell),
        "backup_days": str(DAYS),
        "backup_weeks": str(WEEKS),
        "backup_longest": str(LONGEST),
        "fill": texts("papers.fill"),
    }
