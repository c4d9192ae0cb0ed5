"""How several records of one form differ over time: rounds, a youth's own ratings, agreements.

Each ``draw`` takes the records of one unit or one case and returns an accessible ``<figure>`` under
its finding, with the numbers as a table. A change over time is shown, and no cause is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from data.answers import key_in_row, row_ids
from data.assessment import closed_rounds, score
from data.assessment_words import day_words, development_words, round_words, title_of
from data.forms import Form, Item, Table
from data.records import Record
from data.texts import Texts
from widgets.page import safe
from widgets.pictures.strips import Course, Moment, Strips
from widgets.workbench.answer import figure_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulation.figures import Picture

MOST_ROUNDS = 8
"""Rounds that are shown: four years."""
_BAR = 0.6  # inches of height of a meeting's agreements


# --- Self-assessment: rounds -----------------------------------------------------------------------


def draw_rounds(form: Form, records: Sequence[Record], texts: Texts) -> str:
    """Return the mean of every element of a self-assessment, one closed round after another."""
    scores = [score(form, records, round) for round in closed_rounds(form, records)]
    scores = [one for one in scores if any(element.everyone for element in one.elements)]
    scores = scores[-MOST_ROUNDS:]
    if not scores:
        return _nothing(texts("assessment.nothing"))
    courses = []
    for place, element in enumerate(scores[-1].elements):
        lines = [one.elements[place].everyone for one in scores]
        means = tuple(line.mean if line else None for line in lines)
        courses.append(Course(title_of(element, texts), means))
    moments = [_round_moment(one.round, texts) for one in scores]
    drawn = Strips(f"{form.id}_over_time", courses, moments, scores[-1].scale, 1)
    said = texts("assessment.alt_development", rows=drawn.said(texts))
    corner = texts("assessment.column_element")
    return figure_html(drawn.picture(development_words(scores, texts), said, corner, texts), texts)


def _round_moment(round: str, texts: Texts) -> Moment:
    year, half = round.split("-")
    short = texts("assessment.round_short", half=half, year=year)
    return Moment(2 * int(year) + int(half), short, round_words(round, texts))


# --- Dialogue: the youth's own ratings -------------------------------------------------------------


def draw_ratings(form: Form, records: Sequence[Record], texts: Texts) -> str:
    """Return the youth's own rating of each life area, day by day.

    An area that never got a number is left out, and so is a day without any. The youth's own words
    stay where they are.
    """
    areas = [item for item in form.items if item.kind == "scale"]
    days = {
        day: found
        for day, record in _by_day(form, records).items()
        if (found := _ratings(form, areas, record))
    }
    courses = [
        Course(_area(form, item, texts), tuple(found.get(item.id) for found in days.values()))
        for item in areas
    ]
    courses = [course for course in courses if any(value is not None for value in course.values)]
    if not courses:
        return _nothing(texts("development.ratings.title_nothing"))
    low, high = min(item.low for item in areas), max(item.high for item in areas)
    moments = [_day_moment(day, texts) for day in days]
    drawn = Strips(f"{form.id}_over_time", courses, moments, (low, high), 0)
    said = texts("development.ratings.alt", low=low, high=high, rows=drawn.said(texts))
    title, corner = _ratings_title(courses, texts), texts("development.area")
    note = texts("development.ratings.note", low=low, high=high)
    return figure_html(drawn.picture(title, said, corner, texts), texts) + _note(note)


def _ratings(form: Form, areas: Sequence[Item], record: Record) -> dict[str, int]:
    answers = form.complete(record.answers)
    return {
        item.id: int(answer)
        for item in areas
        if (answer := answers[item.id]) and answer not in item.codes
    }


def _area(form: Form, item: Item, texts: Texts) -> str:
    """Return the name of a life area: its section's, or the question where a section has several."""
    here = [one for one in form.items if one.kind == "scale" and one.section == item.section]
    section = next((one for one in form.sections if one.id == item.section), None)
    words = section.title if section and len(here) == 1 else item.label
    return words.in_(texts.language)


def _ratings_title(courses: Sequence[Course], texts: Texts) -> str:
    numbers = {c.name: [value for value in c.values if value is not None] for c in courses}
    if all(len(values) == 1 for values in numbers.values()):
        best = max(numbers, key=lambda name: numbers[name][0])
        slots = {"area": best, "now": texts.number(numbers[best][0])}
        return texts("development.ratings.title_first", **slots)
    most = max(numbers, key=lambda name: abs(numbers[name][-1] - numbers[name][0]))
    before, now = numbers[most][0], numbers[most][-1]
    if before == now:
        return texts("development.ratings.title_none")
    slots = {"area": most, "before": texts.number(before), "now": texts.number(now)}
    return texts("development.ratings.title", **slots)


# --- Agreements: how many are closed ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Kind:
    """The agreements that are equally far."""

    id: str
    name: str
    colour: str
    ink: str


