"""A session as a Word document and as csv: the plan, the cases, the answers side by side, next steps.

The group takes the document home. It names nobody: a participant is a number and a group is a
number, and every page says that the cases are made up.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from data.answers import split_key
from data.export.characters import holdable
from data.export.csv import csv_file
from data.export.filled import nothing_personal
from data.sessions.agreement import Aligned, align
from data.sessions.exercises import Exercise, exercise_ids, read_exercise
from data.sessions.session import Participant, Session, Sheet
from data.texts import Texts

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

_DENMARK = ZoneInfo("Europe/Copenhagen")
_SIDE_BY_SIDE = 3
"""Groups whose words fit beside each other on a page; those of more stand below each other."""


def session_document(
    session: Session, participants: Sequence[Participant], sheets: Sequence[Sheet], texts: Texts
) -> bytes:
    """Return the workbook of *session* as the bytes of a docx file.

    *participants* and *sheets* are all those of the session. It holds the plan with the minutes that
    were used, each exercise with its case and the answers of the groups side by side, how far they
    agree, and the next steps. The same arguments give the same bytes.
    """
    # python-docx takes a tenth of a second to import.
    from docx import Document  # noqa: PLC0415

    from data.export.docx import begin, set_page, without_clock  # noqa: PLC0415

    document = Document()
    begin(document, _plain(session.title, texts), texts)
    set_page(document, texts("form.exercise"), texts)
    _write_head(document, session, participants, texts)
    _write_plan(document, session, texts)
    for number, exercise in enumerate(_exercises(session, sheets), start=1):
        _write_exercise(document, exercise, number, texts)
        for aligned in align(session, exercise, participants, sheets, texts):
            _write_question(document, aligned, texts)
    _write_next_steps(document, session, texts)
    file = BytesIO()
    document.save(file)
    return without_clock(file.getvalue())


def session_csv(
    session: Session, participants: Sequence[Participant], sheets: Sequence[Sheet], texts: Texts
) -> bytes:
    """Return the answers of *session* as a csv file: a row an answer, as stored and in words.

    The next steps come last, a row each. Times are UTC. The same arguments give the same bytes.
    """
    header = ["session", "participant", "group", "exercise", "case", "saved_utc"]
    header += ["table", "row", "question", "answer", "label", "words"]
    group_of = {each.number: each.group for each in participants}
    rows = [
        [session.title, str(sheet.participant), str(group_of.get(sheet.participant, "")), *cells]
        for sheet in sheets
        for cells in _answer_rows(sheet, texts)
    ]
    label = texts("sessions.doc_next_steps")
    steps = (nothing_personal(note, texts) for note in session.notes)
    last = [
        [session.title, *[""] * 7, "next_step", step, label, step] for step in steps
    ]  # of nobody
    return csv_file([header, *rows, *last])


# --- The parts of the document -----------------------------------------------------------------


def _write_head(
    document: "Document", session: Session, participants: Sequence[Participant], texts: Texts
) -> None:
    document.add_paragraph(_plain(session.title, texts), "Title")
    document.add_paragraph(session.plan.title.in_(texts.language), "Question")
    document.add_paragraph(texts("form.exercise"), "Mark")
    day = session.created.astimezone(_DENMARK).date()
    facts = [
        texts.date(day),
        texts("sessions.doc_groups", groups=session.groups),
        texts("sessions.doc_participants", participants=len(participants)),
    ]
    document.add_paragraph(" · ".join(facts), "Aside")
    document.add_paragraph(texts("sessions.doc_about"), "Aside")
    document.add_paragraph(texts("sessions.agreement_counted"), "Aside")


def _write_plan(document: "Document", session: Session, texts: Texts) -> None:
    from data.export.docx import add_row, new_table  # noqa: PLC0415

    document.add_heading(texts("sessions.doc_plan"), 1)
    columns = ("sessions.doc_step", "sessions.doc_planned", "sessions.doc_spent")
    table = new_table(document, [texts(column) for column in columns])
    for step in session.plan.steps:
        minutes = round(session.spent.get(step.id, 0) / 60)
        cells = add_row(table)
        cells[0].text = _plain(step.title.in_(texts.language), texts)
        cells[1].text = texts.number(step.minutes)
        cells[2].text = texts.number(minutes) if step.id in session.spent else "–"
    document.add_paragraph()


def _exercises(session: Session, sheets: Sequence[Sheet]) -> Iterator[Exercise]:
    """Yield the exercises of the plan, then those that were answered before they were taken out."""
    answered = (sheet.exercise for sheet in sheets)
    for id in dict.fromkeys([*session.plan.exercises, *answered]):
        if id in exercise_ids():  # else it is one of an older Vejviser; the csv has the answers
            yield read_exercise(id)


def _write_exercise(document: "Document", exercise: Exercise, number: int, texts: Texts) -> None:
    title = exercise.form.title.in_(texts.language)
    document.add_heading(texts("sessions.doc_exercise", number=number, title=title), 1)
    case = exercise.fictional_case()
    if case is not None:
        line = texts("form.case_line", case=case.id, title=case.title.in_(texts.language))
        document.add_paragraph(line, "Question")
        document.add_paragraph(" ".join(case.story.in_(texts.language).split()))
    papers = "; ".join(paper.title.in_(texts.language) for paper in exercise.reading())
    document.add_paragraph(texts("sessions.doc_papers", papers=papers), "Aside")
    document.add_paragraph(exercise.task.in_(texts.language))
    document.add_paragraph(exercise.form.note.in_(texts.language), "Aside")


def _write_question(document: "Document", aligned: Aligned, texts: Texts) -> None:
    document.add_heading(aligned.label(texts), 2)
    if not aligned.answered:
        document.add_paragraph(texts("form.none"), "No answer")
    elif aligned.counts:
        document.add_paragraph(_agreement(aligned, texts), "Aside")
        _write_counts(document, aligned, texts)
    elif len(aligned.by_group) <= _SIDE_BY_SIDE:
        _write_beside(document, aligned, texts)
    else:
        _write_below(document, aligned, texts)


def _agreement(aligned: Aligned, texts: Texts) -> str:
    words = [texts("sessions.doc_answered", answered=aligned.answered)]
    if aligned.agreement is not None:
        words.append(texts("sessions.doc_agreement", share=texts.percent(aligned.agreement)))
    if aligned.groups_differ:
        words.append(texts("sessions.doc_differ"))
    return " ".join(words)


def _write_counts(document: "Document", aligned: Aligned, texts: Texts) -> None:
    from data.export.docx import add_row, new_table  # noqa: PLC0415

    groups = [texts("sessions.doc_short_group", group=group) for group in aligned.by_group]
    table = new_table(document, [texts("form.answer"), *groups, texts("sessions.doc_all")])
    for answer, count in aligned.counts.items():
        own = [each.counts.get(answer, 0) for each in aligned.by_group.values()]
        cells = add_row(table)
        cells[0].text = _plain(aligned.say(answer, texts), texts)
        for cell, number in zip(cells[1:], [*own, count], strict=True):
            cell.text = texts.number(number)
    _widen_first(table, len(groups) + 1)
    document.add_paragraph()


def _write_beside(document: "Document", aligned: Aligned, texts: Texts) -> None:
    from data.export.docx import add_row, new_table  # noqa: PLC0415

    groups = [texts("sessions.doc_group", group=group) for group in aligned.by_group]
    cells = add_row(new_table(document, groups))
    for cell, answers in zip(cells, aligned.by_group.values(), strict=True):
        mark = "• " if len(answers.words) > 1 else ""
        lines = [mark + _plain(words, texts) for words in answers.words] or ["–"]
        cell.text = lines[0]
        for line in lines[1:]:
            cell.add_paragraph(line)
    document.add_paragraph()


def _write_below(document: "Document", aligned: Aligned, texts: Texts) -> None:
    for group, answers in aligned.by_group.items():
        if answers.words:
            document.add_paragraph(texts("sessions.doc_group", group=group), "Question")
        for words in answers.words:
            document.add_paragraph(_plain(words, texts), "List Bullet")


def _write_next_steps(document: "Document", session: Session, texts: Texts) -> None:
    document.add_heading(texts("sessions.doc_next_steps"), 1)
    if not session.notes:
        document.add_paragraph(texts("sessions.doc_no_steps"), "No answer")
    for note in session.notes:
        document.add_paragraph(_plain(note, texts), "List Bullet")


def _widen_first(table: "Table", others: int) -> None:
    """Give the words of a table the room that the numbers beside them do not need."""
    from docx.shared import Cm  # noqa: PLC0415

    narrow = min(1.8, 9 / others)
    widths = [16.6 - narrow * others, *[narrow] * others]
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)


def _answer_rows(sheet: Sheet, texts: Texts) -> Iterator[list[str]]:
    known = sheet.exercise in exercise_ids()
    exercise = read_exercise(sheet.exercise) if known else None
    saved = sheet.saved.astimezone(UTC).isoformat(timespec="seconds") if sheet.saved else ""
    for key, stored in sorted(sheet.answers.items()):
        if stored is None:
            continue
        item = exercise.form.item(key) if exercise else None
        table, row, question = split_key(key)
        is_free = item is None or item.kind == "note"
        answer = nothing_personal(stored, texts) if is_free else stored
        words = item.say(answer, texts) if item and item.allows(answer) else ""
        label = item.label.in_(texts.language) if item else ""
        about = [sheet.exercise, exercise.case if exercise else "", saved]
        yield [*about, table or "", row or "", question, answer, label, words]


def _plain(words: str, texts: Texts) -> str:
    return holdable(nothing_personal(words, texts))
