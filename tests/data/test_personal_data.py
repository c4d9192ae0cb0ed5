"""What is refused in free text, in every spelling, and what is left alone.

``VEJVISER_EXAMPLES=5000`` tries 2,000 numbers in each spelling and 5,000 decoys of each kind. How
long ten thousand characters take: ``python -m timeit -s "from data.personal_data import find;
text = 'Den unge ringer til os kl. 10.30 den 3. maj 2026. ' * 200" "find(text)"``.
"""

import os
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.dk import cpr

from data.personal_data import find, without

EXAMPLES = int(os.environ.get("VEJVISER_EXAMPLES", "250"))
NUMBERS, DECOYS_OF_A_KIND = EXAMPLES * 2 // 5, EXAMPLES

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


# In figures: SPELLINGS × NUMBERS real numbers, and DECOYS of each kind that are none.

SPELLINGS = [
    "{d}{m}{y}-{s}",
    "{d}{m}{y}{s}",
    "{d}{m}{y} {s}",
    "{d} {m} {y} {s}",
    "{d}.{m}.{y}-{s}",
    "{d}/{m}/{y}-{s}",
    "{d}-{m}-{y}-{s}",
    "{d}.{m}.{y} {s}",
    "{d}.{m}.{c}{y}-{s}",
    "{d}/{m}/{c}{y} {s}",
    "{d}{m}{y}–{s}",
    "{d}{m}{y} - {s}",
    "{d}{m}{y}\N{MINUS SIGN}{s}",
    "{d}{m}{y}.{s}",
    "{d}{m}{y}/{s}",
    "{d}{m} {y} {s}",
    "({d}{m}{y}){s}",
    "{d}{m}{y}\N{NO-BREAK SPACE}{s}",
    "{d}{m}{y}\N{ZERO WIDTH SPACE}{s}",
    "{d}{m}{y}\n{s}",
]


def numbers(random, count):
    """So many numbers as CPR gives them out: a day, and a serial whose century fits it."""
    found = []
    while len(found) < count:
        day = date(1937, 1, 1) + timedelta(random.randrange(75 * 365))
        parts = {"d": f"{day:%d}", "m": f"{day:%m}", "y": f"{day:%y}", "c": f"{day.year // 100}"}
        parts["s"] = f"{random.randrange(10_000):04d}"
        if cpr.is_valid("{d}{m}{y}{s}".format(**parts)):
            found.append(parts)
    return found


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_cpr_number_is_found_in_every_spelling(spelling):
    random = Random(spelling)  # noqa: S311 - nothing secret
    for parts in numbers(random, NUMBERS):
        written = spelling.format(**parts)
        assert "cpr" in {found.kind for found in find(f"Hans nr. er {written}.")}, written


def some_day(random):
    return date(2015, 1, 1) + timedelta(random.randrange(15 * 365))


def digits(random, *groups):
    return [str(random.randrange(10 ** (n - 1), 10**n)) for n in groups]


NOISE = {
    # kind of decoy: how one is made, and the largest share of false alarms
    "ten digits": (lambda r: f"Lånernr. {r.randrange(10**10):010d}", 0.05),
    "EAN": (lambda r: "EAN 579{}".format(*digits(r, 10)), 0),
    "EAN in groups": (lambda r: "EAN 5 79{} {}".format(*digits(r, 4, 6)), 0),
    "CVR": (lambda r: "CVR {}".format(*digits(r, 8)), 0),
    "CVR in groups": (lambda r: "CVR-nr. {} {} {} {}".format(*digits(r, 2, 2, 2, 2)), 0),
    "KLE": (
        lambda r: f"KLE {r.randrange(100):02d}.{r.randrange(100):02d}.{r.randrange(100):02d}",
        0,
    ),
    "a case": (lambda r: "sag {}".format(*digits(r, 8)), 0),
    "a day": (lambda r: f"Mødet er {some_day(r):%d-%m-%Y}, frist {some_day(r):%d.%m.%y}", 0),
    "a day and a time": (
        lambda r: f"Mødet er {some_day(r):%d.%m.%Y} kl. {r.randrange(8, 20)}.30",
        0,
    ),
    "two days": (lambda r: f"{some_day(r):%d.%m.%Y}-{some_day(r):%d.%m.%Y}", 0),
    "money": (lambda r: "{}.{}.{} kr.".format(*digits(r, 2, 3, 3)), 0),
    "a paragraph": (lambda r: f"§ {r.randrange(1, 200)}, stk. {r.randrange(1, 9)}, nr. 2", 0),
}


@pytest.mark.parametrize("kind", NOISE)
def test_other_numbers_hardly_ever_alarm(kind):
    make, allowed = NOISE[kind]
    random = Random(kind)  # noqa: S311 - nothing secret

    # A share can be told only from many.
    count = 5_000 if allowed else DECOYS_OF_A_KIND

    alarms = [text for text in (make(random) for _ in range(count)) if find(text)]

    assert len(alarms) <= allowed * count, alarms[:5]


def test_a_telephone_number_is_never_taken_for_a_cpr_number():
    random = Random(5)  # noqa: S311 - nothing secret
    for _ in range(DECOYS_OF_A_KIND):
        number = f"{random.randrange(20_000_000, 100_000_000)}"
        for form in (number, f"+45 {number}", " ".join(number[i : i + 2] for i in range(0, 8, 2))):
            assert "cpr" not in {found.kind for found in find(f"Tlf. {form}")}, form


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text):
    assert all(text[found.start : found.end] == found.words for found in find(text))
