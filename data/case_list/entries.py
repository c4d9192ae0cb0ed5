"""What a case list holds: cases under a pseudonym, and the posts that look after them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PostPlan:
    """A coordinator's post as it is today."""

    name: str
    """What the post is called, such as ``K1``; never the name of a person."""
    weekly_hours: float
    """Working hours a week; 37 is full time."""
    district: int = 1
    """The number of the district it serves, counted from 1."""
    specialist: bool = False
    """True where the post takes young people with high needs."""


@dataclass(frozen=True, slots=True)
class Case:
    """A young person who is in the programme today, under a pseudonym."""

    reference: str
    """The pseudonym, such as ``2026-014``."""
    birthday: date
    referral: date
    """The day the young person came into the programme."""
    coordinator: str = ""
    """The name of a post; empty where the young person waits for a coordinator."""
    last_meeting: date | None = None
    """The day of the latest meeting; None where there has been none."""
    high_need: bool = False
    """True where the young person needs more than most."""
    district: int = 1
    """The number of the district, counted from 1."""
