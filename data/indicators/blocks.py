"""Blocks of quarters that are told together, and what is told of each.

A block ends with the quarter in which enough was counted, or with the year; where little happens it is half
a year or more. How long it is hangs on how many meetings there were, and never on what they were like. A
block is counted once, when it is first told: what comes in later changes nothing that was said.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from data.indicators.cells import Part, Told, Why
from data.indicators.facts import (
    AGREES,
    LIFE,
    RULES,
    VIEWS,
    Fact,
    Facts,
    changes_of_coordinator,
    open_cases,
)
from data.indicators.small_cells import (
    Ends,
    Group,
    Tally,
    exact,
    in_steps,
    is_safe,
    safe_groups,
    says_no_more,
    step,
    tally,
    together,
)
from data.periods import Quarter, Year

ENOUGH = 4
"""A block ends when so many times the fewest were counted: then a part of one in four can be told. Our
assumption."""
Quarters = tuple[Quarter, ...]
Counted = Callable[[Group], Tally]
"""Gives what some units' facts add up to."""

OF_HELD = ("youth_present", "adult_present", "core_team", "consent_valid")
MINUTES = ("coordinator_minutes", "meeting_minutes")
AGES = {"status_15_17": (15, 17), "status_18_19": (18, 19), "status_20_22": (20, 22)}
STATUSES = ("education", "work", "neither")
CHANGES = ("better", "same", "worse")
_YEAR = 365.25


def ends_of_blocks(
    counted: Callable[[Quarter], int], quarters: Sequence[Quarter], fewest: int
) -> Iterator[Quarters]:
    """Yield the blocks that *quarters*, one after the other, divide into; the last may wait still."""
    block: list[Quarter] = []
    number = 0
    for quarter in quarters:
        block.append(quarter)
        number += counted(quarter)
        if number >= ENOUGH * fewest or quarter.number == 4:
            yield tuple(block)
            block, number = [], 0


