"""What the forms ask, and how: short, plain, honest about whose word it is, and nothing personal."""

import re
from pathlib import Path

import pytest

from data.answers import key_in_row
from data.forms import CODES, Form, Item, form_ids, read_form
from data.texts import LANGUAGES
from handbook.readability import lix

CASE_FORMS = {
    "adult": "once",
    "agreements": "dated",
    "consent": "once",
    "coordinator": "once",
    "dialogue": "dated",
    "efforts": "once",
    "meeting": "dated",
    "network": "once",
    "team": "once",
}
ASSESSMENTS = ("assessment_helhed", "assessment_vejen")
DECISION = "decision"
FOLLOW_UP = "follow_up"
EVERY = sorted([*CASE_FORMS, *ASSESSMENTS, DECISION, FOLLOW_UP])
README = Path(__file__).parents[2] / "data" / "README.md"


def items_of(form: Form) -> list[Item]:
    """All questions of *form*, those of its tables last."""
    return [*form.items, *(item for table in form.tables for item in table.items)]


def around(form, language):
    """The words of *form* that stand around its questions."""
    parts = [form, *form.sections, *form.tables]
    words = [words for part in parts for words in (part.title, getattr(part, "help", None))]
    return [each.in_(language) for each in [*words, form.note, form.purpose] if each]


def read_aloud(item, language, *, answers=True):
    """The words of a question, its source apart, which is looked up and not read."""
    words = [item.label, item.help]
    if answers:
        words += [*item.options.values(), item.low_end, item.high_end, item.unit]
    return [each.in_(language) for each in words if each]


def all_words(form, language, *, answers=True):
    asked = [read_aloud(item, language, answers=answers) for item in items_of(form)]
    return [*around(form, language), *(words for some in asked for words in some)]


def reached(items, item):
    """Answers with which *item* is asked."""
    answers, known = {}, {each.id: each for each in items}
    while item.when:
        answers[item.when.item] = item.when.among[0]
        item = known[item.when.item]
    return answers


def test_there_is_a_form_for_every_tool():
    assert list(form_ids()) == EVERY
    for name, occasion in CASE_FORMS.items():
        assert (read_form(name).subject, read_form(name).occasion) == ("case", occasion), name
    for name in ASSESSMENTS:
        assert (read_form(name).subject, read_form(name).occasion) == ("unit", "round"), name
    for name in (DECISION, FOLLOW_UP):
        assert (read_form(name).subject, read_form(name).occasion) == ("unit", "numbered")


@pytest.mark.parametrize("name", EVERY)
def test_a_form_says_that_it_is_ours_what_it_is_for_and_who_uses_it(name):
    form = read_form(name)

    assert "forslag fra denne håndbog" in form.note.da.lower()
    assert "proposed by this handbook" in form.note.en.lower()
    if name != "coordinator":
        assert len(form.purpose.da.split()) > 10


@pytest.mark.parametrize("name", EVERY)
def test_whoever_does_not_speak_for_us_is_named_with_a_year(name):
    for item in items_of(read_form(name)):
        assert item.source or item.origin == "proposal", item.id
        if item.source and name != "coordinator":
            assert re.search(r"\b(19|20)\d\d\b|uden årstal", item.source.da), item.id
            assert re.search(r"\b(19|20)\d\d\b|undated", item.source.en), item.id


@pytest.mark.parametrize("name", EVERY)
def test_a_form_is_plain_danish_and_asks_shortly(name):
    form = read_form(name)

    for answers in (True, False):
        # A line of its own for each, as on the page; a blank line keeps two of them apart.
        assert lix("\n\n".join(all_words(form, "da", answers=answers))) < 40
    for item in items_of(form):
        assert len(item.label.da.split()) <= 15, item.id
        assert item.help is None or len(item.help.da.split()) <= 25, item.id


