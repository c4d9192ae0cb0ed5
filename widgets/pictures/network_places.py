"""Where everything on a network map stands: sectors, rings, people, and words that do not collide.

Lengths are pixels and angles degrees clockwise from the top. The width of letters is reckoned, not
measured, so that the page, the print and a test get the same picture; the reckoning is generous.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import cos, degrees, hypot, inf, radians, sin
from typing import NamedTuple

from widgets.pictures.network_people import Person

NARROW, WIDE = 280, 760
"""The least and the largest width of a map."""
POINT = 10
"""Half the width of a person's mark; a finger's room of 14 lies around it."""
SIZE = 14.0
SMALL = 12.5
"""The size of letters in names where there is room, and in the words below them."""
_ROOMY = 520
"""From this width on, the words below a name have room."""
_RIM = 30
_GAP = 17
"""From the middle of a mark to its words: beyond the ring around the young person's adult."""
_LETTERS = 17
"""Letters on a line of a name."""
_ROUNDS = 5
_CROSSED = 200
"""What it costs that the line to a name passes over something."""


class Box(NamedTuple):
    """A rectangle that words take up, by its edges."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, others: Iterable["Box"]) -> float:
        """Return the area that this box and each of the *others* both cover, added up."""
        left, top, right, bottom = self
        area = 0.0
        for one in others:
            if one[0] < right and left < one[2] and one[1] < bottom and top < one[3]:
                across = min(right, one[2]) - max(left, one[0])
                area += across * (min(bottom, one[3]) - max(top, one[1]))
        return area


@dataclass(frozen=True, slots=True)
class Plan:
    """The rings and sectors of a map as wide as *width*."""

    width: float
    sectors: tuple[str, ...]
    rings: tuple[int, ...]
    x: float = field(init=False)
    y: float = field(init=False)
    radii: tuple[float, ...] = field(init=False)
    """Of the young person's own circle, and of each ring from the inside out."""

    def __post_init__(self) -> None:
        outer = min(self.width, 700) / 2 - (10 if self.width < _ROOMY else 16)
        inner = max(22.0, outer * 0.1)
        count = len(self.rings)
        # An inner ring is shorter than an outer one, so it is broader.
        steps = [(step / count) ** 0.85 for step in range(count + 1)]
        object.__setattr__(self, "x", self.width / 2)
        object.__setattr__(self, "y", outer + _RIM)
        object.__setattr__(self, "radii", tuple(inner + (outer - inner) * step for step in steps))

    @property
    def height(self) -> float:
        """What the rings take up, with room for the names of sectors above and below."""
        return 2 * (self.radii[-1] + _RIM)

    @property
    def roomy(self) -> bool:
        """Whether there is room for words below the names."""
        return self.width >= _ROOMY

    @property
    def span(self) -> float:
        """The degrees of a sector."""
        return 360 / len(self.sectors)

    @property
    def size(self) -> float:
        """The size of letters in names."""
        return SIZE if self.roomy else 13

    def at(self, angle: float, radius: float) -> tuple[float, float]:
        """Return the place at *angle* and *radius* from the middle."""
        return self.x + radius * sin(radians(angle)), self.y - radius * cos(radians(angle))

    def start(self, sector: str) -> float:
        """Return the angle at which *sector* begins."""
        return (self.sectors.index(sector) - 0.5) * self.span

    def band(self, ring: int) -> tuple[float, float]:
        """Return the inner and the outer radius of *ring*."""
        place = self.rings.index(ring)
        return self.radii[place], self.radii[place + 1]


@dataclass(frozen=True, slots=True)
class Label:
    """The words beside a person."""

    lines: tuple[tuple[str, float], ...]
    """Each line and the size of its letters."""
    box: Box
    anchor: str
    """Which end of a line stands fast, as SVG says it: ``start``, ``middle`` or ``end``."""
    far: bool
    """Whether it stands so far off that a line leads to it."""


