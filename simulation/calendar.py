"""The municipality's calendar: working days, months, and the days on which the team can meet."""

import numpy as np

from data.working_days import add_months, working_days
from simulation.cohort import Cohort
from simulation.people import Coordinator
from simulation.scenario import Scenario

LONGEST_SEARCH = 800
"""Days after the last counted one that a calendar reaches: the longest booking horizon, window and
search together stay below it."""


class Calendar:
    """Which days are worked, which month a day begins, and how many meetings the team still has.

    The team is one pooled role in this version: so many meetings a week, spread evenly over the
    weekdays and moved one weekday on each week, so that a youth who is free on one weekday only is
    met too. What falls on a day off is lost.
    """

    def __init__(self, scenario: Scenario, cohort: Cohort) -> None:
        self._first = cohort.first_day
        days = cohort.last_day - cohort.first_day + LONGEST_SEARCH
        start = np.datetime64(scenario.start, "D")
        each = start + cohort.first_day + np.arange(days)
        weekday = (each.astype(np.int64) + 3) % 7
        works = working_days(each[0].item(), days, scenario.standstill_weeks)
        slots = scenario.team_slots_per_week
        spread = np.array([slots * (w + 1) // 5 - slots * w // 5 for w in range(5)])
        turn = (weekday + (each.astype(np.int64) + 3) // 7) % 5
        self._weekday: list[int] = weekday.tolist()
        self._works: list[bool] = works.tolist()
        self._team: list[int] = np.where(works, spread[turn], 0).tolist()
        months = (cohort.last_day - cohort.first_day) // 28 + 2
        first_month = each[:1].astype("datetime64[M]").astype("datetime64[D]")
        begins = [int((add_months(first_month, n)[0] - start).astype(int)) for n in range(months)]
        self.month_starts: list[int] = [
            day for day in begins if cohort.first_day <= day < cohort.last_day
        ]
        """The first day of each calendar month of the run."""
        counted = works[: cohort.last_day - cohort.first_day]
        self.working_days_per_year = float(counted.mean() * 365.25) if counted.size else 0.0

    def works(self, day: int) -> bool:
        """Say whether *day* is a working day."""
        return self._works[day - self._first]

    def is_monday(self, day: int) -> bool:
        """Say whether a week begins on *day*."""
        return self._weekday[day - self._first] == 0

    def common_day(
        self,
        free_weekdays: tuple[bool, ...],
        coordinator: Coordinator,
        minutes: int,
        daily: int,
        earliest: int,
        last: int,
    ) -> int | None:
        """Return the first day from *earliest* to *last* on which all can meet; None if there is none.

        The youth must be free on the weekday, the team must have a meeting left, and the coordinator's
        appointments must fit the day (one appointment always does).
        """
        for day in range(earliest, last + 1):
            place = day - self._first
            if (
                self._team[place] > 0
                and free_weekdays[self._weekday[place]]
                and ((taken := coordinator.diary.get(day, 0)) == 0 or taken + minutes <= daily)
            ):
                return day
        return None

    def take(self, day: int) -> None:
        """Take one of the team's meetings on *day*."""
        self._team[day - self._first] -= 1

    def give_back(self, day: int) -> None:
        """Give one of the team's meetings on *day* back."""
        self._team[day - self._first] += 1
