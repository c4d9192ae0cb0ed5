"""The tables of the papers, in Markdown: each is read off the code that it describes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Column, Table

from data.access import CASE_DEEDS, CASES, DEEDS, ROLES, SUBJECTS
from data.files import read_table
from data.forms import Form, Item, form_ids, read_form
from data.settings import Settings
from data.store_tables import audit, case_files, tables
from data.texts import Texts

KINDS = ("health", "confidential", "ordinary", "note", "other_people", "staff", "process")
"""Kinds of personal data, the most sensitive first."""


def kinds_of_fields() -> dict[tuple[str, str], str]:
    """Return (form, question) → kind for each question of each form about a young person.

    Raises :exc:`LookupError` for a question that has none, or more than one.
    """
    told = read_table("definitions/papers/field_kinds.toml")[0]
    found: dict[tuple[str, str], str] = {}
    for form in case_forms():
        listed = [(name, kind) for kind, names in told.get(form.id, {}).items() for name in names]
        listed += [(item.id, "note") for _, item in questions(form) if item.kind == "note"]
        twice = [name for name, times in Counter(name for name, _ in listed).items() if times > 1]
        known = {item.id for _, item in questions(form)}
        if wrong := sorted({*twice, *(known ^ {name for name, _ in listed})}):
            raise LookupError(
                f"field_kinds.toml: '{form.id}.{wrong[0]}' must be a question and have one kind"
            )
        found |= {(form.id, name): kind for name, kind in listed}
    return found


def case_forms() -> list[Form]:
    """Return the forms about a young person."""
    return [form for id in form_ids() if (form := read_form(id)).subject == "case"]


def questions(form: Form) -> Iterator[tuple[str, Item]]:
    """Yield each question of *form* with the title of its table, in no language yet, or nothing."""
    for item in form.items:
        yield "", item
    for table in form.tables:
        for item in table.items:
            yield table.id, item


def forms(texts: Texts) -> str:
    """Return each form about a young person with its questions and the kind of each."""
    kind = kinds_of_fields()
    written = []
    for form in case_forms():
        rows = [
            (
                f"`{'.'.join(filter(None, (form.id, table, item.id)))}`",
                item.label.in_(texts.language),
                texts(f"papers.asks_{item.kind}"),
                texts(f"papers.kind_{kind[form.id, item.id]}"),
            )
            for table, item in questions(form)
        ]
        heads = [texts(f"papers.column_{name}") for name in ("field", "question", "answer", "kind")]
        written += [f"### {form.title.in_(texts.language)}", "", grid(heads, rows), ""]
    return "\n".join(written).rstrip()


def kinds(texts: Texts) -> str:
    """Return how many questions there are of each kind, and in which forms."""
    found = kinds_of_fields()
    rows = []
    for kind in KINDS:
        own = [form for (form, _), its in found.items() if its == kind]
        titles = [form.title.in_(texts.language) for form in case_forms() if form.id in own]
        rows.append((texts(f"papers.kind_{kind}"), str(len(own)), ", ".join(titles)))
    return grid([texts(f"papers.column_{name}") for name in ("kind", "number", "forms")], rows)


def case_fields(texts: Texts) -> str:
    """Return what is known of a case besides its forms."""
    return _columns(case_files, "papers.case_", texts)


def audit_lines(texts: Texts) -> str:
    """Return what a line of the log holds."""
    return _columns(audit, "papers.log_", texts)


def stores(texts: Texts) -> str:
    """Return every table of the store: its columns, and what lies there."""
    rows = [
        (f"`{one.name}`", texts(f"papers.table_{one.name}"), ", ".join(f"`{c.name}`" for c in one.columns))
        for one in sorted(tables.tables.values(), key=lambda table: table.name)
    ]  # fmt: skip
    return grid([texts(f"papers.column_{name}") for name in ("table", "holds", "columns")], rows)


def roles(texts: Texts) -> str:
    """Return what each role may do, with which records."""
    rows = []
    for role in ROLES:
        may = [
            f"{texts(f'access.deed_{deed}')}: {_subjects(CASES[role].get(deed, ()), texts)}"
            for deed in CASE_DEEDS
            if CASES[role].get(deed)
        ]
        others = [texts(f"access.deed_{deed}") for deed in sorted(DEEDS[role])]
        rows.append((texts(f"access.role_{role}"), "; ".join([*may, *others])))
    return grid([texts("papers.column_role"), texts("papers.column_may")], rows)


def settings(texts: Texts, decided: Settings) -> str:
    """Return every setting, its value, and what it is as delivered."""

    def say(value: object) -> str:
        if value is None:
            return texts("papers.never")
        if isinstance(value, bool):
            return texts("papers.yes") if value else texts("papers.no")
        return str(value)

    rows = [
        (f"`{name}`", texts(f"papers.setting_{name}"), say(getattr(decided, name)), say(field.default))
        for name, field in Settings.model_fields.items()
    ]  # fmt: skip
    heads = [texts(f"papers.column_{name}") for name in ("field", "setting", "here", "delivered")]
    return grid(heads, rows)


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar in a cell stays in the cell."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in line)} |"
        for line in lines
    )


def _columns(table: Table, prefix: str, texts: Texts) -> str:
    rows = [
        (f"`{column.name}`", texts(f"{prefix}{column.name}"), _limit(column, texts))
        for column in table.columns
    ]
    return grid([texts(f"papers.column_{name}") for name in ("field", "holds", "limit")], rows)


def _limit(column: "Column[object]", texts: Texts) -> str:
    signs = getattr(column.type, "length", None)
    return texts("papers.signs", signs=signs) if signs else ""


def _subjects(found: Iterable[str], texts: Texts) -> str:
    return ", ".join(texts(f"papers.subject_{one}") for one in SUBJECTS if one in set(found))
