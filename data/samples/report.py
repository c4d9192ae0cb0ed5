"""An edition of the leadership report from invented checklists, to show what a report looks like.

Nobody in it exists. It goes the way of a real one: cases and checklists are made up, and counted, hidden and
told as those of a municipality are. In its last quarters meetings are kept less often, so that there is
something to find.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from data.case_files import CaseFile
from data.indicators import Edition
from data.indicators.facts import Checklist, read_facts
from data.indicators.making import new_blocks
from data.indicators.sums import cells_of
from data.periods import Period, Quarter, Year

FEWEST = 5
YOUTHS = {"Ungeenhed Nord": 170, "Ungeenhed Syd": 120, "Ungeenhed Øst": 5}
"""Young people of each invented unit; the third is so small that it is never told alone."""
QUARTERS = 12
"""How many quarters the sample covers."""
WORSE = 3
"""In so many of the last quarters fixed meetings are kept less often."""
_FIXED = (("at_16", 16.0), ("at_17_half", 17.5), ("at_18_half", 18.5))
_REASONS = ("youth", "professional", "calendar", "calendar", "professional", "placement", "other")


@lru_cache(maxsize=4)
def sample_edition(period: Period) -> Edition:
    """Return an invented edition of *period*, marked as an exercise; the same each time."""
    chance = Random(8)  # noqa: S311 (nothing is kept secret by it)
    last = period.quarters[-1]
    cases = tuple(_cases(chance, last))
    checklists = [each for case in cases for each in _checklists(chance, case, last)]
    changes = {case.ref: _changes(chance, case, last) for case in cases}
    facts = read_facts(cases, checklists, changes, last.last, exercise=True)
    units = tuple(facts.units)
    blocks = tuple(new_blocks(facts, FEWEST, period, ()))
    return Edition(
        period=period,
        number=1,
        made_on=(last.last + timedelta(days=20)).isoformat(),
        exercise=True,
        fewest=FEWEST,
        units=units,
        blocks=blocks,
        cells=cells_of(blocks, units, period),
    )


def sample_periods(today: date) -> tuple[Period, ...]:
    """Return the last four quarters that ended before *today*, the newest first, and the last whole year."""
    ended = Quarter.of(today).later(-1)
    year = ended.year if ended.number == 4 else ended.year - 1
    return (*(ended.later(-back) for back in range(4)), Year(year))


def _cases(chance: Random, last: Quarter) -> Iterator[CaseFile]:
    number = 0
    for unit, youths in YOUTHS.items():
        for _ in range(youths):
            number += 1
            age = chance.uniform(15.5, 22.5)
            birthday = last.last - timedelta(days=round(age * 365.25))
            opened = last.last - timedelta(days=chance.randint(60, 2400))
            opened = max(opened, birthday + timedelta(days=round(14.5 * 365.25)))
            coordinator = f"{unit[-1]}{number % 8 + 1}"
            yield CaseFile(
                ref=f"ØVELSE-{number + 100}",
                birthday=birthday,
                unit=unit,
                coordinator=coordinator,
                opened=min(opened, last.last),
                exercise=True,
            )


def _changes(chance: Random, case: CaseFile, last: Quarter) -> list[date]:
    days = (last.last - case.opened).days
    later = [case.opened + timedelta(days=chance.randint(0, days)) for _ in range(2) if days]
    return [case.opened, *sorted(day for day in later if chance.random() < 0.35)]


def _checklists(chance: Random, case: CaseFile, last: Quarter) -> Iterator[Checklist]:
    """Yield the checklists of one young person: fixed meetings, and one extra in most quarters."""
    assert case.birthday is not None  # noqa: S101 (each has one)
    for kind, age in _FIXED:
        due = case.birthday + timedelta(days=round(age * 365.25) - 30)
        if due <= case.opened or due > last.last:
            continue
        recent = Quarter.of(due) > last.later(-WORSE)
        if chance.random() < (0.45 if recent else 0.85):
            yield case.ref, due.isoformat(), _held(chance, kind)
        elif chance.random() < 0.8:
            reason = {"outcome": "moved", "reason": chance.choice(_REASONS)}
            yield case.ref, due.isoformat(), {"meeting_type": kind, **reason}
    quarter = max(Quarter.of(case.opened), last.later(1 - QUARTERS))
    while quarter <= last:
        day = quarter.first + timedelta(days=chance.randint(0, 88))
        if case.opened < day <= last.last and chance.random() < 0.6:
            yield case.ref, day.isoformat(), _extra(chance)
        quarter = quarter.later(1)


def _extra(chance: Random) -> dict[str, str | None]:
    drawn = chance.random()
    if drawn < 0.78:
        return _held(chance, "extra")
    outcome = "no_show" if drawn < 0.9 else "cancelled"
    return {"meeting_type": "extra", "outcome": outcome, "reason": chance.choice(_REASONS)}


def _held(chance: Random, kind: str) -> dict[str, str | None]:
    def often(share: float, yes: str, no: str) -> str:
        return yes if chance.random() < share else no

    def step(low: int = 2) -> str:
        return str(min(5, low + chance.choice((0, 1, 1, 2, 2, 3))))

    youth, professional = chance.randint(0, 3), chance.randint(0, 4)
    return {
        "meeting_type": kind,
        "outcome": "held",
        "minutes": str(chance.choice((45, 60, 60, 75, 90))),
        "att_youth": often(0.86, "present", "absent"),
        "att_adult": often(0.6, "present", "absent"),
        "att_guidance": often(0.8, "present", "absent"),
        "att_employment": often(0.75, "substitute", "absent"),
        "consent_covers": often(0.9, "yes", "partly"),
        "open_youth": str(youth),
        "done_youth": str(sum(chance.random() < 0.6 for _ in range(youth))),
        "open_professional": str(professional),
        "done_professional": str(sum(chance.random() < 0.7 for _ in range(professional))),
        "education": chance.choice(("none", "primary", "fgu", "vocational", "none")),
        "work": chance.choice(("none", "none", "leisure", "internship")),
        **{name: step() for name in ("life_education_work", "life_home_economy")},
        "life_network_social": step(1),
        "view_understood": step(3),
        "view_listened": step(),
        "view_influence": step(1),
        "coordinator_minutes": str(chance.choice((150, 180, 210, 240, 300))),
    }