class Telling:
    """Tells what may be told of *facts*, where no number of fewer than *fewest* young people is."""

    def __init__(self, facts: Facts, fewest: int) -> None:
        self._facts = facts
        self._fewest = fewest
        self._alone: tuple[Group, ...] = tuple((unit,) for unit in facts.units)
        self._tallies: dict[tuple[str, str, Quarters], Tally] = {}
        self._answers: dict[tuple[str, str, Quarters], dict[str, str]] = {}
        self._known: dict[tuple[str, str], tuple[Quarter | None, dict[str, str]]] = {}

    # --- One block of each population ------------------------------------------------------------

    def blocks(self, indicator: str, quarters: Sequence[Quarter]) -> Iterator[Quarters]:
        """Yield the blocks of the population that *indicator* counts, among new *quarters*."""

        def number(quarter: Quarter) -> int:
            return self._counted(indicator, (quarter,))(self._facts.units).whole

        yield from ends_of_blocks(number, quarters, self._fewest)

    def meetings(self, quarters: Quarters) -> Iterator[Told]:
        """Yield what is told of the meetings in a block: held ones, and those that were not."""
        held = self._counted("held_meetings", quarters)
        whole, groups = self._count("held_meetings", quarters, held)
        yield from whole
        for indicator in OF_HELD:
            counted = self._counted(indicator, quarters)
            yield from self._shares(indicator, quarters, counted, groups)
        missed = self._counted("no_show", quarters)

        def came_or_not(group: Group) -> Tally:
            no_show, came = missed(group), held(group)
            number = no_show.whole + came.whole
            return Tally(no_show.whole, number, no_show.youths, came.youths, came.youths)

        yield from self._no_shows(quarters, came_or_not, groups)
        yield self._reasons(quarters)
        for indicator in ("agreements_youth", "agreements_professional"):
            yield from self._steps(indicator, quarters, self._counted(indicator, quarters))
        for indicator in VIEWS:
            yield from self._steps(indicator, quarters, self._agreeing(indicator, quarters))
        for indicator in LIFE:
            yield from self._split(indicator, quarters, CHANGES, self._changed(indicator, quarters))
        for indicator in MINUTES:
            yield from self._minutes(indicator, quarters, groups)

    def due(self, quarters: Quarters) -> Iterator[Told]:
        """Yield what is told of the fixed meetings that were due in a block."""
        counted = self._counted("on_time", quarters)
        yield from (all_of := list(self._shares("on_time", quarters, counted, self._alone)))
        rules: tuple[Group, ...] = tuple((rule,) for _, rule in RULES.values())
        found = {rule: self._counted(rule[0], quarters)(self._facts.units) for rule in rules}
        # The rules add up to all of them: each that is told is safe, and so is what is left of all.
        told = None if all_of[0].hidden else safe_groups(found, self._fewest, rules)
        for rule in rules:
            is_told = told is not None and rule in told
            only = self._share(rule[0], quarters, found[rule])
            yield only if is_told else Told(rule[0], quarters, why="few")
        missing = self._counted("checklist_missing", quarters)
        yield from self._missing(quarters, missing, all_of)

    def first_meetings(self, quarters: Quarters) -> Iterator[Told]:
        """Yield what is told of the cases that were to have their first meeting in a block."""
        counted = self._counted("first_meeting", quarters)
        yield from self._shares("first_meeting", quarters, counted, self._alone)

    def caseload(self, quarter: Quarter) -> Iterator[Told]:
        """Yield the open cases on the last day of *quarter*, in steps, and their coordinators."""
        found = []
        for group in ((), *self._alone):
            cases = [
                case
                for unit in (group or (None,))
                for case in open_cases(self._facts, unit, quarter.last)
            ]
            coordinators = len({case.coordinator for case in cases if case.coordinator})
            found.append((group, step(len(cases), self._fewest), coordinators))
        steps = [ends for _, ends, _ in found[1:]]
        clear = says_no_more(found[0][1], steps)
        for group, (least, most), coordinators in found if clear else found[:1]:
            few = least < self._fewest or not coordinators
            told = Told("caseload", (quarter,), group, least, most, coordinators, coordinators)
            yield Told("caseload", (quarter,), group, why="few") if few else told

    def year(self, year: Year) -> Iterator[Told]:
        """Yield what is told of a whole *year*."""
        quarters = year.quarters
        yield from self._steps("coordinator_changes", quarters, self._coordinators(year))
        for indicator, ages in AGES.items():
            counted = self._statuses(quarters, ages, year.last.year)
            yield from self._split(indicator, quarters, STATUSES, counted)

    # --- Ways of telling -------------------------------------------------------------------------

    def _count(
        self, indicator: str, quarters: Quarters, counted: Counted
    ) -> tuple[list[Told], tuple[Group, ...]]:
        """Return what is told of a number, of all and by units, and the groups of units."""
        everybody = counted(self._facts.units)
        safe = is_safe(everybody, self._fewest)
        ends: tuple[int | None, int | None] = (everybody.part, everybody.part)
        if not safe:
            ends = (1, self._fewest - 1) if everybody.part < self._fewest else (None, None)
        told = [Told(indicator, quarters, (), *ends, why="" if safe else "few")]
        groups = self._groups(counted, self._alone) if safe else None
        told += [
            Told(indicator, quarters, group, found.part, found.part)
            for group, found in (groups or {}).items()
        ]
        return told, tuple(groups or ())

    def _shares(
        self, indicator: str, quarters: Quarters, counted: Counted, among: Sequence[Group]
    ) -> Iterator[Told]:
        """Yield a share of all, and of each of *among*, the groups whose wholes are told."""
        told = self._share(indicator, quarters, counted(self._facts.units))
        yield told
        groups = None if told.hidden else self._groups(counted, among)
        for group, found in (groups or {}).items():
            yield self._share(indicator, quarters, found, group)

    def _share(self, indicator: str, quarters: Quarters, counted: Tally, units: Group = ()) -> Told:
        if not counted.whole:
            return Told(indicator, quarters, units, 0, 0, 0, 0, why="none")
        if counted.youths < self._fewest:
            return Told(indicator, quarters, units, why="few")
        least, most = exact(counted, self._fewest) or (None, None)
        why: Why = "" if least is not None and least == most else "few"
        whole = counted.whole
        return Told(indicator, quarters, units, least, most, whole, whole, why=why)

    def _no_shows(
        self, quarters: Quarters, counted: Counted, among: Sequence[Group]
    ) -> Iterator[Told]:
        """Yield the share not come to; where it is hidden so is its whole, whose rest is told."""
        everybody = counted(self._facts.units)
        if not is_safe(everybody, self._fewest):
            yield Told("no_show", quarters, why="few")
            return
        yield from self._shares("no_show", quarters, counted, among)

    def _steps(self, indicator: str, quarters: Quarters, counted: Counted) -> Iterator[Told]:
        """Yield a share in steps, of all and by units."""
        whole = counted(self._facts.units)
        if not whole.whole:
            yield Told(indicator, quarters, (), 0, 0, 0, 0, why="none")
            return
        everybody = in_steps(whole, self._fewest)
        yield _stepped(indicator, quarters, (), everybody)
        by_unit = [in_steps(counted(group), self._fewest) for group in self._alone]
        found = [each for each in by_unit if each is not None]
        if everybody is None or len(found) < len(by_unit):
            return
        if all(says_no_more(everybody[end], [each[end] for each in found]) for end in (0, 1)):
            for group, each in zip(self._alone, found, strict=True):
                yield _stepped(indicator, quarters, group, each)

    def _split(
        self,
        indicator: str,
        quarters: Quarters,
        answers: Sequence[str],
        counted: Callable[[Group], dict[str, int]],
    ) -> Iterator[Told]:
        """Yield how young people divide among *answers*, each in steps, of all and by units."""
        found = [counted(group) for group in (self._facts.units, *self._alone)]
        if not any(found[0].values()):
            yield Told(indicator, quarters, why="none")
            return
        steps = [{one: step(each.get(one, 0), self._fewest) for one in answers} for each in found]
        clear = all(
            says_no_more(steps[0][one], [each[one] for each in steps[1:]]) for one in answers
        )
        for group, each in zip(((), *self._alone), steps, strict=True):
            if group and not clear:
                return
            few = all(ends[0] < self._fewest for ends in each.values())
            parts = () if few else tuple(Part(one, *ends) for one, ends in each.items())
            yield Told(indicator, quarters, group, parts=parts, why="few" if few else "")

    def _reasons(self, quarters: Quarters) -> Told:
        """Return the reasons that enough young people are behind, in steps, the most frequent first."""
        parts, given = [], 0
        for indicator in sorted(self._facts.counted):
            name, _, reason = indicator.partition(".")
            if name != "moved_reasons" or not reason:
                continue
            found = self._counted(indicator, quarters)(self._facts.units)
            given += found.part
            if found.youths >= self._fewest:
                parts.append(Part(reason, *step(found.part, self._fewest)))
        parts.sort(key=lambda part: (-part.least, part.id))
        return Told(
            "moved_reasons",
            quarters,
            parts=tuple(parts),
            why="" if parts else "few" if given else "none",
        )

    def _missing(self, quarters: Quarters, counted: Counted, due: Iterable[Told]) -> Iterator[Told]:
        """Yield the share without a checklist: a step of a whole that is told with those on time.

        Whoever was on time has a checklist, so that the share that was late is the most it can be.
        """
        found = [self._missing_of(quarters, counted, each) for each in due]
        ends = [
            (int(each.least), int(each.most))
            for each in found
            if each.least is not None and each.most is not None
        ]
        clear = len(ends) == len(found) and says_no_more(ends[0], ends[1:])
        yield from found if clear else found[:1]

    def _missing_of(self, quarters: Quarters, counted: Counted, due: Told) -> Told:
        steps = in_steps(counted(due.units or self._facts.units), self._fewest)
        if steps is None or not due.whole_least or due.least is None:
            why: Why = "none" if due.why == "none" else "few"
            return Told("checklist_missing", quarters, due.units, why=why)
        whole = due.whole_least
        least, most = steps[0][0], min(steps[0][1], whole - int(due.least))
        return Told("checklist_missing", quarters, due.units, least, most, whole, whole)

    def _minutes(
        self, indicator: str, quarters: Quarters, among: Sequence[Group]
    ) -> Iterator[Told]:
        """Yield the mean of minutes, rounded to five, of how many meetings, in steps."""
        for group in ((), *among):
            found = self._counted(indicator, quarters)(group or self._facts.units)
            if found.youths < self._fewest:
                none = not group and not found.whole
                yield Told(indicator, quarters, group, why="none" if none else "few")
                continue
            mean = 5 * round(found.part / found.whole / 5)
            yield Told(indicator, quarters, group, mean, mean, *step(found.whole, self._fewest))

    def _groups(self, counted: Counted, among: Sequence[Group]) -> dict[Group, Tally] | None:
        return safe_groups({group: counted(group) for group in among}, self._fewest, among)

    # --- Adding up -------------------------------------------------------------------------------

    def _counted(self, indicator: str, quarters: Quarters) -> Counted:
        def counted(units: Group) -> Tally:
            return together(self._of_unit(indicator, unit, quarters) for unit in units)

        return counted

    def _of_unit(self, indicator: str, unit: str, quarters: Quarters) -> Tally:
        key = (indicator, unit, quarters)
        if key not in self._tallies:
            self._tallies[key] = tally(self._facts.of(*key))
        return self._tallies[key]

    def _latest(self, question: str, units: Group, quarters: Quarters) -> dict[str, str]:
        """Return the latest answer of each young person of *units* in *quarters*."""
        found: dict[str, str] = {}
        for unit in units:
            key = (question, unit, quarters)
            if key not in self._answers:
                self._answers[key] = self._facts.latest(*key)
            found |= self._answers[key]
        return found

    def _agreeing(self, question: str, quarters: Quarters) -> Counted:
        def counted(units: Group) -> Tally:
            answers = self._latest(question, units, quarters)
            return tally(Fact(youth, int(int(said) >= AGREES)) for youth, said in answers.items())

        return counted

    def _changed(self, question: str, quarters: Quarters) -> Callable[[Group], dict[str, int]]:
        def counted(units: Group) -> dict[str, int]:
            found = dict.fromkeys(CHANGES, 0)
            for unit in units:
                before = self._before(question, unit, quarters[0])
                for youth, now in self._latest(question, (unit,), quarters).items():
                    if youth in before:
                        change = int(now) - int(before[youth])
                        found["better" if change > 0 else "worse" if change < 0 else "same"] += 1
            return found

        return counted

    def _before(self, question: str, unit: str, first: Quarter) -> dict[str, str]:
        """Return the latest answer of each young person of *unit* before the quarter *first*.

        Blocks come one after the other, so that each adds to what was known before it.
        """
        since, known = self._known.get((question, unit), (None, {}))
        new = sorted(
            quarter
            for where, quarter in self._facts.held
            if where == unit and quarter < first and (since is None or quarter >= since)
        )
        known = known | self._latest(question, (unit,), tuple(new))
        self._known[question, unit] = (first, known)
        return known

    def _statuses(
        self, quarters: Quarters, ages: Ends, year: int
    ) -> Callable[[Group], dict[str, int]]:
        born = {each.ref: each.birthday.year for each in self._facts.cases if each.birthday}

        def counted(units: Group) -> dict[str, int]:
            found = dict.fromkeys(STATUSES, 0)
            for youth, status in self._latest("status", units, quarters).items():
                if youth in born and ages[0] <= year - born[youth] <= ages[1]:
                    found[status] += 1
            return found

        return counted

    def _coordinators(self, year: Year) -> Counted:
        def counted(units: Group) -> Tally:
            facts = changes_of_coordinator(self._facts, units, year.year)
            found = tally(facts)
            years = round(sum(fact.whole for fact in facts) / _YEAR)
            return Tally(found.part, years, found.youths_part, found.youths_rest, found.youths)

        return counted


def _stepped(
    indicator: str, quarters: Quarters, units: Group, ends: tuple[Ends, Ends] | None
) -> Told:
    """Return a share in steps; where the whole lies in the lowest step, nothing is told of it."""
    if ends is None or ends[1][0] == 0:
        return Told(indicator, quarters, units, why="few")
    return Told(indicator, quarters, units, *ends[0], *ends[1])
