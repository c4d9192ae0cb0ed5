import json
import re
import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.cases import fictional_cases
from data.personal_data import doubtful, find, probable_addresses, probable_names
from data.texts import LANGUAGES, Texts

ROOT = Path(__file__).parents[2]

NAMES = {
    "Vi ringer til Xenia Holm på tirsdag": "Xenia Holm",
    "Anders ringer i morgen.": "Anders",
    "Det var Annes idé": "Annes",
    "Hun talte med Hans om det": "Hans",
    "familien Brandsen kommer": "Brandsen",
    "Hansen tager referat": "Hansen",
    "Mødet med Mohamed Al-Hassan": "Mohamed Al-Hassan",
    "MOHAMMED kommer ikke": "MOHAMMED",
    "hendes bror Zino er med": "Zino",
    "Drengen hedder Zino": "Zino",
    "talte med fru Kvist": "Kvist",
    "Anne-Marie følger op": "Anne-Marie",
    "ring til M. Kjølby": "M. Kjølby",
    "Ayşe og hendes mor": "Ayşe",
    "Sagen er Małgorzatas": "Małgorzatas",
    "Aftalt med Fadumo Warsame Nur": "Fadumo Warsame Nur",
    "He met John Smithers today": "John Smithers",
    "her brother Zino called": "Zino",
}

NO_NAMES = [
    "Den unge går på FGU i Aarhus Kommune.",
    "Hans mor siger nej. Bo selv, siger hun. Per måned er det meget.",
    "Koordinatoren ringer. Læreren kommer. Processen er god. Klassen er stor.",
    "Tirsdag holder vi møde i Københavns Kommune.",
    "Mødet er i August Måned",
    "I maj og juni er der praktik hos Jobcenter Vest",
    "Den Unge og Koordinatoren har aftalt det",
    "Socialstyrelsen og Ankestyrelsen, 2020",
    "Lov om Social Service og Barnets Lov",
    "Ungdommens Uddannelsesvejledning i Odense",
    "UU-vejleder, FGU, STU, PPR, SSP og KUI",
    "- Ring til moster\n- Skriv til skolen\nKontaktperson: ja",
    "Han er på Facebook Messenger og Snapchat",
    "Hvem gør hvad? Moster. Hvornår? Mandag",
    "The youth was born in Poland. On Monday May calls.",
    "The National Board of Social Services and the Children's Act",
    "I Danmark og i Norden",
    "Sankt Hans er i juni, og Påske er i april",
    "Kl. 10 i Røde Kors",
]

ADDRESSES = {
    "Hun bor på Nørregade 12": "Nørregade 12",
    "bor nu Vestre Allé 7, 2. tv, hos moster": "Vestre Allé 7, 2. tv",
    "mødes på H.C. Andersens Boulevard 33 B": "H.C. Andersens Boulevard 33 B",
    "henne på strandvejen 12.": "strandvejen 12",
    "han står på Store Torv 4": "Store Torv 4",
    "Flyttet til 8000 Aarhus": "8000 Aarhus",
    "bor i DK-2100 København Ø": "DK-2100 København Ø",
    "lejligheden på 3. th": "3. th",
    "lives at 12 Baker Street": "12 Baker Street",
}

NO_ADDRESSES = [
    "Overvej 3 ting: vej 5 muligheder, og find 2 genveje",
    "Der er praktikplads 2 steder og 1 arbejdsplads",
    "I 2026 København, i 2025 Socialstyrelsen",
    "Alle 3 møder er holdt, på vej 2 gange",
    "Vejen 3 år frem",
    "the 4th of May, 3 th",
    "kl. 10.30 på torvet",
    "Han er 17 og går i 9. klasse",
    "§ 111, stk. 2, og kerneelement 3",
    "kørte på motorvej 5 og landevej 2",
]


@pytest.mark.parametrize("text", NAMES)
def test_what_is_probably_a_name_is_found(text):
    assert [(found.kind, found.words) for found in probable_names(text)] == [("name", NAMES[text])]


@pytest.mark.parametrize("text", NO_NAMES)
def test_places_roles_days_and_beginnings_of_sentences_are_no_names(text):
    assert probable_names(text) == ()


@pytest.mark.parametrize("text", ADDRESSES)
def test_what_is_probably_an_address_is_found(text):
    assert [(f.kind, f.words) for f in probable_addresses(text)] == [("address", ADDRESSES[text])]


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_counts_and_years_are_no_addresses(text):
    assert probable_addresses(text) == ()


def test_names_and_addresses_are_told_together_and_never_refused():
    text = "Anders bor på H.C. Andersens Vej 3"

    assert [(found.kind, found.words) for found in doubtful(text)] == [
        ("name", "Anders"),
        ("address", "H.C. Andersens Vej 3"),
    ]
    assert find(text) == ()


def test_a_finding_does_not_show_in_a_log_what_it_found():
    assert "Anders" not in repr(doubtful("Anders"))


def test_letters_with_loose_marks_and_invisible_signs_hide_no_name():
    assert probable_names(unicodedata.normalize("NFD", "Så kom Søren Ågård"))
    assert probable_names("så kom An\N{ZERO WIDTH SPACE}ders")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["name", "address"])
def test_the_warning_repeats_what_was_found_and_says_what_to_write(language, kind):
    words = Texts.read(language)(f"personal.{kind}", found="Anders")

    assert "Anders" in words


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text):
    assert all(text[found.start : found.end] == found.words != "" for found in doubtful(text))


def strings(value):
    if isinstance(value, str):
        yield value
    for each in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from strings(each)


def our_own_words():
    """All that we have written ourselves for the page: nobody is named in any of it."""
    for case in fictional_cases():
        yield from (said for words in case.words() for said in (words.da, words.en))
    for file in (ROOT / "data" / "definitions" / "forms").glob("*.toml"):
        yield from strings(tomllib.loads(file.read_text(encoding="utf-8")))
    for language in LANGUAGES:
        yield from Texts.read(language).words.values()
        for file in (ROOT / "handbook").glob(f"*/{language}/*.ipynb"):
            cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
            yield from ("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def test_there_is_no_false_alarm_in_the_fictional_cases_and_hardly_any_in_all_our_words():
    texts = list(our_own_words())
    words = sum(len(re.findall(r"\w+", text)) for text in texts)
    alarms = [found.words for text in texts for found in doubtful(text)]

    for case in fictional_cases():
        assert doubtful(case.story.da) == doubtful(case.story.en) == ()
    assert words > 30_000
    assert len(alarms) <= words / 3_000, alarms
