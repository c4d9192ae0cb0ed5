"""The heading of a row while it is closed: its answers in one line, and what it still needs."""

from collections.abc import Callable
from datetime import date

from data.answers import Answers, key_in_row
from data.forms import CODES, Item, Table
from data.meeting_calendar import danish_today
from data.texts import Texts

_MOST = 4
"""Answers in a heading."""
_LONGEST = 60
"""Letters of an answer in a heading."""


def row_summary(
    table: Table,
    row: str,
    answers: Answers,
    asked: set[str],
    texts: Texts,
    today: Callable[[], date] = danish_today,
) -> str:
    """Return what a *row* of *table* says in one line: ``Moster · Familie · Helt tæt på``.

    Of the keys that are *asked*, required ones come first. An answer that says nothing without its
    question is left out, and so is every note but the first: it is the name of the row. What ran out
    before *today* is said first, and the answer that held until then no more.
    """
    ended, over = _ended(table, row, answers, asked, today)
    items = sorted((item for item in table.items if not item.hidden), key=lambda i: not i.required)
    said = [] if ended is None else [texts("form.row_ended", date=texts.date(ended))]
    named = False
    for item in items:
        if item.id in over:
            continue
        key = key_in_row(table.id, row, item.id)
        answer = answers.get(key)
        if answer is None or key not in asked or not _speaks(item, answer):
            continue
        if item.kind == "note" and named:
            continue
        named = named or item.kind == "note"
        said.append(_short(_said(item, answer, texts)))
    return " · ".join(said[:_MOST])


def _ended(
    table: Table, row: str, answers: Answers, asked: set[str], today: Callable[[], date]
) -> tuple[date | None, set[str]]:
    """Return the day on which *row* ran out, if it has, and the questions whose answers hold no more."""
    until = next((item for item in table.items if item.id == table.until), None)
    if until is None:
        return None, set()
    key = key_in_row(table.id, row, until.id)
    answer = answers.get(key)
    if answer is None or key not in asked or answer in CODES:
        return None, set()
    last = date.fromisoformat(answer)
    if last >= today():
        return None, set()
    return last, {until.id} | ({until.when.item} if until.when else set())


def _speaks(item: Item, answer: str) -> bool:
    """Tell whether *answer* says something where the question does not stand."""
    if answer in CODES or item.kind == "yes_partly_no":
        return False
    return item.kind != "scale" or answer in {str(item.low), str(item.high)}


def _said(item: Item, answer: str, texts: Texts) -> str:
    ends = {str(item.low): item.low_end, str(item.high): item.high_end}
    words = ends.get(answer) if item.kind == "scale" else None
    return words.in_(texts.language) if words else item.say(answer, texts)


def _short(words: str) -> str:
    """Return *words* on one line, cut where they are long."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"
