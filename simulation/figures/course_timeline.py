"""One simulated course as a timeline: with whom, what was due when, what was held, what went wrong."""

from collections.abc import Iterable
from math import ceil
from typing import TYPE_CHECKING

from data.texts import Texts
from data.working_days import month_later
from simulation.course import Course, Planned
from simulation.course_words import coordinator_name
from simulation.figures.calendar_marks import key, marks, rectangles
from simulation.figures.picture import LINE, NOW, SIZE, Picture, draw
from simulation.scenario import Scenario
from simulation.state import DAYS_PER_YEAR
from simulation.wording import counted
from simulation.year_words import causes_in_words, meeting_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = ("meeting", "opened", "due", "held", "days", "cause")
_SOON = 0.09
"""Part of the paper's width that a coordinator's name takes; on a shorter bar it would not fit."""
_AGAIN = 6
"""Days by which a late stretch is drawn at least, so that one day late can be seen."""


def course_timeline(scenario: Scenario, course: Course, texts: Texts) -> Picture:
    """Return *course*, of a run of *scenario*, from the referral to the end.

    A row for the coordinators, one for each fixed meeting, and one each for extra meetings, crises and
    lost contact, where there were any.
    """
    rows = _Rows(scenario, course, texts)
    return Picture(
        title=_title(course, texts),
        alternative=texts(
            "figure.course.alt",
            first=texts.date(course.date(course.begin)),
            last=texts.date(course.date(course.end)),
            rows=" ".join(_said(scenario, course, texts)),
        ),
        drawing=draw(
            "course",
            1.7 + 0.42 * len(rows.names),
            lambda figure: _paint(figure, course, rows, texts),
        ),
        columns=tuple(texts(f"figure.course.column_{name}") for name in _COLUMNS),
        rows=tuple(_written(scenario, course, one, texts) for one in course.meetings),
    )


def _title(course: Course, texts: Texts) -> str:
    late = sum(one.late > 0 for one in course.meetings)
    months = ceil(12 * (course.end - course.begin) / DAYS_PER_YEAR)
    return texts(
        "figure.course.title_late" if late else "figure.course.title",
        months=counted(texts, "months", months),
        coordinators=counted(texts, "coordinators", len(course.coordinators)),
        late=counted(texts, "fixed_meetings", late),
    )


def _said(scenario: Scenario, course: Course, texts: Texts) -> Iterable[str]:
    spans = [
        *(
            (o.begin, o.end, "with", coordinator_name(o.post, o.holder, texts))
            for o in course.coordinators
        ),
        *((o.begin, o.end, "wait", texts(f"figure.course.wait_{o.what}")) for o in course.waits),
    ]
    for begin, end, kind, name in sorted(spans):
        slots = {"begin": texts.date(course.date(begin)), "end": texts.date(course.date(end))}
        slots["coordinator" if kind == "with" else "what"] = name
        yield texts(f"figure.course.alt_{kind}", **slots)
    for one in course.meetings:
        if one.fixed:
            name, _, due, held, *_ = _written(scenario, course, one, texts)
            yield texts("figure.course.alt_meeting", meeting=name, due=due, held=held)


def _written(scenario: Scenario, course: Course, one: Planned, texts: Texts) -> tuple[str, ...]:
    due = texts("word.not_known")
    if one.fixed:
        due = texts("figure.course.not_known")
    if one.due is not None:
        due = texts.date(course.date(one.due))
    held = texts("word.not_known") if one.held is None else texts.date(course.date(one.held))
    return (
        meeting_name(scenario, one.rule, texts),
        texts.date(course.date(one.opened)),
        due,
        held,
        texts.number(one.late),
        causes_in_words(one.late_days, texts) or texts("word.not_known"),
    )


class _Rows:
    """Which row each thing is drawn in, from above."""

    def __init__(self, scenario: Scenario, course: Course, texts: Texts) -> None:
        self.fixed = [one for one in course.meetings if one.fixed]
        self.names = [texts("figure.course.row_coordinator")]
        self.names += [meeting_name(scenario, one.rule, texts) for one in self.fixed]
        self.extra = self._add("extra", any(not one.fixed for one in course.meetings), texts)
        befell = ("crisis", "crisis_unattended", "placement_change", "drop_out")
        self.life = self._add("life", bool(course.days_of(*befell)), texts)
        self.contact = self._add("contact", bool(course.lapsed), texts)

    def _add(self, name: str, wanted: bool, texts: Texts) -> int:
        if wanted:
            self.names.append(texts(f"figure.course.row_{name}"))
        return len(self.names) - 1