@pytest.mark.parametrize("name", EVERY)
def test_a_form_is_wholly_translated(name):
    form = read_form(name)
    danish, english = (all_words(form, language) for language in LANGUAGES)

    assert len(danish) == len(english)
    # A word that both languages share is short; a sentence that is the same was forgotten.
    same = {da for da, en in zip(danish, english, strict=True) if da == en}
    assert all(len(words.split()) <= 2 for words in same), same
    assert not [words for words in english if re.search(r"[æøåÆØÅ]", words)]


@pytest.mark.parametrize("name", EVERY)
def test_every_question_can_be_reached(name):
    form = read_form(name)
    for item in form.items:
        asked = item.id in dict(form.asked(reached(form.items, item)))
        assert asked != item.hidden, item.id
    for table in form.tables:
        for item in table.items:
            key = key_in_row(table.id, "001abcde", item.id)
            given = reached(table.items, item)
            row = {key_in_row(table.id, "001abcde", id): answer for id, answer in given.items()}
            assert (key in dict(form.asked({key: None} | row))) != item.hidden, key


@pytest.mark.parametrize("name", EVERY)
def test_a_required_question_can_be_answered_honestly_without_knowing(name):
    for item in items_of(read_form(name)):
        # A note may be left empty, and what is asked of numbers and dates may not be known.
        assert item.kind == "note" or not item.required or set(item.codes) & set(CODES), item.id


@pytest.mark.parametrize("name", EVERY)
def test_no_question_invites_what_tells_who_somebody_is(name):
    form = read_form(name)
    telling = r"\b(navn\w*|cpr\S*|adresse\w*|telefon(nummer|numre)|mail\w*|skolens)\b"
    for words in all_words(form, "da"):
        for sentence in re.split(r"(?<=[.?!])\s", words):
            if re.search(telling, sentence, re.IGNORECASE):
                assert re.search(r"\b(ikke|ingen|aldrig)\b", sentence, re.IGNORECASE), sentence
    for item in items_of(form):
        assert not re.search(r"(^|_)(name|cpr|address|phone|mail|email)(_|$)", item.id)
        # Of a young person there is no room for a life story; leaders reason about numbers.
        longest = {"coordinator": 1_000, DECISION: 600}.get(name, 300)
        if item.kind == "note" and not item.hidden:
            assert item.limit <= longest, item.id


def test_the_meeting_checklist_is_short_and_a_meeting_that_was_not_held_asks_little():
    form = read_form("meeting")
    held = dict(form.asked({"outcome": "held"}))
    cancelled = {"meeting_type": "at_16", "outcome": "cancelled"}

    assert len(form.items) <= 40
    assert not form.tables
    assert all(item.element for item in form.items)
    assert len(held) > 30
    assert len(dict(form.asked(cancelled))) <= 6


def test_a_cancelled_meeting_does_not_ask_on_what_was_carried_from_the_last_one():
    form = read_form("meeting")
    carried = form.carried(
        {"outcome": "held", "education": "fgu", "attends": "yes", "minutes": "60"}
    )

    assert carried == {"education": "fgu", "attends": "yes"}
    assert "attends" in dict(form.asked(carried | {"outcome": "held"}))
    assert "attends" not in dict(form.asked(carried | {"outcome": "cancelled"}))


def test_the_youths_view_is_asked_only_of_a_youth_who_was_there():
    form = read_form("meeting")
    view = {"view_understood", "view_listened", "view_influence"}

    there = dict(form.asked({"outcome": "held", "att_youth": "part"}))
    away = dict(form.asked({"outcome": "held", "att_youth": "absent"}))

    assert view <= there.keys()
    assert not view & away.keys()


def test_open_agreements_come_along_to_the_next_meeting_and_closed_ones_do_not():
    last = {
        "long_goal": "Jeg vil være mekaniker",
        "accepted": "all",
        "agreements.001aaaaa.action": "Ring til skolen",
        "agreements.001aaaaa.status": "under_way",
        "agreements.002bbbbb.action": "Søg om bolig",
        "agreements.002bbbbb.status": "done",
        "agreements.003ccccc.action": "Besøg værkstedet",
        "agreements.003ccccc.status": "dropped",
    }

    assert read_form("agreements").carried(last) == {
        "long_goal": "Jeg vil være mekaniker",
        "agreements.001aaaaa.action": "Ring til skolen",
        "agreements.001aaaaa.status": "under_way",
    }


