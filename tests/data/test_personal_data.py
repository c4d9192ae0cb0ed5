from random import Random
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.personal_data import find, without

CPR = [
    "010190-1234",
    "0101901234",
    "010190 1234",
    "01 01 90 1234",
    "01.01.90-1234",
    "01/01/90-1234",
    "01-01-90-1234",
    "01.01.90 1234",
    "01.01.1990-1234",
    "010190–1234",
    "010190 – 1234",
    "010190\N{NON-BREAKING HYPHEN}1234",
    "010190\N{MINUS SIGN}1234",
    "010190.1234",
    "010190/1234",
    "010190_1234",
    "0101 90 1234",
    "010190-12 34",
    "0 1 0 1 9 0 1 2 3 4",
    "(010190)1234",
    "010190\N{NO-BREAK SPACE}1234",
    "010190\N{ZERO WIDTH SPACE}-\N{ZERO WIDTH SPACE}1234",
    "010190\N{SOFT HYPHEN}1234",
    "010190\n1234",
    "０１０１９０－１２３４",
    "٠١٠١٩٠-١٢٣٤",
]

PHONES = [
    "22334455",
    "22 33 44 55",
    "22-33-44-55",
    "22.33.44.55",
    "2233 4455",
    "+45 22334455",
    "+4522 33 44 55",
    "0045 22 33 44 55",
    "+46 70 123 45 67",
]

EMAILS = ["mor@eksempel.dk", "m.or+1@post.eksempel.dk", "mor (at) eksempel.dk", "mor @ eksempel.dk"]

DECOYS = [
    "Mødet er 01.02.26 1030",
    "Mødet er 01.02.26 kl. 10.30",
    "03-05-2026 14:15",
    "2026-05-03 14:15:00",
    "03.05.2026-04.06.2026",
    "skoleåret 2025-2026",
    "2024 2025 2026",
    "EAN 5790001234567",
    "5 790001 234567",
    "CVR 22334455",
    "CVR-nr. 22 33 44 55",
    "sag 23456789",
    "20260503",
    "23052026",
    "KLE 27.03.01",
    "kl. 20.30-21.45",
    "25.000.000 kr.",
    "4512 unge i 98 kommuner",
    "990190-1234",
    "§ 111, stk. 2, og § 108",
    "ØVELSE-01",
    "1-2-3-4-5-6-7",
    "skriv @klassen",
]


@pytest.mark.parametrize("written", CPR)
def test_a_cpr_number_is_found_however_it_is_written(written):
    text = f"Ring til mor, {written}, i morgen"

    assert [found.kind for found in find(text)] == ["cpr"]
    assert not any(sign.isdigit() for sign in without(text, find(text)))


@pytest.mark.parametrize("before", ["", "CPR", "cpr:", "nr.", "æ"])
def test_a_cpr_number_is_found_beside_other_letters(before):
    assert [found.kind for found in find(f"{before}0101901234x")] == ["cpr"]


@pytest.mark.parametrize("written", PHONES)
def test_a_telephone_number_is_found(written):
    assert [(found.kind, found.words) for found in find(f"Tlf. {written}.")] == [("phone", written)]


@pytest.mark.parametrize("written", EMAILS)
def test_an_email_address_is_found(written):
    assert [(found.kind, found.words) for found in find(f"Skriv til {written}")] == [
        ("email", written)
    ]


@pytest.mark.parametrize("text", DECOYS)
def test_other_numbers_are_left_alone(text):
    assert find(text) == ()


def test_each_thing_is_found_once_and_in_order():
    text = "22334455 og 010190-1234 og mor@eksempel.dk"

    assert [found.kind for found in find(text)] == ["phone", "cpr", "email"]
    assert without(text, find(text)) == " og  og "


def test_a_finding_does_not_show_in_a_log_what_it_found():
    assert "0101901234" not in repr(find("0101901234"))


def test_few_random_numbers_look_like_a_cpr_number():
    random = Random(1)  # noqa: S311 - nothing secret
    numbers = [f"{random.randrange(10**10):010d}" for _ in range(5000)]

    share = sum(any(found.kind == "cpr" for found in find(number)) for number in numbers) / 5000

    assert share <= 0.05


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text):
    assert all(text[found.start : found.end] == found.words for found in find(text))


def test_ten_thousand_characters_take_less_than_a_blink():
    text = "Koordinatoren ringer til den unge kl. 10.30 den 3. maj 2026. " * 165

    start = perf_counter()
    find(text)

    assert perf_counter() - start < 0.2
