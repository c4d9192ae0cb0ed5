"""The quantities that are estimated, and which numbers of a scenario each of them gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "share"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One thing that is estimated."""

    parameters: tuple[str, ...]
    """The numbers of a scenario that it gives; empty where it is what comes of them, and is only held
    beside what the model gives."""
    unit: str
    """As the units of parameters are named."""
    kind: Kind = "number"


def _number(id: str, unit: str, kind: Kind = "number") -> tuple[str, Quantity]:
    return id, Quantity((id,), unit, kind)


QUANTITIES: Mapping[str, Quantity] = dict(
    [
        _number("inflow_per_year", "youths per year"),
        _number("share_entering_at_15", "share of youths", "share"),
        _number("referral_delay_weeks", "weeks"),
        # Rates are read as so much a year; that they are rates stands in how they are found.
        _number("leave_before_18_per_year", "share per year"),
        _number("support_granted_at_18", "share of youths", "share"),
        _number("leave_after_18_per_year", "share per year"),
        ("stay_months", Quantity((), "months")),
        _number("no_show", "share of meetings", "share"),
        _number("meeting_hours", "hours per meeting"),
        (
            "fixed_meeting_hours",
            Quantity(("preparation_hours", "follow_up_hours"), "hours per meeting"),
        ),
        ("first_meeting_weeks", Quantity((), "weeks")),
        ("late_share", Quantity((), "share of meetings", "share")),
        _number("coordinators", "persons"),
        _number("annual_turnover", "share per year", "share"),
    ]
)
"""By id, in the order in which they are shown. A quantity with one number has that number's id."""
BESIDE = ("travel_hours", "agreement_hours", "checklist_hours")
"""The hours of a fixed meeting that are in what a coordinator spent in all, and stay ours."""
