"""Which rows a person may see, as conditions for the questions that the store asks of many at once."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, false, func, or_, select

from data.access import EXERCISE, NOT_UNIT, UNIT, Access, CaseDeed, Person, Subject, check_role
from data.store_tables import audit, case_files, people, records


def chosen_records(access: Access, deed: CaseDeed = "read_case") -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for records to which the person may do *deed*; none where that is all."""
    return _chosen(access, deed, records.c.case, records.c.form)


def chosen_lines(access: Access) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for lines of the audit trail about what the person may read."""
    return () if access.may("log") else _chosen(access, "read_case", audit.c.case, audit.c.form)


def chosen_cases(access: Access) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for case files that the person may know of; none where that is all."""
    return _chosen(access, "list_case", case_files.c.ref, None)


def unit_of(connection: Connection, case: str) -> str | None:
    """Return the unit that has *case*; None where no such case can be seen."""
    found: str | None = connection.execute(
        select(case_files.c.unit).where(case_files.c.ref == case)
    ).scalar_one_or_none()
    return found


def is_free(connection: Connection, case: str) -> bool:
    """Tell whether there is no file of *case*, be it one that cannot be seen."""
    if connection.dialect.name == "postgresql":
        return not connection.execute(select(func.case_is_taken(case))).scalar_one()
    return unit_of(connection, case) is None


def find_person(connection: Connection, login: str) -> Person | None:
    """Return who has *login*; None where nobody has."""
    row = connection.execute(select(people).where(people.c.login == login)).one_or_none()
    return None if row is None else person_of(row)


def person_of(row: Row[Any]) -> Person:
    """Return the person in *row*."""
    return Person(row.login, check_role(row.role), frozenset(row.units))


def _chosen(
    access: Access, deed: CaseDeed, case: ColumnElement[Any], form: ColumnElement[Any] | None
) -> tuple[ColumnElement[bool], ...]:
    if access.is_whole:
        return ()
    allowed = [_are(subject, access, case, form) for subject in sorted(access.subjects(deed))]
    return (or_(false(), *allowed),)


def _are(
    subject: Subject, access: Access, case: ColumnElement[Any], form: ColumnElement[Any] | None
) -> ColumnElement[bool]:
    """Say in SQL what :func:`data.access.subject_of` says of one record."""
    exercise = case.startswith(EXERCISE)
    if subject == "exercise":
        return exercise
    unit = and_(~exercise, case.regexp_match(UNIT), ~case.regexp_match(NOT_UNIT))
    if subject == "real":
        if access.role != "coordinator":
            return and_(~exercise, ~unit)
        own = select(case_files.c.ref).where(case_files.c.unit.in_(sorted(access.person.units)))
        return and_(~exercise, ~unit, case.in_(own))
    if form is None:  # A unit has no case file.
        return false()
    assessment = form.startswith("assessment_", autoescape=True)
    if subject == "assessment":
        return and_(unit, assessment)
    return and_(unit, form == "report" if subject == "report" else form != "report", ~assessment)
