"""The network map without a browser: what it takes, refuses, says and draws."""

import json
import re
from math import atan2, degrees, hypot
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.answers import row_ids
from data.forms import read_form
from data.texts import Texts
from widgets.form import FormFields
from widgets.network_map import MOST, NetworkMap
from widgets.pictures.network import draw_network, scene
from widgets.pictures.network_people import Network
from widgets.pictures.network_places import Box, Plan, labels, lines_of, points
from widgets.views import VIEWS

ROOT = Path(__file__).parents[2]
FORM = read_form("network")
DANISH = Texts.read("da")
SECTORS = ("family", "friends", "school_work", "leisure", "professionals")
AUNT = {"alias": "Moster", "sector": "family", "ring": "2", "effect": "gives", "adult": "is"}
HOSTILE = "<img src=x onerror=alert(1)>"


def rows(*people):
    """Write *people*, each a mapping from question to answer, as the answers of the form."""
    return {
        f"people.{number:03d}abcde.{id}": answer
        for number, person in enumerate(people, 1)
        for id, answer in person.items()
    }


def map_of(*people, texts=DANISH):
    made = NetworkMap(FORM, texts)
    made.answers = rows(*people)
    return made


def tell(view, kind, **what):
    """Send what the browser sends, and return the reply it is shown."""
    view._handle_custom_msg({"kind": kind, "id": "wish", **what}, [])
    return view.shown["reply"]


def of(view, row=None):
    """Return what is answered of one person."""
    row = row or row_ids(view.answers, "people")[0]
    found = {key.split(".")[2]: answer for key, answer in view.answers.items() if row in key}
    return {id: answer for id, answer in found.items() if answer is not None}


def said(view):
    return view.shown["said"][1]


FIRST = "001abcde"


# --- What is done to a person ---------------------------------------------------------------


def test_a_person_is_added_and_the_form_gets_the_answers():
    fields = FormFields(FORM, DANISH)
    view = next(child for child in fields.children if isinstance(child, VIEWS["network_map"]))

    reply = tell(view, "write", row=None, values=AUNT)

    assert reply["faults"] == {}
    assert of(fields, reply["row"]) == AUNT
    assert fields.answers == view.answers
    assert said(view) == "Tilføjet. Moster: familie, tæt på"


def test_a_step_moves_one_ring_or_one_sector_and_is_told_in_words():
    view = map_of(AUNT)

    tell(view, "step", row=FIRST, **{"in": 1})
    assert of(view)["ring"] == "1"
    assert said(view) == "Moster: familie, helt tæt på"
    tell(view, "step", row=FIRST, **{"in": 1})
    assert of(view)["ring"] == "1"
    assert said(view) == "Moster er så tæt på, som det går: familie, helt tæt på"
    for sector in (*SECTORS[1:], SECTORS[0]):
        tell(view, "step", row=FIRST, on=1)
        assert of(view)["sector"] == sector
    tell(view, "step", row=FIRST, on=-1)
    assert said(view) == "Moster: fagfolk, helt tæt på"


def test_whoever_is_dropped_keeps_the_place_until_the_sector_changes():
    view = map_of(AUNT)

    tell(view, "drop", row=FIRST, sector="friends", ring=3, angle=80)
    assert (of(view)["sector"], of(view)["ring"], of(view)["angle"]) == ("friends", "3", "80")
    tell(view, "step", row=FIRST, **{"in": 1})
    assert of(view)["angle"] == "80"
    tell(view, "step", row=FIRST, on=1)
    assert "angle" not in of(view)


def test_an_angle_outside_the_sector_is_let_go():
    view = map_of(AUNT)

    tell(view, "drop", row=FIRST, sector="friends", ring=3, angle=300)

    assert of(view)["sector"] == "friends"
    assert "angle" not in of(view)


def test_editing_changes_only_what_the_map_asks():
    view = map_of({**AUNT, "private": "private", "angle": "10"})

    tell(view, "write", row=FIRST, values={**AUNT, "alias": "Faster", "effect": ""})

    kept = {"alias": "Faster", "sector": "family", "ring": "2", "adult": "is", "angle": "10"}
    assert of(view) == {**kept, "private": "private"}


def test_everything_is_undone_in_turn():
    view = map_of({**AUNT, "private": "private"})
    before = dict(view.answers)

    tell(view, "step", row=FIRST, on=1)
    tell(view, "write", row=FIRST, values={**AUNT, "alias": "Faster"})
    added = tell(view, "write", row=None, values={**AUNT, "alias": "Træner"})["row"]
    tell(view, "remove", row=FIRST)
    assert row_ids(view.answers, "people") == (added,)
    assert view.shown["undo"] == "Fortryd: Faster fjernet"

    told = []
    for _ in range(4):
        tell(view, "undo")
        told.append(said(view))
    assert told[0] == "Fortrudt. Faster: familie, tæt på"
    assert told[1] == "Fortrudt. Træner er ikke på kortet."
    assert {key: answer for key, answer in view.answers.items() if answer} == before
    assert view.shown["undo"] == ""
    tell(view, "undo")
    assert said(view) == "Der er ikke mere at fortryde."