def test_an_agreement_is_owned_by_a_role():
    owner = read_form("agreements").item("agreements.001aaaaa.owner")

    assert owner.kind == "choice"
    assert {"youth", "adult", "coordinator"} <= owner.options.keys()


def test_a_consent_asks_for_dates_only_where_there_are_any():
    form = read_form("consent")

    def asked(**given):
        row = {f"consents.001aaaaa.{id}": answer for id, answer in given.items()}
        return {key.rpartition(".")[2] for key, _ in form.asked(row) if "." in key}

    dates = {"given_on", "expires_on", "withdrawn_on"}
    assert not dates & asked(basis="authority", status="given")
    assert not dates & asked(basis="consent", status="refused")
    assert dates & asked(basis="consent", status="given") == {"given_on", "expires_on"}
    assert dates & asked(basis="consent", status="withdrawn") == {"given_on", "withdrawn_on"}
    assert "authority" in asked(basis="authority")


def test_the_network_has_what_the_map_draws():
    form = read_form("network")
    items = {item.id: item for item in form.table("people").items}

    assert form.view == "network_map"
    assert list(items["sector"].options) == [
        "family",
        "friends",
        "school_work",
        "leisure",
        "professionals",
    ]
    assert items["ring"].choices()[:3] == ("1", "2", "3")
    assert list(items["effect"].options) == ["gives", "drains", "both"]
    assert "adult" in items
    assert (items["angle"].low, items["angle"].high, items["angle"].hidden) == (0, 359, True)


@pytest.mark.parametrize("name", ASSESSMENTS)
def test_a_part_of_a_self_assessment_is_three_to_five_statements_and_one_note(name):
    form = read_form(name)
    for section in form.sections:
        own = [item for item in form.items if item.section == section.id]
        statements = [item for item in own if item.kind == "scale"]
        assert 3 <= len(statements) <= 5, section.id
        assert [item.kind for item in own] == ["scale"] * len(statements) + ["note"]
        assert len({item.element for item in own}) == 1
        for item in statements:
            assert (item.low, item.high, item.codes) == (1, 5, ("unknown",))


def test_the_self_assessments_cover_both_models_whole():
    def elements(name):
        return list(dict.fromkeys(item.element for item in read_form(name).items))

    assert elements("assessment_vejen") == [f"vejen-{number}" for number in range(1, 8)]
    assert elements("assessment_helhed") == [*(f"helhed-{number}" for number in range(1, 6)), ""]
    assert [section.id for section in read_form("assessment_helhed").sections][5:] == [
        "values",
        "reflection",
        "backing",
    ]


def test_a_municipality_adds_a_question_to_the_meeting_checklist_without_code(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))
    (tmp_path / "forms").mkdir()
    # What the guide says to write is what works.
    example = re.search(r"```toml\n(.+?)```", README.read_text(encoding="utf-8"), re.DOTALL)[1]
    (tmp_path / "forms" / "meeting.toml").write_text(example, encoding="utf-8")

    form = read_form("meeting")
    added = form.item("driving_licence")

    assert added.label.in_("da") == "Har I talt om kørekort?"
    assert added.label.in_("en") == "Have you talked about a driving licence?"
    assert added.section == "status"
    assert "driving_licence" in dict(form.asked({"outcome": "held"}))
    assert "driving_licence" not in dict(form.asked({"outcome": "cancelled"}))


def test_a_question_must_come_after_the_one_it_hangs_on(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(
        """
id = "own"
title = {da = "Egen", en = "Own"}
note = {da = "Prøve", en = "Trial"}

[[items]]
id = "early"
kind = "note"
when = {item = "late", among = ["yes"]}
label = {da = "Tidlig?", en = "Early?"}

[[items]]
id = "late"
kind = "yes_partly_no"
label = {da = "Sen?", en = "Late?"}
""",
        encoding="utf-8",
    )

    with pytest.raises(ValueError, match="'early' hangs on 'late', which must come before it"):
        read_form(file)
