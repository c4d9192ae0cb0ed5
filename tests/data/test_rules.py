from datetime import date

import numpy as np
import pytest

from data import DataError, read_rules, windows


def days(text):
    return np.array([text], dtype="datetime64[D]")


def found(rule, birthday, referral="2024-02-01"):
    return next(
        window
        for window in windows(read_rules(), days(birthday), days(referral))
        if window.rule.id == rule
    )


@pytest.mark.parametrize(
    ("birthday", "latest"),
    [
        # Six months before the 18th birthday, and back to a working day.
        ("2008-02-29", "2025-08-28"),
        ("2009-08-28", "2027-02-26"),  # 28 February 2027 is a Sunday
        ("2009-08-31", "2027-02-26"),
        ("2010-12-31", "2028-06-30"),
        ("2010-06-24", "2027-12-23"),  # 24 December is a day off
    ],
)
def test_the_meeting_at_17_and_a_half_is_due_six_months_before_the_18th_birthday(birthday, latest):
    assert found("meeting_17_5", birthday).latest[0] == np.datetime64(latest)


def test_the_first_follow_up_counts_from_the_referral():
    assert found("first_follow_up", "2010-01-01").latest[0] == np.datetime64("2024-05-01") - 1


def test_the_law_and_the_model_are_kept_apart():
    basis = {rule.id: rule.basis for rule in read_rules()}

    assert basis["first_follow_up"] == "law"
    assert {basis["meeting_16"], basis["meeting_17_5"], basis["meeting_18_5"]} == {"model"}


RULE = """\
[[rules]]
id = "a"
kind = "meeting"
anchor = "birthday"
earliest_months = 192
target_months = 193
latest_months = 195
basis = "local"
valid_from = 2024-01-01
source = "Byrådet"
checked_on = 2026-01-01
name = { da = "A", en = "A" }
"""


def test_a_local_rule_is_one_more_entry(tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(RULE, encoding="utf-8")

    assert [rule.id for rule in read_rules(file)] == ["a"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "meeting"', "kind = 3", r"rules.toml, line 3: rules.0.kind: 3 is not allowed"),
        (
            "target_months = 193",
            "target_months = 19.5",
            "line 6: rules.0.target_months: 19.5 is not",
        ),
        (
            "target_months = 193",
            "target_months = 300",
            "line 1: rules.0: .*earliest ≤ target ≤ latest",
        ),
        ("earliest_months = 192", "earliest_months = 9999", "line 5.*less than or equal to 600"),
        ("2024-01-01", "2024-02-31", "line 9: .*"),
        ("2024-01-01", '"soon"', "line 9: rules.0.valid_from: 'soon' is not allowed"),
        (
            'basis = "local"',
            'basis = "local"\ncolour = "red"',
            "line 9: rules.0.colour: 'red' is not",
        ),
        ('source = "Byrådet"\n', "", "line 1: rules.0.source: [Ff]ield required"),
        ('id = "a"', 'id = "A b"', "line 2: rules.0.id: 'A b' is not allowed"),
        ("[[rules]]", "[[rules]", "line 1"),
    ],
)
def test_a_wrong_rule_is_told_in_one_line(tmp_path, old, new, message):
    file = tmp_path / "rules.toml"
    file.write_text(RULE.replace(old, new), encoding="utf-8")

    with pytest.raises(DataError, match=message) as caught:
        read_rules(file)

    assert "\n" not in str(caught.value)


def test_two_rules_of_one_id_may_not_be_in_force_on_one_day(tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(RULE + RULE.replace("2024-01-01", "2026-07-01"), encoding="utf-8")

    with pytest.raises(
        DataError, match=r"line 14: rules.1.id: 'a' is in force twice from 2026-07-01"
    ):
        read_rules(file)


def test_a_rule_may_follow_another_of_its_id(tmp_path):
    file = tmp_path / "rules.toml"
    first = RULE.replace(
        "valid_from = 2024-01-01", "valid_from = 2024-01-01\nvalid_to = 2026-06-30"
    )
    file.write_text(first + RULE.replace("2024-01-01", "2026-07-01"), encoding="utf-8")
    rules = read_rules(file)

    early, late = windows(rules, days("2010-01-01"), days("2025-01-01"))

    assert (early.counts[0], late.counts[0]) == (True, False)
    assert rules[0].valid_to == date(2026, 6, 30)


def test_a_file_that_is_not_text_says_so(tmp_path):
    file = tmp_path / "rules.toml"
    file.write_bytes("navn = 'æ'".encode("latin-1"))

    with pytest.raises(DataError, match="not UTF-8"):
        read_rules(file)