def test_what_came_from_elsewhere_is_not_undone():
    view = map_of(AUNT)
    tell(view, "remove", row=FIRST)

    view.answers = rows({**AUNT, "alias": "Storebror"})
    tell(view, "undo")

    assert of(view)["alias"] == "Storebror"


def test_other_answers_of_the_form_are_left_alone():
    view = map_of(AUNT)
    view.answers = {**view.answers, "missing": "en onkel", "seen_by": None}

    tell(view, "remove", row=FIRST)

    assert view.answers == {"missing": "en onkel", "seen_by": None}


def test_a_map_in_a_finished_form_cannot_be_changed():
    fields = FormFields(FORM, DANISH)
    view = next(child for child in fields.children if isinstance(child, NetworkMap))
    fields.answers = rows(AUNT)
    fields.locked = True
    before = dict(fields.answers)

    for kind, what in (("step", {"on": 1}), ("remove", {}), ("write", {"values": AUNT})):
        tell(view, kind, row=FIRST, **what)

    assert fields.answers == before
    assert view.shown["locked"]


# --- What is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alias", "id"),
    [
        ("", "empty"),
        (" \n\u202e ", "empty"),
        ("Mor 311299-4321", "cpr"),
        ("mor@example.dk", "email"),
        ("Mor 22 33 44 55", "phone"),
        ("m" * 41, "long"),
    ],
)
@pytest.mark.parametrize("row", [None, FIRST])
def test_an_alias_that_may_not_be_kept_is_refused_with_a_sentence(alias, id, row):
    view = map_of(AUNT)
    before = dict(view.answers)

    faults = tell(view, "write", row=row, values={**AUNT, "alias": alias})["faults"]

    pattern = re.sub(r"\\{\w+\\}", ".+", re.escape(DANISH.words[f"network.fault.{id}"]))
    assert re.fullmatch(pattern, faults["alias"])
    assert view.answers == before


def test_every_missing_or_impossible_choice_is_named():
    view = map_of()

    faults = tell(view, "write", row=None, values={"alias": "Mor", "effect": "magic"})["faults"]

    assert faults == {
        "sector": DANISH("network.fault.sector"),
        "ring": DANISH("network.fault.ring"),
        "effect": DANISH("network.fault.choice"),
    }
    assert view.answers == {}


def test_nobody_is_added_to_a_full_map_and_the_sentence_says_what_to_do():
    view = map_of(*[AUNT] * MOST)

    faults = tell(view, "write", row=None, values=AUNT)["faults"]

    assert faults == {"alias": DANISH("network.fault.full", limit=MOST)}
    assert len(row_ids(view.answers, "people")) == MOST


def test_an_edit_of_somebody_who_was_removed_is_told():
    view = map_of()

    faults = tell(view, "write", row=FIRST, values=AUNT)["faults"]

    assert faults == {"alias": DANISH("network.fault.gone")}


def test_a_probable_name_is_kept_and_pointed_out():
    view = map_of()
    tell(view, "write", row=None, values={**AUNT, "alias": "Min lærer Anders Holm"})

    assert of(view)["alias"] == "Min lærer Anders Holm"
    person = view.shown["groups"][0]["people"][0]
    assert person["warning"] == DANISH("network.name_warning", found="Anders Holm")


def test_the_browser_cannot_set_any_state():
    view = map_of(AUNT)
    before = dict(view.answers), dict(view.shown), dict(view.words)

    view.set_state({"answers": {"x": "y"}, "shown": {}, "words": {"title": "x"}, "locked": True})

    assert (view.answers, view.shown, view.words) == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
WISH = st.fixed_dictionaries(
    {"kind": st.sampled_from(["width", "step", "drop", "write", "remove", "undo", "eval"]) | JSON},
    optional={
        "id": JSON,
        "row": st.sampled_from([FIRST, "002abcde", "nobody", None]) | JSON,
        "in": st.sampled_from([1, -1, 5]) | JSON,
        "on": st.sampled_from([1, -1, 5]) | JSON,
        "sector": st.sampled_from(SECTORS) | JSON,
        "ring": st.integers(-1, 5) | JSON,
        "angle": st.integers(-90, 400) | JSON,
        "width": JSON,
        "values": st.fixed_dictionaries(
            {},
            optional={
                "alias": st.text(max_size=30) | JSON,
                "sector": st.sampled_from(SECTORS) | JSON,
                "ring": st.sampled_from(["0", "1", "3", "unknown"]) | JSON,
                "effect": st.sampled_from(["gives", "none"]) | JSON,
                "function": JSON,
            },
        )
        | JSON,
    },
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WISH | JSON, max_size=6))
def test_whatever_the_browser_sends_the_answers_stay_answers_of_the_form(wishes):
    view = map_of(AUNT, {**AUNT, "alias": "Ven 1", "sector": "friends"})

    for wish in wishes:
        view._handle_custom_msg(wish, [])

    assert {key: FORM.complete(view.answers)[key] for key in view.answers} == view.answers
    json.dumps(view.shown, ensure_ascii=False, allow_nan=False).encode()


