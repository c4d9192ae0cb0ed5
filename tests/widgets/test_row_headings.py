"""What a row says while it is closed."""

from datetime import date

import pytest

from data.forms import read_form
from data.texts import Texts
from widgets.row_headings import row_summary

DANISH = Texts.read("da")
FORM = read_form("consent")
GIVEN = {
    "recipient": "adults",
    "basis": "consent",
    "status": "given",
    "expires_on": "2026-05-01",
}


def said(answers, today):
    answers = {f"consents.1.{id}": answer for id, answer in answers.items()}
    asked = {key for key, _ in FORM.asked(answers)}
    return row_summary(FORM.table("consents"), "1", answers, asked, DANISH, lambda: today)


def test_a_consent_that_holds_says_yes_until_its_last_day():
    assert said(GIVEN, date(2026, 5, 1)) == (
        "Kommunen: voksne · Den unges samtykke · Ja · 1. maj 2026"
    )


def test_a_consent_that_has_run_out_says_so_and_no_longer_yes():
    assert said(GIVEN, date(2026, 5, 2)) == (
        "Udløbet 1. maj 2026 · Kommunen: voksne · Den unges samtykke"
    )


@pytest.mark.parametrize("change", [{"expires_on": "not_discussed"}, {"expires_on": None}])
def test_a_consent_without_a_last_day_does_not_run_out(change):
    assert "Udløbet" not in said({**GIVEN, **change}, date(2030, 1, 1))


def test_a_date_that_is_not_asked_any_more_runs_nothing_out():
    """It was given first, and then taken back: the old last day is kept and does not count."""
    heading = said({**GIVEN, "status": "withdrawn"}, date(2030, 1, 1))

    assert "Udløbet" not in heading
    assert "Ja, men har taget det tilbage" in heading
