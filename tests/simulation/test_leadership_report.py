"""An edition of the leadership report as leaders, a director and politicians read it."""

from dataclasses import replace

import pytest

from data.export.report import ReportSection
from data.indicators import LEVELS, Edition, Told, indicators
from data.periods import Quarter, Year
from data.samples.report import WORSE, YOUTHS, sample_edition
from data.texts import Texts
from simulation.leadership_report import leadership_report

DANISH, ENGLISH = Texts.read("da"), Texts.read("en")
LAST = Quarter(2026, 3)
UNIT = "<b>Nord</b>"


def small_edition(*, hidden=(), units=()):
    """Return an edition of twelve quarters in which about 80 % of 20 meetings are held on time."""
    beside = (0, 1, -1, 2, 0, -2, 1, 0, -1, 1, -1, 0)
    cells = {}
    for back, more in enumerate(beside):
        quarter = LAST.later(-back)
        told = Told("on_time", (quarter,), (), 16 + more, 16 + more, 20, 20)
        if quarter in hidden:
            told = Told("on_time", (quarter,), why="few")
        cells["on_time", "", quarter] = told
    for unit in units:
        cells["on_time", unit, LAST] = Told("on_time", (LAST,), (unit,), 8, 8, 10, 10)
    return Edition(
        period=LAST,
        number=3,
        made_on="2026-10-20",
        units=units,
        blocks=tuple(cells.values()),
        cells=cells,
    )


def all_words(report):
    """Return every word of *report* but what is drawn."""
    found = [report.title, report.mark, *report.facts]
    for section in report.sections:
        found += [section.title, *section.lead, *section.points]
        if section.table:
            found += [*section.table.columns, *(cell for row in section.table.rows for cell in row)]
        for figure in section.figures:
            found += [figure.title, figure.said, figure.alternative]
            found += [cell for row in figure.rows for cell in row]
    return "\n".join(found)


def numbers(report):
    table = next(section.table for section in report.sections if section.table)
    return {row[0]: row[1:] for row in table.rows}


def test_politicians_read_five_numbers_and_leaders_all_of_them():
    counts = {
        level: len(numbers(leadership_report(sample_edition(LAST), level, DANISH)))
        for level in LEVELS
    }

    assert counts["politician"] == 5
    assert counts["politician"] < counts["director"] < counts["leader"]
    assert counts["leader"] == sum(each.kind != "reasons" for each in indicators().values())


def test_all_levels_tell_the_same_of_a_number():
    told = [
        numbers(leadership_report(sample_edition(LAST), level, DANISH))["Den unge var med"]
        for level in LEVELS
    ]

    assert told[0] == told[1] == told[2]


def test_steady_numbers_are_within_chance_and_a_fall_is_not():
    steady = leadership_report(small_edition(), "politician", DANISH)
    fall = small_edition()
    cells = {**fall.cells, ("on_time", "", LAST): Told("on_time", (LAST,), (), 4, 4, 20, 20)}
    fallen = leadership_report(replace(fall, cells=cells), "politician", DANISH)

    assert "Ingen af de 1 tal" in all_words(steady)
    assert numbers(fallen)["Faste møder holdt til tiden"][1] == "mere end tilfældighed"
    assert "Find ud af, hvad der er sket, før I ændrer noget." in all_words(fallen)


def test_a_hidden_quarter_stands_as_hidden_in_table_and_figure():
    report = leadership_report(small_edition(hidden=(LAST,)), "leader", DANISH)
    figure = next(each for section in report.sections for each in section.figures)

    assert numbers(report)["Faste møder holdt til tiden"][0] == DANISH("indicators.few")
    assert figure.rows[-1][1] == DANISH("indicators.few")
    assert b">skjult<" in figure.drawn("svg")


@pytest.mark.parametrize("texts", [DANISH, ENGLISH], ids=["da", "en"])
@pytest.mark.parametrize("period", [LAST, Year(2025)], ids=["quarter", "year"])
@pytest.mark.parametrize("level", LEVELS)
def test_no_edition_calls_a_change_an_effect(period, level, texts):
    words = all_words(leadership_report(sample_edition(period), level, texts))

    assert texts("leadership.no_effect") in words
    assert "ØVELSE" in words
    assert "nan" not in words.split()


def test_the_small_unit_of_the_sample_is_never_told_alone():
    edition = sample_edition(LAST)
    small = min(YOUTHS, key=YOUTHS.get)

    alone = [told for told in edition.blocks if told.units == (small,)]
    # That there was nothing at all is nobody's number.
    assert all(told.hidden or told.most == 0 for told in alone if told.indicator != "caseload")


def test_the_sample_has_something_to_find_and_is_the_same_each_time():
    assert WORSE
    report = leadership_report(sample_edition(LAST), "leader", DANISH)

    assert numbers(report)["Faste møder holdt til tiden"][1] == "mere end tilfældighed"
    sample_edition.cache_clear()
    assert all_words(leadership_report(sample_edition(LAST), "leader", DANISH)) == all_words(report)


def test_units_beside_each_other_are_for_leaders_and_no_ranking():
    edition = small_edition(units=(UNIT, "Syd"))
    leader, director = (
        all_words(leadership_report(edition, level, DANISH)) for level in ("leader", "director")
    )

    assert UNIT in leader
    assert DANISH("leadership.units_lead") in leader
    assert UNIT not in director


def test_what_was_expected_stands_where_decisions_are_made():
    said = ("Beslutning nr. 3: Som ventet.",)
    slot = (ReportSection("Det, I ventede", said),)
    of = {
        level: all_words(leadership_report(small_edition(), level, DANISH, expected=slot))
        for level in LEVELS
    }

    assert said[0] in of["leader"]
    assert said[0] in of["director"]
    assert said[0] not in of["politician"]
