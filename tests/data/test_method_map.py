"""The map from the method to the simulation: every loose end is named, and there is none."""

from dataclasses import replace

import pytest

from data.forms import form_ids, read_form
from data.indicators import indicators
from data.indicators.indicator import Counterpart
from data.method_map import (
    CHECKLIST,
    LooseEnd,
    MapFile,
    checklist_lines,
    loose_ends,
    map_of,
    method_map,
)
from simulation.calibration.quantities import QUANTITIES
from simulation.measures import MEASURES


def loose(of, **more):
    return {(end.kind, end.id) for end in loose_ends(of, MEASURES, **more)}


def without_strand(of, id):
    return replace(of, strands=tuple(each for each in of.strands if each.id != id))


def with_strand(of, changed, **changes):
    strands = tuple(replace(each, **changes) if each.id == changed else each for each in of.strands)
    return replace(of, strands=strands)


def test_nothing_hangs_loose():
    assert loose_ends(method_map(), MEASURES) == ()


def test_every_indicator_is_a_strand_under_its_own_id():
    strands = {strand.id: strand for strand in method_map().strands if strand.indicator}

    assert strands.keys() == indicators().keys()
    for id, strand in strands.items():
        assert (strand.element, strand.fields) == (
            indicators()[id].element,
            indicators()[id].fields,
        )


def test_every_element_that_a_form_names_has_its_place():
    named = {item.element for id in form_ids() for item in read_form(id).items if item.element}

    assert {f"vejen-{number}" for number in range(1, 8)} <= method_map().elements.keys()
    assert {f"helhed-{number}" for number in range(1, 6)} <= method_map().elements.keys()
    assert {element for element in named if element[-1] <= "7"} >= {"vejen-1", "helhed-1"}
    assert {e for e in named if e.startswith("vejen")} <= method_map().elements.keys()


def test_what_is_estimated_from_records_is_tied_to_records():
    """A number that the calibration reads out of the cases is not one that only the simulation has."""
    tied = {id for strand in method_map().strands for id in strand.simulation.parameters}

    estimated = {id for quantity in QUANTITIES.values() for id in quantity.parameters}

    assert estimated <= tied


@pytest.mark.parametrize("line", checklist_lines())
def test_a_line_of_the_checklist_that_feeds_nothing_is_found(line):
    of = method_map()
    cut = tuple(
        replace(strand, fields=tuple(field for field in strand.fields if field != line))
        for strand in of.strands
    )

    assert loose(replace(of, strands=cut)) == {("line_without_strand", line)}


def test_a_new_question_of_the_checklist_is_found():
    lines = [*checklist_lines(), f"{CHECKLIST}.driving_licence"]

    assert loose(method_map(), lines=lines) == {("line_without_strand", lines[-1])}


def test_an_indicator_of_a_question_that_is_gone_is_found():
    lines = [line for line in checklist_lines() if line != "meeting.reason"]

    assert loose(method_map(), lines=lines) == {("unknown_field", "meeting.reason")}


def test_an_input_or_measure_that_stands_for_nothing_is_found():
    of = method_map()
    group = of.only_simulated[0]
    fewer = group.model_copy(update={"parameters": group.parameters[1:]})

    found = loose(replace(of, only_simulated=(fewer, *of.only_simulated[1:])))

    assert found == {("parameter_without_place", group.parameters[0])}
    assert ("measure_without_place", "new") in {
        (end.kind, end.id) for end in loose_ends(of, [*MEASURES, "new"])
    }


def test_a_counterpart_that_is_none_is_found():
    counterpart = Counterpart(parameters=("no_shows",), measures=("no_show_shares",))
    found = loose(with_strand(method_map(), "core_team", simulation=counterpart))

    assert ("unknown_parameter", "no_shows") in found
    assert ("unknown_measure", "no_show_shares") in found


def test_what_is_tied_and_marked_as_only_simulated_is_found():
    of = method_map()
    group = of.only_simulated[0]
    more = group.model_copy(update={"parameters": (*group.parameters, "no_show")})

    found = loose(replace(of, only_simulated=(more, *of.only_simulated[1:], group)))

    assert ("marked_but_tied", "no_show") in found
    assert ("marked_twice", group.parameters[0]) in found


def test_an_element_without_a_line_is_found():
    found = loose(without_strand(method_map(), "adult_present"))

    assert found == {
        ("line_without_strand", "meeting.att_adult"),
        ("element_without_strand", "vejen-5"),
    }


def test_an_element_that_says_it_has_none_and_has_one_is_found():
    assert ("element_with_both", "helhed-4") in loose(
        with_strand(method_map(), "prepared", element="helhed-4")
    )


def test_a_shared_strand_and_an_element_that_are_none_and_an_id_twice_are_found():
    of = method_map()
    element = of.elements["helhed-3"].model_copy(update={"shared": ("nothing",)})
    changed = with_strand(of, "living", element="vejen-9", id="attends")

    found = loose(replace(changed, elements={**of.elements, "helhed-3": element}))

    assert {("unknown_strand", "nothing"), ("unknown_element", "vejen-9")} <= found
    assert ("id_twice", "attends") in found


def test_loose_ends_are_told_in_order():
    empty = map_of(MapFile.model_validate({"elements": [element("vejen-1")]}), ())

    found = loose_ends(empty, ["late_share"], ["meeting.outcome"])

    assert found == tuple(sorted(found))
    assert LooseEnd("line_without_strand", "meeting.outcome") in found
    assert LooseEnd("measure_without_place", "late_share") in found
    assert LooseEnd("element_without_strand", "vejen-1") in found


def element(id):
    return {"id": id, "chapter": "01_koordinator", "name": {"da": "x", "en": "x"}}