def written_width(words: str, size: float) -> float:
    """Return about how wide *words* are in letters of *size*, rather too much than too little."""
    return size * sum(map(_letter, words))


def _letter(sign: str) -> float:
    if sign in "ijltfrI.,:;'|!()[] -":
        return 0.4
    if sign in "mwMWæÆ@%…—" or ord(sign) > 0x2E7F:
        return 1.0
    return 0.72 if sign.isupper() else 0.62


def lines_of(words: str, letters: int = _LETTERS, most: int = 2) -> list[str]:
    """Return *words* on at most *most* lines of about *letters* each; what is left out is ``…``."""
    lines: list[str] = []
    for word in words.split():
        for start in range(0, len(word), letters):
            part = word[start : start + letters]
            if lines and start == 0 and len(lines[-1]) + 1 + len(part) <= letters:
                lines[-1] += f" {part}"
            else:
                lines.append(part)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: letters - 1].rstrip() + "…"]
    return lines


def points(plan: Plan, people: Iterable[Person]) -> dict[str, tuple[float, float]]:
    """Return where each of *people* stands: by hand where that was said, else spread in the cell."""
    placed: dict[str, tuple[float, float]] = {}
    cells = sorted(
        (one for one in people if one.sector is not None and one.ring is not None),
        key=lambda one: (plan.sectors.index(one.sector or ""), one.ring or 0, one.row),
    )
    for (sector, ring), cell in groupby(cells, key=lambda one: (one.sector, one.ring)):
        placed |= _in_cell(plan, sector or "", ring or 0, list(cell))
    return placed


def _in_cell(
    plan: Plan, sector: str, ring: int, cell: Sequence[Person]
) -> dict[str, tuple[float, float]]:
    inner, outer = plan.band(ring)
    middle = (inner + outer) / 2
    start = plan.start(sector)
    edge = degrees((POINT + 3) / middle)
    low, high = edge, plan.span - edge
    free = [one for one in cell if one.angle is None]
    # Not on the line through the ring within, where their lines would lie on each other.
    lean = plan.span * 0.1 * (plan.rings.index(ring) - 1)
    wish = {
        one.row: plan.span * (place + 1) / (len(free) + 1) + lean for place, one in enumerate(free)
    } | {one.row: (one.angle - start) % 360 for one in cell if one.angle is not None}
    order = sorted(cell, key=lambda one: (wish[one.row], one.row))
    gap = degrees((2 * POINT + 4) / middle)
    rows = 1 if len(cell) < 3 else 2
    if len(cell) * gap > 2 * (high - low) and outer - inner > 5 * POINT:
        rows = 3
    placed = {}
    for row in range(rows):
        mates = order[row::rows]
        spread = _apart([min(max(wish[one.row], low), high) for one in mates], gap, low, high)
        away = 0.0 if rows == 1 else (row / (rows - 1) - 0.5) * min(0.5 * (outer - inner), 48)
        for one, angle in zip(mates, spread, strict=True):
            placed[one.row] = plan.at(start + angle, middle + away)
    return placed


