"""How it all hangs together: one id from a step of the method to its place in the simulation.

A :class:`Strand` ties what belongs together: a core element, the lines of the checklist (or what is known of
the case), the indicator that is counted from them, and the inputs and measures of the simulation that stand
for the same. Its id is that of the indicator, where there is one. What is tied to nothing is marked with the
reason; :func:`loose_ends` names what is neither.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import Field

from data.files import Entry, read_model
from data.forms import read_form
from data.indicators.indicator import Counterpart, Indicator, indicators
from data.presets import parameters
from data.words import Words

CHECKLIST = "meeting"
"""The id of the form that is the checklist."""
KNOWN = (
    "case.birthday",
    "case.unit",
    "case.coordinator",
    "case.opened",
    "case.closed",
    "log.coordinator",
)
"""What is known of a case beside its forms."""

_ID = r"^[a-z][a-z0-9_]*$"


class Element(Entry):
    """A core element of one of the two models."""

    id: str = Field(pattern=r"^(vejen|helhed)-\d$")
    chapter: str
    """The notebook of its chapter, without its ending."""
    name: Words
    shared: tuple[str, ...] = Field(default=(), strict=False)
    """Strands of another element that it has a part in."""
    without: Words | None = None
    """Why it has no strand."""


class OwnStrand(Entry):
    """A strand without an indicator."""

    id: str = Field(pattern=_ID)
    element: str
    fields: tuple[str, ...] = Field(min_length=1, strict=False)
    name: Words
    used_for: Words
    """What the answers are for, and why they are in no indicator."""
    simulation: Counterpart


class OnlySimulated(Entry):
    """Inputs and measures that stand for nothing that a municipality writes down in Vejviser."""

    id: str = Field(pattern=_ID)
    name: Words
    reason: Words
    parameters: tuple[str, ...] = Field(default=(), strict=False)
    measures: tuple[str, ...] = Field(default=(), strict=False)


class MapFile(Entry):
    """The content of ``definitions/method_map.toml``."""

    elements: tuple[Element, ...] = Field(min_length=1, strict=False)
    strands: tuple[OwnStrand, ...] = Field(default=(), strict=False)
    only_simulated: tuple[OnlySimulated, ...] = Field(default=(), strict=False)


@dataclass(frozen=True, slots=True)
class Strand:
    """What belongs together, under one id."""

    id: str
    element: str
    fields: tuple[str, ...]
    """Lines of the checklist as ``meeting.outcome``, or what is known of a case as ``case.opened``."""
    name: Words
    simulation: Counterpart
    indicator: Indicator | None = None
    used_for: Words | None = None
    """What the answers are for, where there is no indicator."""


@dataclass(frozen=True, slots=True)
class MethodMap:
    """The whole map."""

    elements: Mapping[str, Element]
    strands: tuple[Strand, ...]
    only_simulated: tuple[OnlySimulated, ...]

    def of_element(self, element: str) -> tuple[Strand, ...]:
        """Return the strands that *element* has, its own first and then those it has a part in."""
        own = [each for each in self.strands if each.element == element]
        shared = self.elements[element].shared
        return (*own, *(each for each in self.strands if each.id in shared))


Kind = Literal[
    "line_without_strand",
    "unknown_field",
    "unknown_element",
    "element_without_strand",
    "element_with_both",
    "unknown_strand",
    "id_twice",
    "unknown_parameter",
    "unknown_measure",
    "parameter_without_place",
    "measure_without_place",
    "marked_but_tied",
    "marked_twice",
]


@dataclass(frozen=True, slots=True, order=True)
class LooseEnd:
    """Something that the map does not tie to anything."""

    kind: Kind
    id: str
    """What hangs loose."""


@cache
def method_map() -> MethodMap:
    """Return the map, as the definitions of indicators and of the map say."""
    return map_of(read_model("definitions/method_map.toml", MapFile), tuple(indicators().values()))


def map_of(file: MapFile, known: Iterable[Indicator]) -> MethodMap:
    """Return the map that *file* and the *known* indicators make together."""
    counted = (
        Strand(each.id, each.element, each.fields, each.name, each.simulation, indicator=each)
        for each in known
    )
    others = (
        Strand(
            each.id, each.element, each.fields, each.name, each.simulation, used_for=each.used_for
        )
        for each in file.strands
    )
    elements = {element.id: element for element in file.elements}
    return MethodMap(elements, (*counted, *others), file.only_simulated)


def checklist_lines() -> tuple[str, ...]:
    """Return the lines of our checklist, such as ``meeting.outcome``.

    A municipality's own questions are not ours to tie.
    """
    items = read_form(CHECKLIST).items
    return tuple(f"{CHECKLIST}.{item.id}" for item in items if item.origin != "local")


def loose_ends(
    of: MethodMap, measures: Collection[str], lines: Collection[str] | None = None
) -> tuple[LooseEnd, ...]:
    """Return everything in *of* that hangs loose, in both directions; none where all is tied or marked.

    *measures* are the names of all measures of the simulation; *lines* are those of the checklist, ours
    unless others are given.
    """
    asked = checklist_lines() if lines is None else lines
    found = (*_loose_lines(of, asked), *_loose_elements(of), *_loose_numbers(of, measures))
    return tuple(sorted(set(found)))


def _loose_lines(of: MethodMap, lines: Collection[str]) -> Iterator[LooseEnd]:
    tied = {field for strand in of.strands for field in strand.fields}
    for line in lines:
        if line not in tied:
            yield LooseEnd("line_without_strand", line)
    for field in tied - {*lines, *KNOWN}:
        yield LooseEnd("unknown_field", field)
    ids = [strand.id for strand in of.strands]
    for id in {id for id in ids if ids.count(id) > 1}:
        yield LooseEnd("id_twice", id)


def _loose_elements(of: MethodMap) -> Iterator[LooseEnd]:
    ids = {strand.id for strand in of.strands}
    for strand in of.strands:
        if strand.element not in of.elements:
            yield LooseEnd("unknown_element", strand.element)
    for element in of.elements.values():
        has = bool(of.of_element(element.id))
        if has and element.without is not None:
            yield LooseEnd("element_with_both", element.id)
        if not has and element.without is None:
            yield LooseEnd("element_without_strand", element.id)
        for id in element.shared:
            if id not in ids:
                yield LooseEnd("unknown_strand", id)


def _loose_numbers(of: MethodMap, measures: Collection[str]) -> Iterator[LooseEnd]:
    inputs = set(parameters())
    tied_inputs = {id for strand in of.strands for id in strand.simulation.parameters}
    tied_measures = {id for strand in of.strands for id in strand.simulation.measures}
    marked_inputs = [id for group in of.only_simulated for id in group.parameters]
    marked_measures = [id for group in of.only_simulated for id in group.measures]
    for id in ({*marked_inputs} & tied_inputs) | ({*marked_measures} & tied_measures):
        yield LooseEnd("marked_but_tied", id)
    for marked in (marked_inputs, marked_measures):
        for id in {id for id in marked if marked.count(id) > 1}:
            yield LooseEnd("marked_twice", id)
    for id in tied_inputs.union(marked_inputs) ^ inputs:
        yield LooseEnd("parameter_without_place" if id in inputs else "unknown_parameter", id)
    for id in tied_measures.union(marked_measures) ^ {*measures}:
        yield LooseEnd("measure_without_place" if id in measures else "unknown_measure", id)
