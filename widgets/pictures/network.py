"""The network map as a picture: the same marks on the page, in a print and in a file.

What being together does is told by shape, by line and in words: a filled circle with a plus and a
whole line, a hollow diamond with a minus and a broken line, a square with both. Colour only repeats it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from math import cos, radians, sqrt

from data.answers import Answers
from data.forms import Form
from data.texts import Texts
from widgets.pictures import network_places as places
from widgets.pictures.network_people import ADULTS, EFFECTS, Network, Person
from widgets.pictures.network_places import POINT, SIZE, SMALL, Box, Label, Plan

INK = "#1f2423"
QUIET = "#545b59"
LINE = "#a9aeab"
GROUND = "#fbfaf7"
TEAL = "#0b5d5e"
PALE = "#e4efee"
AMBER = "#8a5a00"
_PRINT_WIDTH = 720
_SMALL_LETTERS = 20
"""Letters on a line below a name."""
_LINES: dict[str | None, dict[str, str]] = {
    "gives": {"stroke": TEAL, "stroke-width": "2"},
    "drains": {"stroke": AMBER, "stroke-width": "2", "stroke-dasharray": "7 5"},
    "both": {"stroke": INK, "stroke-width": "1.5", "stroke-dasharray": "9 4 2 4"},
    None: {"stroke": LINE, "stroke-width": "1"},
}

Mark = tuple[str, dict[str, str], str]
"""One SVG element: its name, its attributes, and its words."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is drawn of a map."""

    plan: Plan
    height: float
    ground: list[Mark] = field(default_factory=list)
    """Sectors and rings."""
    cells: list[tuple[str, int, Mark]] = field(default_factory=list)
    """The field of each sector and ring, to be shown while somebody is moved."""
    ties: dict[str, Mark] = field(default_factory=dict)
    """The line from the middle to each person, by row."""
    words: list[Mark] = field(default_factory=list)
    """The names of sectors and rings, and the young person."""
    people: dict[str, list[Mark]] = field(default_factory=dict)
    """What is drawn of each person, by row, with the point at 0, 0."""
    points: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Where the point of each person is."""
    key: list[Mark] = field(default_factory=list)
    """What the shapes mean, below the map."""


def scene(network: Network, people: Sequence[Person], width: float) -> Scene:
    """Return the picture of *people* on a map *width* pixels wide, within its bounds."""
    width = min(max(width, places.NARROW), places.WIDE)
    plan = Plan(width, tuple(network.sectors), tuple(network.rings))
    words, taken = _names(plan, network)
    key, height = _key(plan, network)
    drawn = [person for person in people if person.placed]
    points = places.points(plan, drawn)
    lines = {person.row: _lines(person, plan, network) for person in drawn}
    labels = places.labels(plan, points, lines, taken)
    return Scene(
        plan=plan,
        height=height,
        ground=_ground(plan),
        cells=[(one, ring, _cell(plan, one, ring)) for one in plan.sectors for ring in plan.rings],
        ties={one.row: _tie(plan, points[one.row], one.effect) for one in drawn},
        words=words,
        people={one.row: _person(one, points[one.row], labels[one.row]) for one in drawn},
        points=points,
        key=key,
    )


def draw_network(form: Form, answers: Answers, texts: Texts) -> str:
    """Return the map of *answers* as an accessible ``<figure>`` with an SVG, for print and pages.

    All that the picture shows stands in its text alternative too. Text is escaped.
    """
    network = Network(form, texts)
    people = network.people(answers)
    drawn = scene(network, people, _PRINT_WIDTH)
    inside = [*drawn.ground, *drawn.ties.values(), *drawn.words]
    groups = [
        f'<g transform="translate({x:.1f} {y:.1f})">{_written(drawn.people[row])}</g>'
        for row, (x, y) in drawn.points.items()
    ]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawn.plan.width:g} {drawn.height:g}"'
        f' font-family="sans-serif" aria-hidden="true">{_written(inside)}{"".join(groups)}'
        f"{_written(drawn.key)}</svg>"
    )
    return (
        f'<figure class="vv-figure vv-network"><div role="img" '
        f'aria-label="{escape(alternative(network, people))}">{svg}</div>'
        f"<figcaption>{escape(summary(network, people))}</figcaption></figure>"
    )


def summary(network: Network, people: Sequence[Person]) -> str:
    """Return in one sentence how many people there are."""
    texts = network.texts
    if not people:
        return texts("network.nobody")
    if len(people) == 1:
        return texts("network.one_person")
    return texts("network.some_people", count=texts.number(len(people)))


def alternative(network: Network, people: Sequence[Person]) -> str:
    """Return the map in words: everybody, by sector."""
    told = "".join(f" {network.sentence(person)}." for person in people)
    return f"{summary(network, people)}{told}"


def _written(marks: Iterable[Mark]) -> str:
    """Return *marks* as SVG, with everything escaped."""
    return "".join(
        f"<{tag}{_attributes(attributes)}>{escape(words)}</{tag}>"
        for tag, attributes, words in marks
    )


def _attributes(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


# --- The map ------------------------------------------------------------------------------------


def _ground(plan: Plan) -> list[Mark]:
    marks: list[Mark] = []
    # The outermost first: each ring lies on the one around it.
    for number, radius in reversed(list(enumerate(plan.radii[1:]))):
        fill = "#ffffff" if number % 2 == 0 else "#f3f1ea"
        marks.append(_circle(plan.x, plan.y, radius, "ring", fill=fill, stroke=LINE))
    reach = plan.radii[-1] + places.POINT
    for sector in plan.sectors:
        ends = (
            *plan.at(plan.start(sector), plan.radii[0]),
            *plan.at(plan.start(sector), reach),
        )
        marks.append(_line(ends, "sector", {"stroke": LINE, "stroke-width": "1.5"}))
    return marks


def _cell(plan: Plan, sector: str, ring: int) -> Mark:
    inner, outer = plan.band(ring)
    start, end = plan.start(sector), plan.start(sector) + plan.span
    corners = [
        plan.at(start, outer),
        plan.at(end, outer),
        plan.at(end, inner),
        plan.at(start, inner),
    ]
    one, two, three, four = (f"{x:.1f} {y:.1f}" for x, y in corners)
    path = (
        f"M{one}A{outer:.1f} {outer:.1f} 0 0 1 {two}L{three}A{inner:.1f} {inner:.1f} 0 0 0 {four}Z"
    )
    return "path", {"class": "vv-net-cell", "d": path, "fill": "none"}, ""


def _names(plan: Plan, network: Network) -> tuple[list[Mark], list[Box]]:
    """Return the names of sectors and rings and the middle, and the boxes they take up."""
    marks: list[Mark] = []
    taken: list[Box] = []
    for sector, words in network.sectors.items():
        x, y, anchor, box = _corner(plan, plan.start(sector) + plan.span / 2, words)
        marks.append(_words(x, y, words, SIZE + 1, anchor, weight="600", fill=TEAL))
        taken.append(box)
    border = min(
        (plan.start(sector) for sector in plan.sectors), key=lambda at: abs(at % 360 - 180)
    )
    for ring, words in network.rings.items():
        x, y = plan.at(border, sum(plan.band(ring)) / 2)
        width = places.written_width(words, SMALL)
        taken.append(Box(x - width / 2 - 2, y - 9, x + width / 2 + 2, y + 9))
        marks.append(_words(x, y + SMALL * 0.35, words, SMALL, "middle", fill=QUIET))
    marks.append(_circle(plan.x, plan.y, plan.radii[0], "me", fill=TEAL, stroke=TEAL))
    me = network.texts("network.me")
    marks.append(
        _words(
            plan.x, plan.y + 5, me, SIZE, "middle", weight="600", fill="#ffffff", kind="me-words"
        )
    )
    radius = plan.radii[0]
    taken.append(Box(plan.x - radius, plan.y - radius, plan.x + radius, plan.y + radius))
    return marks, taken


def _corner(plan: Plan, angle: float, words: str) -> tuple[float, float, str, Box]:
    """Return where the name of the sector at *angle* stands: outside the rings, level, in a corner."""
    width = places.written_width(words, SIZE + 1)
    outer = plan.radii[-1]
    angle %= 360
    down = -outer * cos(radians(angle))
    if min(angle, 360 - angle) < 1 or abs(angle - 180) < 1:
        y = plan.y + (outer + 18 if down > 0 else -outer - 10)
        return plan.x, y, "middle", Box(plan.x - width / 2, y - SIZE, plan.x + width / 2, y + 6)
    # As near the middle of the sector as there is room beside the rings.
    room = plan.width / 2 - width - 12
    least = sqrt(max(0.0, outer**2 - room**2)) if room > 0 else outer + 14
    away = min(max(abs(down), least + (0 if room >= outer else 12)), outer + 14)
    y = plan.y + (away + 5 if down > 0 else 5 - away)
    right = angle < 180
    x = plan.width - 4 if right else 4.0
    left = x - width if right else x
    box = Box(left, y - SIZE, left + width, y + 6)
    return x, y, "end" if right else "start", box


def _key(plan: Plan, network: Network) -> tuple[list[Mark], float]:
    """Return what the shapes mean, in lines below the map, and the height of it all."""
    texts = network.texts
    entries: list[tuple[str | None, str | None, str]] = [
        *((effect, None, texts(f"network.effect.{effect}")) for effect in EFFECTS),
        *((None, adult, texts(f"network.adult.{adult}")) for adult in ADULTS),
    ]
    marks: list[Mark] = []
    x, y = 20.0, plan.height + 22
    for effect, adult, words in entries:
        width = 42 + places.written_width(words, SMALL)
        if x > 20 and x + width > plan.width:
            x, y = 20.0, y + 34
        marks.append(_line((x - 16, y, x + 16, y), "tie", _LINES[effect] if effect else {}))
        marks += [_moved(mark, x, y) for mark in _shape(effect, adult)]
        marks.append(_words(x + 22, y + SMALL * 0.35, words, SMALL, "start", fill=INK))
        x += width + 8
    return marks, y + 22


# --- A person ------------------------------------------------------------------------------------


def _lines(person: Person, plan: Plan, network: Network) -> list[tuple[str, float]]:
    lines = [(line, plan.size) for line in places.lines_of(network.name(person))]
    if plan.roomy:
        told = (places.lines_of(words, _SMALL_LETTERS) for words in network.traits(person))
        lines += [(line, SMALL) for those in told for line in those]
    return lines


def _tie(plan: Plan, place: tuple[float, float], effect: str | None) -> Mark:
    return _line((plan.x, plan.y, *place), "tie", _LINES[effect])


def _person(person: Person, place: tuple[float, float], label: Label) -> list[Mark]:
    marks: list[Mark] = [_circle(0, 0, 14, "reach", fill="transparent", stroke="none")]
    left, top = label.box.left - place[0], label.box.top - place[1]
    if label.far:
        near = places.nearest(place, label.box)
        ends = (0, 0, near[0] - place[0], near[1] - place[1])
        marks.append(_line(ends, "lead", {"stroke": QUIET, "stroke-width": "1"}))
    marks += _shape(person.effect, person.adult)
    width = label.box.right - label.box.left
    x = left + {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    for words, size in label.lines:
        top += 1.25 * size
        heavy = "600" if size > SMALL else "400"
        marks.append(_words(x, top - 0.3 * size, words, size, label.anchor, weight=heavy, fill=INK))
    return marks


def _shape(effect: str | None, adult: str | None) -> list[Mark]:
    """Return the mark of a person at 0, 0."""
    marks: list[Mark] = []
    if adult:
        dashes = {} if adult == "is" else {"stroke-dasharray": "4 3"}
        marks.append(
            _circle(
                0, 0, POINT + 4, "adult", fill=GROUND, stroke=INK, **{"stroke-width": "2"}, **dashes
            )
        )
    plus, minus = "M-4.5 0H4.5M0 -4.5V4.5", "M-4.5 0H4.5"
    if effect == "gives":
        marks.append(_circle(0, 0, POINT - 1, "gives", fill=TEAL, stroke=TEAL))
        marks.append(_path(plus, "sign-light", fill="none", stroke="#ffffff"))
    elif effect == "drains":
        size = POINT + 1
        diamond = f"M0 {-size}L{size} 0L0 {size}L{-size} 0Z"
        marks.append(_path(diamond, "drains", fill=GROUND, stroke=AMBER))
        marks.append(_path(minus, "sign", fill="none", stroke=AMBER))
    elif effect == "both":
        marks.append(_path("M-9 -9H9V9H-9Z", "both", fill=GROUND, stroke=INK))
        marks.append(_path("M-4 -3H4M0 -7V1M-4 5H4", "sign", fill="none", stroke=INK))
    else:
        marks.append(_circle(0, 0, POINT - 3, "unsaid", fill=GROUND, stroke=QUIET))
    return marks


# --- Elements ------------------------------------------------------------------------------------


def _circle(x: float, y: float, radius: float, kind: str, **looks: str) -> Mark:
    place = {"class": f"vv-net-{kind}", "cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{radius:.1f}"}
    return "circle", {**place, **looks}, ""


def _line(ends: Sequence[float], kind: str, looks: Mapping[str, str]) -> Mark:
    names = ("x1", "y1", "x2", "y2")
    place = {name: f"{end:.1f}" for name, end in zip(names, ends, strict=True)}
    return "line", {"class": f"vv-net-{kind}", **place, **looks}, ""


def _path(path: str, kind: str, **looks: str) -> Mark:
    return "path", {"class": f"vv-net-{kind}", "d": path, "stroke-width": "2", **looks}, ""


def _words(
    x: float,
    y: float,
    words: str,
    size: float,
    anchor: str,
    *,
    weight: str = "400",
    fill: str = INK,
    kind: str = "words",
) -> Mark:
    looks = {
        "class": f"vv-net-{kind}",
        "x": f"{x:.1f}",
        "y": f"{y:.1f}",
        "font-size": f"{size:g}",
        "font-weight": weight,
        "text-anchor": anchor,
        "fill": fill,
    }
    if kind == "words":  # Lines that pass behind words do not make them harder to read.
        looks |= {"stroke": GROUND, "stroke-width": "4", "paint-order": "stroke"}
        looks |= {"stroke-linejoin": "round"}
    return "text", looks, words


def _moved(mark: Mark, x: float, y: float) -> Mark:
    tag, looks, words = mark
    return tag, {**looks, "transform": f"translate({x:.1f} {y:.1f})"}, words