def _paint(figure: "Figure", course: Course, rows: _Rows, texts: Texts) -> None:
    axes = figure.subplots()
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.patch.set_alpha(0)
    margin = max(8, (course.end - course.begin) // 50)
    axes.set_xlim(course.begin - margin, course.end + margin)
    axes.set_ylim(len(rows.names) - 0.4, -0.6)
    axes.set_yticks(range(len(rows.names)), rows.names)
    _time(axes, course, texts)
    axes.tick_params(length=0, labelsize=SIZE - 1)
    for row in range(len(rows.names) - 1):
        axes.axhline(row + 0.5, color=LINE, linewidth=0.8, zorder=0.5)
    if course.of_age is not None and course.begin < course.of_age < course.end:
        axes.axvline(course.of_age, color=NOW, linewidth=1.2, linestyle=(0, (4, 3)), zorder=0.6)
        axes.annotate(
            texts("figure.course.of_age"), (course.of_age, -0.6), xytext=(4, 2),
            textcoords="offset points", color=NOW, fontsize=SIZE - 1, va="bottom",
        )  # fmt: skip
    shown = _paint_coordinators(axes, course, texts)
    shown += _paint_meetings(axes, course, rows)
    shown += _paint_life(axes, course, rows)
    key(figure, dict.fromkeys(shown), texts, columns=3)


def _time(axes: "Axes", course: Course, texts: Texts) -> None:
    """Write at most some ten months below the rows."""
    months = ceil((course.end - course.begin) / 30)
    step = next(n for n in (1, 2, 3, 6, 12, 24, 60) if months / n <= 9 or n == 60)
    first = course.date(course.begin).replace(day=1)
    ticks = [month_later(first, step * n) for n in range(months // step + 2)]
    inside = [
        (day - course.start).days
        for day in ticks
        if course.begin <= (day - course.start).days <= course.end
    ]
    names = [texts.month(course.date(day)) for day in inside]
    short = [f"{name[:3]} {name.rpartition(' ')[2]}" for name in names]
    axes.set_xticks(inside, short)
    axes.grid(axis="x", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)


def _paint_coordinators(axes: "Axes", course: Course, texts: Texts) -> list[str]:
    rectangles(axes, [(o.begin, o.end, -0.3, 0.3) for o in course.coordinators], "with")
    rectangles(axes, [(o.begin, o.end, -0.3, 0.3) for o in course.waits], "waits")
    rectangles(axes, [(o.begin, o.end, 0.14, 0.3) for o in course.absences], "absence")
    for one in course.coordinators:
        if one.end - one.begin > _SOON * (course.end - course.begin):
            axes.annotate(
                coordinator_name(one.post, one.holder, texts), (one.begin, -0.06), xytext=(5, 0),
                textcoords="offset points", va="center", fontsize=SIZE - 2,
            )  # fmt: skip
    found = {"with": course.coordinators, "waits": course.waits, "absence": course.absences}
    return [name for name, some in found.items() if some]


def _paint_meetings(axes: "Axes", course: Course, rows: _Rows) -> list[str]:
    windows, overdue = [], []
    on_time: dict[tuple[float, float], int] = {}
    late: dict[tuple[float, float], int] = {}
    missed: dict[tuple[float, float], int] = {}
    for row, one in enumerate(rows.fixed, start=1):
        last = one.over if one.due is None else one.due
        windows.append((one.opened, max(last, one.opened + 1), row - 0.1, row + 0.1))
        if one.late and one.due is not None:
            overdue.append((one.due, max(one.over, one.due + _AGAIN), row - 0.1, row + 0.1))
        if one.held is not None:
            (late if one.late else on_time)[one.held, row] = 1
        missed.update(((day, row), 1) for day in one.no_shows)
    rectangles(axes, windows, "window")
    rectangles(axes, overdue, "overdue")
    extra = [one for one in course.meetings if not one.fixed]
    missed.update(((day, rows.extra), 1) for one in extra for day in one.no_shows)
    found: dict[str, dict[tuple[float, float], int]] = {
        "on_time": on_time,
        "late": late,
        "extra": {(one.held, rows.extra): 1 for one in extra if one.held is not None},
        "no_show": missed,
    }
    for kind, points in found.items():
        marks(axes, kind, points)
    bars = [name for name, some in (("window", windows), ("overdue", overdue)) if some]
    return [*bars, *(kind for kind, points in found.items() if points)]


def _paint_life(axes: "Axes", course: Course, rows: _Rows) -> list[str]:
    crises = course.days_of("crisis", "crisis_unattended")
    breaks = course.days_of("placement_change", "drop_out")
    found: dict[str, dict[tuple[float, float], int]] = {
        "crisis": {(day, rows.life): 1 for day in crises},
        "break": {(day, rows.life): 1 for day in breaks},
        "lost_contact": {(one.day, rows.contact): 1 for one in course.lapsed},
    }
    for kind, points in found.items():
        marks(axes, kind, points)
    return [kind for kind, points in found.items() if points]
