"""The numbers of one municipality, checked when they are put together.

What is allowed stands in ``data/definitions/parameters.toml``, which the controls of the app read too;
what the numbers are stands in ``data/presets/``, each with its source.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from dataclasses import replace as dataclass_replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from operator import attrgetter
from typing import Any, Self

from data import ListedCase, Parameter, PostPlan, Rule, parameters, read_preset, read_rules

ForEachRole = tuple[int, int, int, int]
"""A number for guidance, employment, school or placement, and the adult side, in this order."""


MOST_RULES = 100
"""A run numbers its rules with one byte."""


class ScenarioError(ValueError):
    """A scenario was given a number it cannot have, or one it does not know.

    It carries the parts of its message, so that a page can say it in Danish.
    """

    def __init__(self, field: str, value: object, rule: str) -> None:
        super().__init__(f"{field} is {value!r}; it {rule}")
        self.field = field
        """The name of the number."""
        self.value = value
        """What was given."""
        self.rule = rule
        """What is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The numbers of one municipality and how it works; nothing in it can be changed later.

    Make one from a preset: ``Scenario.preset("medium", coordinators=5)``. Every field, its unit and
    its bounds are listed by :func:`data.parameters`; a number outside its bounds and a name that does
    not exist raise :exc:`ScenarioError`.

    Attributes:
        coordinators: Posts, each held by one person at a time.
        weekly_hours: Hours a week of each coordinator; 37 is full time.
        caseload_ceiling: Youths that one coordinator may have at a time, each with its weight.
        case_hours_per_year: Hours a year that a full-time coordinator can use on cases, with leave
            taken out; sickness is drawn.
        annual_turnover: Share of coordinators who resign within a year, 0-0.9.
        notice_months: Months from notice to the last working day; no new cases, and time to hand
            over.
        vacancy_months: Months that a post stands empty: least, most likely, greatest.
        ramp_up_months: Months until a newcomer works and carries cases in full.
        ramp_up_start: Share of full work, and of the ceiling, on a newcomer's first day.
        standstill_weeks: ISO weeks in which no meeting is held and no case work done.
        sick_spells_per_year: Mean number of short spells of sickness per coordinator and year.
        sick_spell_days: Mean working days of a short spell.
        long_absences_per_year: Mean number of long absences per coordinator and year.
        long_absence_days: Mean working days of a long absence.
        deputies: Whether a colleague takes the crises and booked meetings of an absent coordinator.
        case_weight_under_18: What a youth counts against the ceiling before 18.
        case_weight_first_year_after_18: What a youth counts against the ceiling from 18 to 19.
        case_weight_later: What a youth counts against the ceiling after 19.
        allocation: Who gets a new case: equal_split, team (who has time), district, date_of_birth
            (by the day of the month), competence, or judgement (of need and experience).
        districts: Districts of the municipality; for allocation by district.
        specialist_share: Share of coordinators with special competence for youths with high needs;
            for allocation by competence.
        forced_change_at_18: Whether each youth changes coordinator at 18.
        booking_horizon_weeks: Weeks before a meeting's target day at which the invitation goes on
            the to-do list.
        notice_weeks: Least weeks from invitation to meeting, for each role of the team: guidance,
            employment, school or placement, adult side. One number stands for all four.
        reminders: Whether youths are reminded of meetings.
        reminder_risk_ratio: What reminders multiply the risk of a no-show with.
        no_show: Mean share of meetings to which the youth does not come, without reminders.
        team_slots_per_week: Meetings a week for which each role of the team can be had, in the
            same order. One number stands for all four.
        search_weeks: Weeks ahead that calendars are searched for a common day.
        youth_free_days: Share of weekdays on which a youth can meet; at least one weekday is always
            free.
        cancellation: Share of meetings that a given professional cancels.
        substitute_share: Share of cancellations for which the professional sends somebody else.
        quorum: Other professionals that must come for a meeting to be held.
        team_days_per_week: Fixed weekdays on which all roles gather their meetings, and the youth
            can come; 0 where each meeting is arranged on its own.
        reserved_share: Share of the team's meetings kept for fixed meetings until two weeks before.
        crisis_meeting_share: Share of crises that lead to an extra meeting.
        placement_changes_per_year: Mean number of changes of placement per youth-year before 18;
            each leads to an extra meeting.
        dropouts_per_year: Mean number of drop-outs from education per youth-year from 16; each
            leads to an extra meeting.
        priority: Order of the to-do list: deadline_first, fixed_meetings_first, oldest_first or
            need_first (youths with high needs first, then what is due first).
        inflow_per_year: Mean number of youths who start a year.
        load_multiplier: What the local load multiplies the inflow with.
        share_entering_at_15: Share of youths who are referred on their 15th birthday.
        latest_entry_age: Years; the others enter evenly between 15 and this age.
        leave_before_18_per_year: Rate a year at which youths leave before 18.
        support_granted_at_18: Share of youths who stay in the programme at 18.
        leave_after_18_per_year: Rate a year at which youths leave after 18, at the latest by the
            rule that ends the course.
        crises_per_year: Mean number of crises per youth-year.
        extra_meetings_under_18: Mean number of extra meetings per youth-year before 18, beyond those
            that follow from crises, changes of placement and drop-outs.
        extra_meetings_over_18: The same after 18.
        referral_delay_weeks: Mean weeks from a youth is found to belong to the target group until
            the referral.
        declined_share: Share of referred youths who say no; they come on top of the inflow.
        board_interval_weeks: Weeks between meetings of the board that admits; 0 for no board.
        board_places: Youths that the board can admit at a meeting.
        contact_person_only: Whether youths with a contact person only are in the target group.
        contact_person_stock: Youths of 18-22 with a contact person only, at a time.
        all_outside: Whether all youths outside education and work are in the target group.
        outside_stock: Youths of 15-24 outside education and work, at a time.
        outside_exit_per_year: Rate a year at which they get into education or work.
        high_need_share: Share of youths with high needs.
        stay_from_assignment_months: Mean months of support from the first coordinator; 0 where the
            course lasts as the rules and the youth's life say.
        work_multiplier: What all hours below are multiplied with.
        intake_hours: Hours to take a new youth in.
        contact_hours_under_18: Hours of contact and coordination a month before 18.
        contact_hours_first_year_after_18: Hours of contact and coordination a month from 18 to 19.
        contact_hours_later: Hours of contact and coordination a month after 19.
        crisis_hours: Hours per crisis.
        invitation_hours: Hours to find a day and invite, per meeting.
        preparation_hours: Hours to prepare a fixed meeting.
        meeting_hours: Hours in the meeting.
        travel_hours: Hours of travel per meeting, return.
        follow_up_hours: Hours of minutes and follow-up per fixed meeting.
        agreement_hours: Hours to write the agreement, per meeting.
        checklist_hours: Hours to fill in the meeting checklist, per meeting.
        extra_meeting_hours: Hours for an extra meeting: invitation, preparation, meeting and
            follow-up together.
        handover_hours: Hours to hand one case over, both coordinators together.
        work_variation: How much the time of the same work varies: its standard deviation over its
            mean.
        follow_up_interval_weeks: Weeks between agreed follow-up talks; 0 for none.
        agreed_follow_up_hours: Hours per agreed follow-up talk.
        leadership_rule: What the leadership group does when too many fixed meetings are late: none,
            hire, move_ceiling, pause_intake, reprioritise, buy_slots or team_days.
        leadership_interval_months: Months between the meetings of the group.
        leadership_delay_months: How old the figures are that the group sees.
        leadership_threshold: Share of fixed meetings late above which the group acts; for hire and
            move_ceiling it also acts when youths wait.
        leadership_budget: Steps in all: posts to add, times 5 youths up or down with the ceiling, or
            meetings a week to buy of each role.
        hiring_delay_months: Months from the decision to add a post to its first day.
        outcomes: Whether moves between education, work and neither are followed.
        effect_on_moves: What the chance of a move into education or work is multiplied with.
        coordinator_change_effect: What that chance is multiplied with for two quarters after a
            change of coordinator.
        pay_per_year: DKK a year for a full-time worker, pension included.
        overhead: Share on top of pay.
        present_hours_per_year: Hours a year at work of a full-time worker; gives the price of an
            hour.
        other_professionals: Other professionals at a meeting.
        other_professional_hours: Hours of each other professional per meeting.
        start: First day that is counted.
        years: Years that are counted.
        warm_up_years: Years that run before the first counted day.
        rules: The dated rules; :func:`data.read_rules` reads them from a file.
        posts: Today's posts one by one, from a case list; empty where they are all alike. The first
            *coordinators* of them count; where there are fewer, the others are alike.
        cases: Today's youths one by one, from a case list; empty where they are drawn.
    """

    # People
    coordinators: int
    weekly_hours: float
    caseload_ceiling: int
    case_hours_per_year: float
    annual_turnover: float
    notice_months: int
    vacancy_months: tuple[float, float, float]
    ramp_up_months: int
    ramp_up_start: float
    standstill_weeks: tuple[int, ...]
    sick_spells_per_year: float
    sick_spell_days: float
    long_absences_per_year: float
    long_absence_days: float
    deputies: bool
    case_weight_under_18: float
    case_weight_first_year_after_18: float
    case_weight_later: float
    allocation: str
    districts: int
    specialist_share: float
    forced_change_at_18: bool
    # Meetings
    booking_horizon_weeks: int
    notice_weeks: ForEachRole
    reminders: bool
    reminder_risk_ratio: float
    no_show: float
    team_slots_per_week: ForEachRole
    search_weeks: int
    youth_free_days: float
    cancellation: float
    substitute_share: float
    quorum: int
    team_days_per_week: int
    reserved_share: float
    crisis_meeting_share: float
    placement_changes_per_year: float
    dropouts_per_year: float
    # Priorities
    priority: str
    # Demand
    inflow_per_year: float
    load_multiplier: float
    share_entering_at_15: float
    latest_entry_age: float
    leave_before_18_per_year: float
    support_granted_at_18: float
    leave_after_18_per_year: float
    crises_per_year: float
    extra_meetings_under_18: float
    extra_meetings_over_18: float
    referral_delay_weeks: float
    declined_share: float
    board_interval_weeks: int
    board_places: int
    contact_person_only: bool
    contact_person_stock: float
    all_outside: bool
    outside_stock: float
    outside_exit_per_year: float
    high_need_share: float
    stay_from_assignment_months: float
    # Work of the coordinator
    work_multiplier: float
    intake_hours: float
    contact_hours_under_18: float
    contact_hours_first_year_after_18: float
    contact_hours_later: float
    crisis_hours: float
    invitation_hours: float
    preparation_hours: float
    meeting_hours: float
    travel_hours: float
    follow_up_hours: float
    agreement_hours: float
    checklist_hours: float
    extra_meeting_hours: float
    handover_hours: float
    work_variation: float
    follow_up_interval_weeks: int
    agreed_follow_up_hours: float
    # Leadership group
    leadership_rule: str
    leadership_interval_months: int
    leadership_delay_months: int
    leadership_threshold: float
    leadership_budget: int
    hiring_delay_months: int
    # Outcomes
    outcomes: bool
    effect_on_moves: float
    coordinator_change_effect: float
    # Money
    pay_per_year: float
    overhead: float
    present_hours_per_year: float
    other_professionals: int
    other_professional_hours: float
    # Run
    start: date
    years: int
    warm_up_years: int
    # Rules, and what is known one by one
    rules: tuple[Rule, ...]
    posts: tuple[PostPlan, ...] = ()
    cases: tuple[ListedCase, ...] = ()

    def __hash__(self) -> int:
        # Much is looked up by a scenario, again and again; rules and cases would take long.
        return hash(_numbers()(self))

    def __post_init__(self) -> None:
        for id, parameter in parameters().items():
            value = _plain(getattr(self, id), parameter)
            fault = parameter.fault(value)
            if fault is not None:
                raise ScenarioError(id, value, fault)
            object.__setattr__(self, id, value)
        if not self.rules or any(not isinstance(rule, Rule) for rule in self.rules):
            raise ScenarioError("rules", self.rules, "must be rules read by data.read_rules()")
        if len(self.rules) > MOST_RULES:
            raise ScenarioError("rules", len(self.rules), f"must be at most {MOST_RULES}")
        for id, entry in (("posts", PostPlan), ("cases", ListedCase)):
            value = getattr(self, id)
            listed = tuple(value) if isinstance(value, list | tuple) else (value,)
            if any(not isinstance(one, entry) for one in listed):
                raise ScenarioError(id, value, "must be a list read by data.case_list")
            object.__setattr__(self, id, listed)
        self._check_cases()

    def _check_cases(self) -> None:
        """Refuse a case that does not fit the posts, the districts or the first counted day."""
        names = {post.name for post in self.posts}
        for case in self.cases:
            if case.coordinator and case.coordinator not in names:
                known = ", ".join(sorted(names)) or "none"
                raise ScenarioError(
                    "cases", case.reference, f"must have one of the posts' names; they are: {known}"
                )
            if case.district > self.districts:
                raise ScenarioError(
                    "cases", case.reference, f"must have a district from 1 to {self.districts}"
                )
            if case.referral > self.start or not 15 <= _age(case.birthday, self.start) < 23:
                raise ScenarioError(
                    "cases",
                    case.reference,
                    f"must have begun by the first counted day, {self.start}, and be 15 to 22 then",
                )

    @classmethod
    def preset(cls, name: str = "medium", **changes: Any) -> Self:
        """Return the preset *name* ("small", "medium" or "large") with *changes* put in its place.

        Raises :exc:`ScenarioError` for a field that does not exist or a value out of bounds, and
        :exc:`FileNotFoundError` for a preset that does not exist.

        >>> Scenario.preset("medium", coordinators=5, caseload_ceiling=25).coordinators
        5
        """
        values: dict[str, Any] = {**read_preset(name).values(), "rules": _standard_rules()}
        return cls(**(values | _known(changes)))

    def replace(self, **changes: Any) -> Self:
        """Return this scenario with *changes* put in its place; raises as :meth:`preset` does."""
        return dataclass_replace(self, **_known(changes))

    def differences(self, other: "Scenario") -> dict[str, tuple[Any, Any]]:
        """Return each field that differs, with its value here and in *other*.

        >>> base = Scenario.preset("medium")
        >>> base.replace(coordinators=6).differences(base)
        {'coordinators': (6, 4)}
        """
        return {
            field.name: (getattr(self, field.name), getattr(other, field.name))
            for field in fields(self)
            if getattr(self, field.name) != getattr(other, field.name)
        }


def _age(birthday: date, day: date) -> int:
    """Return whole years of age on *day*."""
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))


@cache
def _numbers() -> Callable[[Scenario], tuple[object, ...]]:
    return attrgetter(*parameters())


@cache
def _standard_rules() -> tuple[Rule, ...]:
    return read_rules()


def _known(changes: dict[str, Any]) -> dict[str, Any]:
    """Return *changes*, or refuse the first field that does not exist."""
    names = [field.name for field in fields(Scenario)]
    for name, value in changes.items():
        if name not in names:
            near = get_close_matches(name, names, n=3) or names
            raise ScenarioError(
                name, value, f"is no field of a scenario; did you mean {', '.join(near)}?"
            )
    return changes


def _plain(value: Any, parameter: Parameter) -> Any:
    """Turn NumPy scalars, lists and whole numbers into the plain values a scenario keeps."""
    kind = parameter.kind
    value = parameter.of_each_role(value.item() if hasattr(value, "item") else value)
    if kind == "number" and type(value) is int:
        return float(value)
    if kind in {"triangle", "weeks", "roles"} and isinstance(value, list | tuple):
        number = (
            float if kind == "triangle" else lambda part: int(part) if part == part // 1 else part
        )
        try:
            return tuple(number(part) for part in value)
        except (TypeError, ValueError):
            return value
    return value
