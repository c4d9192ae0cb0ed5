"""The years from 15 to 23 as a line, with the window of each meeting on it.

What has become of a meeting is told by a shape and not by a colour alone; the same shapes stand in
the table.
"""

from collections.abc import Sequence
from datetime import date

from data.meeting_calendar import Deadline, State
from data.texts import Texts
from data.working_days import month_later
from widgets.page import safe

# The colours hold their contrast on the page's ground, and to eyes that confuse red and green.
_INK, _QUIET, _LINE = "#1f2423", "#545b59", "#c3c9c7"
_TEAL, _AMBER, _RED = "#0b5d5e", "#b45309", "#a61b1b"

_SHAPES: dict[State, str] = {
    "held_in_time": f'<circle r="8" fill="{_TEAL}"/>'
    '<path d="M-4 0 L-1 3 L4 -3" fill="none" stroke="#fff" stroke-width="2"/>',
    "held_late": f'<path d="M0 -9 L9 0 L0 9 L-9 0 Z" fill="{_AMBER}"/>'
    '<path d="M-4 0 L-1 3 L4 -3" fill="none" stroke="#fff" stroke-width="2"/>',
    "overdue": f'<path d="M0 -9 L9 8 L-9 8 Z" fill="{_RED}"/>'
    '<path d="M0 -3 V3 M0 5 V7" stroke="#fff" stroke-width="2"/>',
    "due_now": f'<rect x="-7.5" y="-7.5" width="15" height="15" fill="{_AMBER}"/>'
    '<path d="M0 -4 V1 M0 3 V5" stroke="#fff" stroke-width="2"/>',
    "coming": f'<circle r="7" fill="#fff" stroke="{_INK}" stroke-width="2"/>',
    "before": f'<path d="M-6 0 H6" stroke="{_QUIET}" stroke-width="3"/>',
}

_WIDTH, _SIDE, _LANE, _TOP = 800, 24, 34, 34


def mark(state: State) -> str:
    """Return the shape of *state* to stand beside words."""
    return (
        '<svg class="vv-mark" width="20" height="20" viewBox="-10 -10 20 20" aria-hidden="true">'
        f"{_SHAPES[state]}</svg>"
    )


class CourseTimeline:
    """The line of one young person, drawn from the birthday *birthday* and its *deadlines*."""

    def __init__(
        self, birthday: date, deadlines: Sequence[Deadline], today: date, texts: Texts
    ) -> None:
        self._deadlines = sorted(deadlines, key=lambda each: each.latest)
        self._today, self._texts = today, texts
        days = [day for each in deadlines for day in (each.earliest, each.held or each.last)]
        self._ages = {age: month_later(birthday, 12 * age) for age in range(12, 30)}
        begin = min([self._ages[15], *days])
        end = max([self._ages[23], *days])
        self._ages = {age: day for age, day in self._ages.items() if begin <= day <= end}
        self._begin, self._span = begin, (end - begin).days
        self._height = _TOP + _LANE * len(deadlines) + 28

    @property
    def ages(self) -> tuple[int, int]:
        """The first and the last birthday on the line."""
        return min(self._ages), max(self._ages)

    def svg(self, today_words: str) -> str:
        """Return the drawing; *today_words* stand at the line of today."""
        lanes = "".join(self._lane(n, each) for n, each in enumerate(self._deadlines))
        return (
            f'<svg viewBox="0 0 {_WIDTH} {self._height}" aria-hidden="true" font-size="14">'
            f"{self._axis()}{self._now(today_words)}{lanes}</svg>"
        )

    def _x(self, day: date) -> float:
        share = (day - self._begin).days / self._span
        return round(_SIDE + share * (_WIDTH - 2 * _SIDE), 1)

    def _axis(self) -> str:
        low = self._height - 24
        ticks = "".join(
            f'<line x1="{self._x(day)}" y1="24" x2="{self._x(day)}" y2="{low}" stroke="{_LINE}"/>'
            f'<text x="{self._x(day)}" y="16" text-anchor="middle" fill="{_INK}">{age}</text>'
            for age, day in self._ages.items()
        )
        return f'{ticks}<line x1="{_SIDE}" y1="24" x2="{_WIDTH - _SIDE}" y2="24" stroke="{_INK}"/>'

    def _now(self, words: str) -> str:
        if not 0 <= (self._today - self._begin).days <= self._span:
            return ""
        x = self._x(self._today)
        inside = min(max(x, 72), _WIDTH - 72)
        return (
            f'<line x1="{x}" y1="24" x2="{x}" y2="{self._height - 20}" stroke="{_INK}" '
            f'stroke-width="2" stroke-dasharray="4 3"/><text x="{inside}" y="{self._height - 4}" '
            f'text-anchor="middle" fill="{_INK}">{safe(words)}</text>'
        )

    def _lane(self, number: int, deadline: Deadline) -> str:
        y = _TOP + _LANE * number + _LANE // 2
        first, last = self._x(deadline.earliest), self._x(deadline.last)
        at = self._x(deadline.held or deadline.last)
        left, right = min(first, at) - 8, max(last, at) + 16
        beside = right < _WIDTH * 0.6
        x, anchor = (right, "start") if beside else (left - 8, "end")
        name = deadline.rule.name.in_(self._texts.language)
        when = self._texts.date(deadline.held or deadline.last)
        return (
            f'<rect x="{first}" y="{y - 5}" width="{max(2.0, round(last - first, 1))}" height="10" '
            f'rx="3" fill="#9fc3c1"/><g transform="translate({at} {y})">{_SHAPES[deadline.state]}</g>'
            f'<text x="{x}" y="{y + 5}" text-anchor="{anchor}" fill="{_INK}" stroke="#fbfaf7" '
            f'stroke-width="4" paint-order="stroke">{safe(name)} · {safe(when)}</text>'
        )
