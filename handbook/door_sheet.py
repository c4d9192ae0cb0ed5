"""A participant's answers on their way: how an exercise goes to the browser, and what comes back.

The browser holds what is typed; what an answer is stays here, as in the forms of cases.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from data.answers import Answers, key_in_row, row_ids, split_key
from data.cases import Document
from data.forms import Form, Item
from data.sessions import (
    Exercise,
    Participant,
    Session,
    SessionStore,
    Sheet,
    StaleSheet,
    read_exercise,
)
from data.texts import Texts
from widgets.fields import Reading, read, shown
from widgets.questions import blocks_of, words_of
from widgets.row_headings import row_summary

Changes = Mapping[str, str | None]
"""Key → what now stands in the field; None where its row was taken out."""

MOST_CHANGES = 2_000
"""Fields that one request may change; an exercise has fewer."""
_ROW = re.compile(r"\d{3}[a-z0-9]{1,9}")
_TRIES = 5
"""How often a save is tried against another tab of the same participant."""


def exercise_page(
    exercise: Exercise, sheet: Sheet, texts: Texts, *, locked: bool
) -> dict[str, Any]:
    """Return all that the browser needs to show *exercise*, with what was answered before."""
    language, form = texts.language, exercise.form
    case = exercise.fictional_case()
    return {
        "id": exercise.id,
        "title": form.title.in_(language),
        "task": _paragraphs(exercise.task.in_(language)),
        "note": form.note.in_(language),
        "case": case and {"id": case.id, "title": case.title.in_(language)},
        "story": _paragraphs(case.story.in_(language)) if case else [],
        "papers": [_paper(paper, texts) for paper in exercise.reading()],
        "words": words_of(texts),
        "blocks": blocks_of(form, texts),
        "conditions": {"": _conditions(form.items)}
        | {table.id: _conditions(table.items) for table in form.tables},
        "sheet": {
            **_state(form, sheet, texts),
            "typed": typed(form, sheet.answers),
            "locked": locked,
        },
    }


def typed(form: Form, answers: Answers) -> dict[str, str]:
    """Return what stands in each field with these *answers*."""
    complete = form.complete(answers)
    items = {key: form.item(key) for key in complete}
    return {key: shown(item, complete[key]) for key, item in items.items() if item}


def take(
    store: SessionStore,
    participant: Participant,
    exercise: str,
    changes: Changes,
    half: Iterable[str],
    texts: Texts,
) -> dict[str, Any]:
    """Save what the browser changed, and return how it stands now.

    What may not be kept is not: the reply says why, by the key of the field. Keys that are *half*
    typed have nothing wrong with them yet. Fields that are not among the *changes* keep what another
    tab saved. Raises :exc:`~data.store_errors.StoreError` where the session is closed or nothing
    can be saved.
    """
    form = read_exercise(exercise).form
    readings = _readings(form, changes, set(half), texts)
    gone = {split_key(key)[:2] for key, words in changes.items() if words is None}
    sheet = store.sheet(participant, exercise)
    for attempt in range(_TRIES):
        answers = _kept(form, sheet, gone) | {key: each.answer for key, each in readings.items()}
        try:
            sheet = store.save_sheet(participant, exercise, answers, sheet.revision)
            break
        except StaleSheet as stale:
            if attempt == _TRIES - 1:
                raise
            sheet = stale.current
    return {
        **_state(form, sheet, texts),
        "faults": {key: reading.fault for key, reading in readings.items() if reading.fault},
        "warnings": {key: reading.warning for key, reading in readings.items() if reading.warning},
    }


def reached(session: Session, answered: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the exercises that a participant may see: up to the present step, and those *answered*.

    A step that has had time stays, wherever the trainer goes from there.
    """
    steps = session.plan.steps
    place = next((n for n, step in enumerate(steps) if step.id == session.step), -1)
    been = {
        step.exercise
        for n, step in enumerate(steps)
        if n <= place or step.id in session.spent or step.exercise in set(answered)
    }
    return tuple(id for id in session.plan.exercises if id in been)


def _readings(form: Form, changes: Changes, half: set[str], texts: Texts) -> dict[str, Reading]:
    found = {}
    for key, words in changes.items():
        item = form.item(key)
        row = split_key(key)[1]
        # A page of ours has neither; the rest of what came with it is somebody's work all the same.
        if item is None or item.hidden or words is None or (row and not _ROW.fullmatch(row)):
            continue
        reading = read(item, words, texts)
        found[key] = Reading(None) if key in half and reading.fault else reading
    return found


def _kept(
    form: Form, sheet: Sheet, gone: set[tuple[str | None, str | None]]
) -> dict[str, str | None]:
    """Return the answers of *sheet* without the rows that are *gone*."""
    return {
        key: answer
        for key, answer in sheet.answers.items()
        if form.item(key) and (split_key(key)[0] is None or split_key(key)[:2] not in gone)
    }


def _state(form: Form, sheet: Sheet, texts: Texts) -> dict[str, Any]:
    done, required = form.progress(sheet.answers)
    return {
        "revision": sheet.revision,
        "saved": texts.clock(sheet.saved) if sheet.saved else "",
        "progress": texts("form.progress", done=done, all=required),
        "headings": _headings(form, sheet.answers, texts),
        "faults": {},
        "warnings": {},
    }


def _headings(form: Form, answers: Answers, texts: Texts) -> dict[str, list[str]]:
    """Return what each row says while it is closed: ``table.row`` → summary, what it needs."""
    asked = dict(form.asked(answers))
    headings = {}
    for table in form.tables:
        for row in row_ids(answers, table.id):
            keys = [key_in_row(table.id, row, item.id) for item in table.items]
            missing = [
                key
                for key in keys
                if key in asked and asked[key].required and answers.get(key) is None
            ]
            needs = texts("form.row_missing", count=len(missing)) if missing else ""
            said = row_summary(table, row, answers, set(asked), texts)
            headings[f"{table.id}.{row}"] = [said, needs]
    return headings


def _conditions(items: Iterable[Item]) -> list[dict[str, Any]]:
    return [
        {"id": item.id, "on": item.when.item, "among": item.when.among}
        for item in items
        if item.when
    ]


def _paper(paper: Document, texts: Texts) -> dict[str, Any]:
    return {"title": paper.title.in_(texts.language), "text": paper.paragraphs(texts.language)}


def _paragraphs(words: str) -> list[str]:
    return [" ".join(part.split()) for part in words.strip().split("\n\n")]
