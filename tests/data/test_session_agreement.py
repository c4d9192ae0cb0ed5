"""The clock of a session, how far each group is, answers side by side, and the workbook of it all."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from docx import Document
from docx.table import Table

from data.export.session_workbook import session_csv, session_document
from data.sessions import (
    Participant,
    Session,
    Sheet,
    align,
    progress_of,
    read_exercise,
    read_plan,
)
from data.texts import Texts

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEAM = read_exercise("coordinator_and_team")
AGREEMENTS = read_exercise("agreements_from_dialogue")


def a_session(**changes):
    words = {
        "id": "a",
        "code": "CDFGHJ",
        "title": "Metodedag",
        "language": "da",
        "plan": read_plan("full_day"),
        "groups": 3,
        "created": NOON,
        "ends": NOON + timedelta(hours=24),
    }
    return Session(**{**words, **changes})


def people(*groups):
    """Participants 1, 2 and so on in *groups*."""
    return [
        Participant(session="a", number=number, group=group, last_seen=NOON)
        for number, group in enumerate(groups, start=1)
    ]


def sheets(*answers, exercise=TEAM):
    return [
        Sheet(participant=n, exercise=exercise.id, answers=given, revision=1, saved=NOON)
        for n, given in enumerate(answers, start=1)
    ]


def aligned(question, groups, answers, exercise=TEAM):
    found = align(
        a_session(), exercise, people(*groups), sheets(*answers, exercise=exercise), DANISH
    )
    return next(each for each in found if each.question == question)


# --- The clock ---------------------------------------------------------------------------------


def test_the_clock_of_a_step_runs_stands_and_goes_on_where_it_was():
    def at(minutes):
        return NOON + timedelta(minutes=minutes)

    session = a_session()
    assert (session.now, session.elapsed(at(5)), session.left(at(5))) == (None, 0, 0)
    assert session.resumed(at(0)) == session  # there is no step to run
    session = session.at_step("welcome", at(0))
    assert (session.elapsed(at(5)), session.left(at(5))) == (300, 900)
    session = session.paused(at(5))
    assert session.paused(at(9)) == session
    assert session.elapsed(at(30)) == 300
    session = session.resumed(at(30))
    assert session.resumed(at(31)) == session
    assert session.left(at(50)) == -300
    session = session.at_step("talk_models", at(50))
    assert (session.elapsed(at(52)), session.elapsed_in_all(at(52))) == (120, 1620)
    session = session.at_step("welcome", at(52))
    assert session.elapsed(at(53)) == 1560
    assert session.elapsed_in_all(at(53)) == 1680
    # A step that was taken out of the plan while it ran ends nothing.
    without = replace(session, plan=session.plan.without("welcome"))
    assert (without.now, without.exercise) == (None, "")
    assert without.elapsed_in_all(at(53)) == 1680
    with pytest.raises(LookupError, match="welcome"):
        session.at_step("nothing", at(54))


def test_what_is_shown_is_a_question_or_the_whole_exercise():
    session = a_session().showing(f"{TEAM.id}/place")

    assert session.shows(TEAM.id, "place")
    assert not session.shows(TEAM.id, "at_table")
    assert not session.shows("consent_refused", "place")
    assert session.showing(TEAM.id).shows(TEAM.id, "at_table")
    assert not session.showing(f"{TEAM.id}/place", on=False).shown
    # Who hides the exercise hides the question that was shown before it, too.
    other = session.showing("consent_refused/why").showing(TEAM.id).showing(TEAM.id, on=False)
    assert other.shown == {"consent_refused/why"}


def test_the_exercise_of_the_step_is_that_of_the_session():
    assert a_session().exercise == ""
    assert a_session(step="break_1").exercise == ""
    assert a_session(step="exercise_team").exercise == TEAM.id


# --- Progress ----------------------------------------------------------------------------------


def test_each_group_is_as_far_as_its_participants():
    required = {item.id for item in TEAM.form.items if item.required}
    whole = {id: "ask" if id == "place" else None for id in required}
    whole |= {"in_charge": "pair", "in_charge_why": "x", "at_table": "contact"}
    whole |= {"not_at_table": "x", "first_item": "workshop"}

    first, second, third = progress_of(
        a_session(), TEAM, people(1, 1, 2), sheets(whole, {"in_charge": "pair"})
    )

    assert [each.group for each in (first, second, third)] == [1, 2, 3]
    assert [(each.answered, each.asked) for each in first.participants] == [(5, 5), (1, 5)]
    assert (first.done, first.begun, first.share) == (1, 2, 0.6)
    assert (second.done, second.begun, second.share) == (0, 0, 0.0)
    assert (third.participants, third.share) == ((), 0.0)


def test_answers_to_another_exercise_do_not_count():
    other = sheets({"teacher": "pause"}, exercise=read_exercise("consent_refused"))

    assert progress_of(a_session(), TEAM, people(1), other)[0].begun == 0
    assert all(not each.answered for each in align(a_session(), TEAM, people(1), other, DANISH))


# --- Agreement ---------------------------------------------------------------------------------


def test_answers_of_the_groups_stand_beside_each_other():
    place = aligned(
        "place",
        (1, 1, 2, 2),
        ({"place": "shed"}, {"place": "shed"}, {"place": "shed"}, {"place": "ask"}),
    )

    assert {group: dict(each.counts) for group, each in place.by_group.items()} == {
        1: {"shed": 2},
        2: {"ask": 1, "shed": 1},
        3: {},
    }
    assert (place.agreement, place.most_common, place.answered) == (0.75, ("shed",), 4)
    assert dict(place.counts) == {"shed": 3, "ask": 1}
    assert place.by_group[2].most_common == ("ask", "shed")
    assert not place.groups_differ
    assert place.label(DANISH) == "Hvor holder I mødet?"
    assert place.say("ask", ENGLISH) == "You ask him"


def test_groups_differ_where_no_answer_is_the_commonest_of_all_of_them():
    apart = aligned("place", (1, 1, 2), ({"place": "shed"}, {"place": "shed"}, {"place": "ask"}))

    assert apart.groups_differ
    assert apart.agreement == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("answers", "agreement"),
    [
        ((), None),
        (({"place": "shed"},), None),
        (({"place": "shed"}, {"place": None}), None),
        (({"place": "shed"}, {"place": "shed"}), 1.0),
        (({"place": "shed"}, {"place": "ask"}), 0.5),
        # A person in doubt answers, and is not left out.
        (({"in_charge": "unknown"}, {"in_charge": "pair"}, {"in_charge": "pair"}), 2 / 3),
    ],
)
def test_agreement_is_the_share_that_gave_the_commonest_answer(answers, agreement):
    question = "in_charge" if answers and "in_charge" in answers[0] else "place"

    found = aligned(question, (1, 2, 3), answers).agreement

    assert found == (agreement if agreement is None else pytest.approx(agreement))


def test_of_several_options_each_counts_as_a_question_of_its_own():
    found = aligned(
        "at_table",
        (1, 1),
        ({"at_table": "contact,adult"}, {"at_table": "contact"}),
    )

    # All chose the contact person, half the adult.
    assert dict(found.counts) == {"contact": 2, "adult": 1}
    assert found.agreement == 0.75
    assert found.answered == 2


def test_words_stand_beside_each_other_and_are_not_counted():
    words = {"in_charge_why": "Det gør du."}

    why = aligned("in_charge_why", (2, 2, 1), (words, words, {"in_charge_why": None}))

    assert why.by_group[2].words == ("Det gør du.", "Det gør du.")
    assert (why.agreement, dict(why.counts), why.answered) == (None, {}, 2)


def test_the_rows_of_a_table_are_lines_in_the_words_of_the_language():
    rows = {
        "agreements.001aaaaa.what": "Ring til boligrådgiveren",
        "agreements.001aaaaa.who": "coordinator",
        "agreements.001aaaaa.by": "2026-11-24",
        "agreements.002aaaaa.what": None,
    }

    found = aligned("agreements", (1,), (rows,), AGREEMENTS)

    line = "Ring til boligrådgiveren · Koordinatoren · 24. november 2026"
    assert found.by_group[1].words == (line,)
    assert found.label(ENGLISH) == "Your agreements"


def test_an_answer_that_is_none_of_the_questions_and_one_of_nobody_are_left_out():
    odd = Sheet(participant=9, exercise=TEAM.id, answers={"place": "shed"}, revision=1, saved=NOON)
    given = [*sheets({"place": "moon", "gone": "x"}), odd]

    found = align(a_session(), TEAM, people(1), given, DANISH)

    assert [each.answered for each in found] == [0] * len(found)


# --- The workbook ------------------------------------------------------------------------------

GIVEN = (
    {"place": "shed", "in_charge_why": "=1+1"},
    {"place": "ask", "in_charge_why": "Det gør du.\x00"},
    {"place": "ask", "in_charge_why": "Ring 22 33 44 55"},  # as an old version let it through
)


def lines_of(content):
    """The paragraphs and tables of a docx file, in order."""
    found = []
    for block in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, Table):
            found += [" | ".join(cell.text for cell in row.cells) for row in block.rows]
        else:
            found.append(block.text)
    return found


def test_the_workbook_holds_plan_cases_answers_agreement_and_next_steps():
    session = a_session(
        spent={"welcome": 1080}, notes=("Koordinatoren ringer på mandag.", "Lederen svarer.")
    )

    content = session_document(session, people(1, 1, 2), sheets(*GIVEN), DANISH)

    lines = lines_of(content)
    assert lines[0] == "Metodedag"
    assert "22. november 2026 · Grupper: 3 · Deltagere: 3" in lines
    assert "Velkommen | 20 | 18" in lines
    assert "Frokost | 45 | –" in lines
    assert "Øvelse 1: Vælg koordinator og team" in lines
    assert "ØVELSE-02: Mange voksne, ingen tråd" in lines
    assert any("Lydbesked fra den unge" in line for line in lines)
    assert "Antal svar: 3. Enighed: 67\N{NO-BREAK SPACE}%." in lines
    assert "Det spørger I ham om | 1 | 1 | 0 | 2" in lines
    assert "• =1+1\n• Det gør du.␀ | Ring [telefonnummer fjernet] | –" in lines
    leaders = lines.index("Øvelse 6: Fra spørgsmål til beslutning")
    asked = [
        lines.index(each.label.da, leaders) for each in read_exercise("leaders_decision").form.items
    ]
    assert asked == sorted(asked)
    assert lines[-2:] == ["Koordinatoren ringer på mandag.", "Lederen svarer."]


def test_the_workbook_says_on_every_page_that_it_is_an_exercise_and_names_nobody():
    content = session_document(a_session(), people(1), sheets(GIVEN[0]), DANISH)

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        header = next(name for name in parts.namelist() if "header" in name)
        assert "ØVELSE – fiktiv sag" in parts.read(header).decode()
        everything = b"".join(parts.read(name) for name in parts.namelist())
    assert b"python-docx" not in everything
    assert everything.count(b"<w:fldSimple") == 1  # the number of the page
    assert Document(io.BytesIO(content)).core_properties.author == ""
    again = session_document(a_session(), people(1), sheets(GIVEN[0]), DANISH)
    assert content == again


def test_the_words_of_many_groups_stand_below_each_other():
    session = a_session(groups=5)

    lines = lines_of(session_document(session, people(1, 5, 5), sheets(*GIVEN), ENGLISH))

    first = lines.index("Group 1")
    assert lines[first : first + 3] == ["Group 1", "=1+1", "Group 5"]
    assert "You ask him | 0 | 0 | 0 | 0 | 2 | 2" in lines
    assert lines[-1] == "Nothing is written."


def test_the_csv_has_a_row_an_answer_and_the_next_steps_last():
    session = a_session(title="=Dag", notes=("Vi mødes igen.",))

    content = session_csv(session, people(1, 1, 2), sheets(*GIVEN), DANISH)

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 7
    why, place = rows[0], rows[1]
    assert (why["session"], why["answer"]) == ("'=Dag", "'=1+1")
    assert (place["participant"], place["group"], place["exercise"]) == ("1", "1", TEAM.id)
    assert (place["question"], place["answer"]) == ("place", "shed")
    assert place["words"] == "I skuret, som han foreslår"
    assert (place["case"], place["saved_utc"]) == ("ØVELSE-02", "2026-11-22T12:00:00+00:00")
    assert "22 33 44 55" not in content.decode()
    assert (rows[-1]["question"], rows[-1]["answer"]) == ("next_step", "Vi mødes igen.")


def test_what_was_answered_before_an_exercise_was_taken_out_leaves_all_the_same():
    plan = read_plan("two_hours").without("exercise_team")
    gone = Sheet(participant=1, exercise="gone", answers={"x": "Ja"}, revision=1, saved=NOON)
    given = [*sheets({"place": "shed"}), gone]

    lines = lines_of(session_document(a_session(plan=plan), people(1), given, DANISH))
    content = session_csv(a_session(plan=plan), people(1), given, DANISH)

    assert "Øvelse 1: Nej til at dele" in lines
    assert "Øvelse 2: Vælg koordinator og team" in lines
    assert "I skuret, som han foreslår | 1 | 0 | 0 | 1" in lines
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["exercise"], row["answer"]) for row in rows] == [(TEAM.id, "shed"), ("gone", "Ja")]


def test_nothing_answered_gives_a_workbook_and_a_csv_all_the_same():
    lines = lines_of(session_document(a_session(), [], [], DANISH))

    assert "Ikke besvaret" in lines
    assert len(session_csv(a_session(), [], [], DANISH).decode().splitlines()) == 1
