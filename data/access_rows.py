"""Which rows a person may see, as conditions for the questions that the store asks of many at once."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from data.access import NOT_UNIT, UNIT, Access, CaseDeed, Subject
from data.store_tables import audit, case_files, records

_EXERCISE = "ØVELSE-"


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
    return unit_of(connection, case) is None


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
    exercise = case.startswith(_EXERCISE)
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
