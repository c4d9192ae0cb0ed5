"""Reads today's cases and posts from a spreadsheet, whole or not at all."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from data.case_list.cells import (
    folded,
    known_name,
    read_date,
    read_district,
    read_hours,
    read_name,
    read_reference,
    read_yes,
)
from data.case_list.entries import Case, PostPlan
from data.case_list.faults import CaseListError, Fault
from data.case_list.sheets import Source
from data.case_list.table import CASES, POSTS, Line, Table
from data.presets import parameters
from data.working_days import month_later

YOUNGEST, OLDEST = 15, 23
"""Years: a young person in the programme has turned 15 and has not turned 23."""


def read_case_list(
    source: Source, *, posts: Sequence[PostPlan] | None = None, today: date
) -> tuple[Case, ...]:
    """Return the cases in *source*, in the order of the file.

    *source* is a path, or an :class:`~data.case_list.sheets.Upload`, of a csv file or an xlsx
    workbook with the sheet *Sager* or *Cases*. Every coordinator must be the name of one of *posts*;
    where that is None, any name will do. No day may lie after *today*, on which everyone is between
    15 and 23 years old.

    Raises :exc:`~data.case_list.faults.CaseListError` with every fault; then nothing is returned.
    """
    table = Table(source, CASES)
    names = None if posts is None else {folded(post.name): post.name for post in posts}
    seen: dict[str, int] = {}
    spelled: dict[str, str] = {}
    cases = [_case(line, today, names, seen, spelled) for line in table.lines()]
    table.finish()
    return tuple(case for case in cases if case is not None)


def read_posts(source: Source) -> tuple[PostPlan, ...]:
    """Return the coordinators' posts in *source*, in the order of the file.

    *source* is a path, or an :class:`~data.case_list.sheets.Upload`, of a csv file or an xlsx
    workbook with the sheet *Koordinatorer* or *Coordinators*. Weekly hours lie within the bounds of
    the parameter ``weekly_hours``.

    Raises :exc:`~data.case_list.faults.CaseListError` with every fault; then nothing is returned.
    """
    table = Table(source, POSTS)
    seen: dict[str, int] = {}
    posts = [_post(line, seen) for line in table.lines()]
    table.finish()
    return tuple(post for post in posts if post is not None)


def read_today(source: Source, *, today: date) -> tuple[tuple[PostPlan, ...], tuple[Case, ...]]:
    """Return the posts and the cases of a workbook with both sheets.

    Raises :exc:`~data.case_list.faults.CaseListError` with every fault of both sheets; then nothing is
    returned.
    """
    faults: list[Fault] = []
    posts: tuple[PostPlan, ...] | None = None
    try:
        posts = read_posts(source)
    except CaseListError as error:
        faults += error.faults
    cases: tuple[Case, ...] = ()
    try:
        cases = read_case_list(source, posts=posts, today=today)
    except CaseListError as error:
        # What is wrong with the file as a whole is said once.
        faults += [fault for fault in error.faults if fault not in faults]
    if faults or posts is None:
        raise CaseListError(faults)
    return posts, cases


def _case(
    line: Line,
    today: date,
    names: dict[str, str] | None,
    seen: dict[str, int],
    spelled: dict[str, str],
) -> Case | None:
    reference = line.read("reference", read_reference)
    birthday = line.read("born", read_date)
    referral = line.read("start", read_date)
    coordinator = line.read("coordinator", read_name if names is None else known_name(names))
    last_meeting = line.read("last_meeting", read_date)
    high_need = line.read("high_need", read_yes)
    district = line.read("district", read_district)
    if reference is not None:
        _only_once(line, "reference", reference, seen)
    birthday = _right_age(line, birthday, today)
    _days_in_order(line, birthday, referral, last_meeting, today)
    if reference is None or birthday is None or referral is None:
        return None
    if coordinator is not None:
        # The same post, however it is spelled in each row.
        coordinator = spelled.setdefault(folded(coordinator), coordinator)
    return Case(
        reference,
        birthday,
        referral,
        coordinator or "",
        last_meeting,
        bool(high_need),
        district or 1,
    )


def _post(line: Line, seen: dict[str, int]) -> PostPlan | None:
    hours = parameters()["weekly_hours"]
    name = line.read("name", read_name)
    weekly_hours = line.read(
        "weekly_hours", lambda value: read_hours(value, hours.minimum, hours.maximum)
    )
    district = line.read("district", read_district)
    specialist = line.read("specialist", read_yes)
    if name is not None:
        _only_once(line, "name", name, seen)
    if name is None or weekly_hours is None:
        return None
    return PostPlan(name, weekly_hours, district or 1, bool(specialist))


def _only_once(line: Line, field: str, words: str, seen: dict[str, int]) -> None:
    first = seen.setdefault(folded(words), line.number)
    if first != line.number:
        line.refuse(f"case_list.double_{field}", field, other=str(first))


def _right_age(line: Line, birthday: date | None, today: date) -> date | None:
    """Return *birthday* where someone born then is of the programme's age; note it otherwise."""
    if birthday is None:
        return None
    if birthday > today:
        line.refuse("case_list.born_in_future", "born", today=_written(today))
        return None
    if _years_later(birthday, YOUNGEST) <= today < _years_later(birthday, OLDEST):
        return birthday
    before = (today.month, today.day) < (birthday.month, birthday.day)
    age = str(today.year - birthday.year - before)
    line.refuse("case_list.wrong_age", "born", age=age, youngest=YOUNGEST, oldest=OLDEST)
    return None


def _days_in_order(
    line: Line,
    birthday: date | None,
    referral: date | None,
    last_meeting: date | None,
    today: date,
) -> None:
    fifteen = _years_later(birthday, YOUNGEST) if birthday else None
    start = None
    if referral is not None and referral > today:
        line.refuse("case_list.start_in_future", "start", today=_written(today))
    elif referral is not None and fifteen is not None and referral < fifteen:
        earliest = _written(fifteen)
        line.refuse("case_list.start_too_early", "start", age=YOUNGEST, earliest=earliest)
    else:
        start = referral
    if last_meeting is not None and last_meeting > today:
        line.refuse("case_list.meeting_in_future", "last_meeting", today=_written(today))
    elif last_meeting is not None and start is not None and last_meeting < start:
        line.refuse("case_list.meeting_too_early", "last_meeting", start=_written(start))


@lru_cache(maxsize=20_000)  # the same birthdays stand in many rows
def _years_later(day: date, years: int) -> date:
    return month_later(day, 12 * years)


def _written(day: date) -> str:
    return f"{day:%d-%m-%Y}"