def draw_agreements(form: Form, records: Sequence[Record], texts: Texts) -> str:
    """Return how many agreements are open and closed at each meeting.

    It takes the first table whose rows can be closed, and the question that closes them. What is
    not closed is open, also where nobody has said how far it is.
    """
    table = next(table for table in form.tables if table.closed)
    kinds = _kinds(table, texts)
    days = {day: _far(table, record) for day, record in _by_day(form, records).items()}
    days = {day: rows for day, rows in days.items() if rows}
    if not days:
        return _nothing(texts("development.agreements.title_nothing"))
    counts = {day: _counted(rows, kinds) for day, rows in days.items()}
    last = {row: far for rows in days.values() for row, far in rows.items()}
    said = " ".join(
        texts("development.alt_row", name=texts.date(day), values=_told(count, kinds, texts))
        for day, count in counts.items()
    )
    picture = _agreements_picture(
        form, _agreements_title(last, kinds, texts), said, counts, kinds, texts
    )
    return figure_html(picture, texts) + _note(texts("development.agreements.note"))


def _kinds(table: Table, texts: Texts) -> list[_Kind]:
    """Return what is open, and each way of being closed in the order of the form."""
    closed = table.closed
    if closed is None:
        return []
    looks = (("#0b5d5e", "#ffffff"), ("#8a5a00", "#ffffff"), ("#545b59", "#ffffff"))
    item = next(item for item in table.items if item.id == closed.item)
    names = [(id, item.say(id, texts)) for id in item.choices() if id in closed.among]
    found = [_Kind("open", texts("development.agreements.open"), "#b9d6d4", "#1f2423")]
    for number, (id, name) in enumerate(names):
        found.append(_Kind(id, name, *looks[min(number, len(looks) - 1)]))
    return found


def _far(table: Table, record: Record) -> dict[str, str]:
    """Return for each row of *table* how it is closed, or ``open``."""
    closed = table.closed
    if closed is None:
        return {}
    rows = row_ids(record.answers, table.id)
    answers = {row: record.answers.get(key_in_row(table.id, row, closed.item)) for row in rows}
    return {row: far if far in closed.among else "open" for row, far in answers.items()}


def _counted(rows: Mapping[str, str], kinds: Sequence[_Kind]) -> list[int]:
    return [sum(far == kind.id for far in rows.values()) for kind in kinds]


def _told(count: Sequence[int], kinds: Sequence[_Kind], texts: Texts) -> str:
    pairs = zip(kinds, count, strict=True)
    told = [
        texts("development.agreements.count", status=kind.name, n=texts.number(n))
        for kind, n in pairs
        if n
    ]
    return " · ".join(told)


def _agreements_title(last: Mapping[str, str], kinds: Sequence[_Kind], texts: Texts) -> str:
    count = _counted(last, kinds)
    slots = {"closed": texts.number(sum(count[1:])), "all": texts.number(len(last))}
    return texts("development.agreements.title", counts=_told(count, kinds, texts), **slots)


def _agreements_picture(
    form: Form,
    title: str,
    said: str,
    counts: Mapping[date, Sequence[int]],
    kinds: Sequence[_Kind],
    texts: Texts,
) -> Picture:
    from simulation.figures.picture import Picture, draw  # noqa: PLC0415 (loads NumPy and SciPy)

    height = _BAR * len(counts) + 0.4
    return Picture(
        title=title,
        alternative=texts("development.agreements.alt", rows=said),
        drawing=draw(
            f"{form.id}_over_time", height, lambda figure: _paint(figure, counts, kinds, texts)
        ),
        columns=(texts("development.day"), *(kind.name for kind in kinds)),
        rows=tuple(
            (texts.date(day), *(texts.number(n) for n in count)) for day, count in counts.items()
        ),
    )


def _paint(
    figure: Figure, counts: Mapping[date, Sequence[int]], kinds: Sequence[_Kind], texts: Texts
) -> None:
    from simulation.figures.picture import SIZE  # noqa: PLC0415

    axes = figure.subplots()
    axes.set_axis_off()
    most = max(sum(count) for count in counts.values())
    axes.set_xlim(-0.42 * most, 1.5 * most)
    axes.set_ylim(-len(counts) + 0.4, 0.6)
    for row, (day, count) in enumerate(counts.items()):
        axes.text(-0.42 * most, -row, texts.date(day), va="center", fontsize=SIZE)
        left = 0
        for kind, n in zip(kinds, count, strict=True):
            if n:
                axes.barh(-row, n, left=left, height=0.66, color=kind.colour)
                middle = left + n / 2
                axes.text(
                    middle, -row, str(n), color=kind.ink, ha="center", va="center", fontsize=SIZE
                )
            left += n
        words = _told(count, kinds, texts)
        axes.text(left + 0.02 * most, -row, words, va="center", fontsize=SIZE)


# --- What all of them share --------------------------------------------------------------------------


def _by_day(form: Form, records: Sequence[Record]) -> dict[date, Record]:
    """Return the records of *form* by the day of their meeting, oldest first."""
    found = {
        date.fromisoformat(record.occasion): record for record in records if record.form == form.id
    }
    return dict(sorted(found.items()))


def _day_moment(day: date, texts: Texts) -> Moment:
    return Moment(day.toordinal(), day_words(day), texts.date(day))


def _nothing(sentence: str) -> str:
    return f"<p>{safe(sentence)}</p>"


def _note(sentence: str) -> str:
    return f'<p class="vv-saved">{safe(sentence)}</p>'