def _apart(wishes: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return *wishes*, which rise, with *gap* between them, or as much of it as there is room for."""
    gap = min(gap, (high - low) / max(1, len(wishes) - 1))
    found: list[float] = []
    for place, wish in enumerate(wishes):
        rest = len(wishes) - 1 - place
        least = found[-1] + gap if found else low
        found.append(min(max(wish, least), high - rest * gap))
    return found


def labels(
    plan: Plan,
    places: Mapping[str, tuple[float, float]],
    lines: Mapping[str, Sequence[tuple[str, float]]],
    taken: Sequence[Box],
) -> dict[str, Label]:
    """Return where the words of each person stand, so that they cover as little as possible.

    *lines* are the words of each, *taken* the boxes of other words. Each label tries the places
    around its point, then places further off; a few rounds let early ones make room for late ones.
    """
    tries = {row: _priced(plan, row, places, tuple(lines[row]), taken) for row in places}
    found: dict[str, Label] = {}
    # From the middle out: there is least room there.
    order = sorted(places, key=lambda row: hypot(places[row][0] - plan.x, places[row][1] - plan.y))
    for _ in range(_ROUNDS):
        before = dict(found)
        for row in order:
            others = [label.box for other, label in found.items() if other != row]
            found[row] = _cheapest(tries[row], others)
        if found == before:
            break
    return found


def _priced(
    plan: Plan,
    row: str,
    places: Mapping[str, tuple[float, float]],
    lines: tuple[tuple[str, float], ...],
    taken: Sequence[Box],
) -> list[tuple[float, Label]]:
    """Return the places for the words of *row*, the cheapest first, and what each costs alone."""
    place = places[row]
    tries = list(_around(plan, place, lines))
    edges = list(zip(*(label.box for _, label in tries), strict=True))
    reach = (Box(min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3])),)
    others = [at for other, at in places.items() if other != row]
    fixed = [box for box in taken if box.overlap(reach)]
    fixed += [box for x, y in others if (box := _square(x, y, POINT + 5)).overlap(reach)]
    # Words that stand close to somebody else's point would be read as that person's.
    near = [box for x, y in others if (box := _square(x, y, POINT + 16)).overlap(reach)]

    def price(cost: float, label: Label) -> float:
        crossed = label.far and _lead(place, label.box).overlap(fixed) > 0
        beside = 8 * label.box.overlap(fixed) + 0.3 * label.box.overlap(near)
        return cost + beside + (_CROSSED if crossed else 0)

    return sorted(((price(*tried), tried[1]) for tried in tries), key=lambda tried: tried[0])


def nearest(place: tuple[float, float], box: Box) -> tuple[float, float]:
    """Return the point of *box* that is nearest to *place*: where a line from there ends."""
    x, y = place
    return min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)


def _lead(place: tuple[float, float], box: Box) -> Box:
    """Return the room that the line from *place* to *box* takes."""
    (x, y), (to_x, to_y) = place, nearest(place, box)
    return Box(min(x, to_x) - 1, min(y, to_y) - 1, max(x, to_x) + 1, max(y, to_y) + 1)


def _cheapest(tries: Sequence[tuple[float, Label]], others: Sequence[Box]) -> Label:
    """Return the label that costs least beside *others*; *tries* rise by what each costs alone."""
    best, least = tries[0][1], inf
    for alone, label in tries:
        if alone >= least:
            break
        hidden = label.box.overlap(others)
        cost = alone + (60 + 8 * hidden if hidden else 0)
        if cost < least:
            best, least = label, cost
    return best


def _square(x: float, y: float, half: float) -> Box:
    return Box(x - half, y - half, x + half, y + half)


def _around(
    plan: Plan, place: tuple[float, float], lines: tuple[tuple[str, float], ...]
) -> Iterator[tuple[float, Label]]:
    """Yield the places for a label with what each costs in itself."""
    width = max(written_width(words, size) for words, size in lines)
    height = sum(1.25 * size for _, size in lines)
    page = (Box(2, 2, plan.width - 2, plan.height - 2),)
    x, y = place
    for step in range(6):
        away = _GAP + 12 * step
        for turn, angle in enumerate((90, 270, 180, 0, 120, 240, 60, 300, 105, 255, 75, 285)):
            across, down = away * sin(radians(angle)), -away * cos(radians(angle))
            anchor = "middle" if angle in {0, 180} else "start" if angle < 180 else "end"
            left = x + across - {"start": 0, "middle": width / 2, "end": width}[anchor]
            top = y + down - {0: height, 180: 0}.get(angle, height / 2)
            box = Box(left, top, left + width, top + height)
            outside = width * height - box.overlap(page)
            yield 40 * step + 4 * turn + 50 * outside, Label(lines, box, anchor, step > 0)