# --- What is drawn --------------------------------------------------------------------------


FIFTEEN = [
    *[(alias, "family") for alias in ("Mor", "Moster", "Storebror", "Farmor", "Plejefar")],
    *[(alias, "friends") for alias in ("Ven 1", "Ven fra FGU", "Kæreste")],
    *[(alias, "school_work") for alias in ("Lærer på FGU", "Mester på værkstedet")],
    *[(alias, "leisure") for alias in ("Træner", "Klubmedarbejder")],
    *[(alias, "professionals") for alias in ("Mentor", "Psykolog", "Kontaktperson")],
]
CROWD = rows(
    *(
        {"alias": alias, "sector": sector, "ring": str(place % 3 + 1), "effect": "gives"}
        for place, (alias, sector) in enumerate(FIFTEEN)
    )
)


@pytest.mark.parametrize("width", [360, 720])
def test_fifteen_people_can_be_read(width):
    network = Network(FORM, DANISH)
    people = network.people(CROWD)
    plan = Plan(width, SECTORS, (1, 2, 3))
    placed = points(plan, people)
    written = {one.row: [(line, plan.size) for line in lines_of(one.alias)] for one in people}

    found = labels(plan, placed, written, [])

    marks = {row: Box(x - 9, y - 9, x + 9, y + 9) for row, (x, y) in placed.items()}
    for row, label in found.items():
        others = [other.box for one, other in found.items() if one != row]
        assert label.box.overlap(others + list(marks.values())) == 0
        assert label.box.left >= 0
        assert label.box.right <= width


@given(
    st.lists(
        st.tuples(
            st.sampled_from(SECTORS),
            st.sampled_from("123"),
            st.none() | st.integers(0, 359).map(str),
        ),
        max_size=40,
    ),
    st.sampled_from([280, 360, 720]),
)
@settings(max_examples=40, deadline=None)
def test_everybody_is_drawn_in_the_ring_and_sector_of_the_answers(places, width):
    given_ = rows(*({"sector": s, "ring": r, "angle": a} for s, r, a in places))
    network = Network(FORM, DANISH)
    people = network.people(given_)
    drawn = scene(network, people, width)

    assert drawn.points.keys() == {person.row for person in people}
    for person in people:
        x, y = drawn.points[person.row]
        distance = hypot(x - drawn.plan.x, y - drawn.plan.y)
        inner, outer = drawn.plan.band(person.ring)
        assert inner < distance < outer
        angle = degrees(atan2(x - drawn.plan.x, drawn.plan.y - y))
        assert network.sector_at(angle) == person.sector


def test_the_static_picture_tells_everything_in_words_and_escapes_them():
    answers = rows(AUNT, {"alias": HOSTILE, "sector": "friends", "ring": "3"}, {"alias": "Nabo"})
    html = draw_network(FORM, answers, DANISH)
    figure = ET.fromstring(html)  # noqa: S314 (our own)

    told = figure.find("div").get("aria-label")
    assert "Netværkskort med 3 personer." in told
    assert "Moster: familie, tæt på, giver kræfter, den unges voksen." in told
    assert f"{HOSTILE}: venner, langt fra." in told
    assert "Nabo: ikke sat på kortet endnu." in told
    words = "".join(figure.itertext())
    assert "Moster" in words
    assert "<img" not in html
    assert html == draw_network(FORM, answers, DANISH)


def test_shapes_and_lines_tell_what_being_together_does():
    effects = ("gives", "drains", "both", None)
    people = [{"alias": "x", "sector": "family", "ring": "2", "effect": one} for one in effects]
    network = Network(FORM, DANISH)
    drawn = scene(network, network.people(rows(*people)), 720)

    shapes = [{mark[1]["class"] for mark in marks} for marks in drawn.people.values()]
    assert len({frozenset(shape) for shape in shapes}) == 4
    dashes = [
        (tie[1].get("stroke-dasharray"), tie[1]["stroke-width"]) for tie in drawn.ties.values()
    ]
    assert len(set(dashes)) == 4
    for effect, marks in zip(effects[:3], drawn.people.values(), strict=False):
        words = [mark[2] for mark in marks]
        assert DANISH(f"network.effect.{effect}") in words


def test_a_long_name_takes_two_lines():
    assert lines_of("Kontaktperson på opholdsstedet i den anden ende") == [
        "Kontaktperson på",
        "opholdsstedet i…",
    ]


def test_every_word_of_the_map_is_used():
    files = [ROOT / "widgets/network_map.py", *(ROOT / "widgets/pictures").glob("network*.py")]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    made = {f"network.{kind}." for kind in ("effect", "adult", "undo", "said", "fault")}
    for name in DANISH.words:
        if name.startswith("network.") and not name.startswith(tuple(made)):
            assert f'"{name}"' in code or f'"{name.removeprefix("network.")}"' in code, name
