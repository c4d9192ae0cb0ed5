"""One simulated course in words: who is followed and why, the story, and every step of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from data.texts import Texts
from simulation.course import Course, Planned
from simulation.course_choice import Candidates, Followed, Kind
from simulation.journal import Entry
from simulation.scenario import Scenario
from simulation.state import DAYS_PER_YEAR
from simulation.wording import between, counted, lowered, share
from simulation.year_words import causes_in_words, meeting_name, post_name

_SAID_PLAINLY = (
    *("identified", "referred", "declined", "turned_18", "crisis", "crisis_unattended"),
    *("placement_change", "drop_out"),
)


@dataclass(frozen=True)
class Told:
    """What is said of a course; nothing in it is escaped."""

    sentences: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Step by step: the date, and what happened."""


def tell_course(scenario: Scenario, course: Course, texts: Texts) -> Told:
    """Return the story of *course* in a run of *scenario*."""
    return Told(
        tuple(_sentences(scenario, course, texts)),
        tuple(texts(f"course.column_{name}") for name in ("date", "what")),
        tuple(_steps(scenario, course, texts)),
    )


def why_chosen(followed: Followed, among: Candidates, texts: Texts) -> str:
    """Return by which rule the youth was chosen, and among whom."""
    said = texts(
        f"course.chosen_{followed.kind}",
        among=texts.number(followed.among),
        alike=texts.number(followed.alike),
        wait=counted(texts, "days", followed.youth.wait),
    )
    others = texts(
        "course.others",
        wait=between(texts, texts.number(followed.low), texts.number(followed.high)),
        changed=share(texts, followed.changed / followed.among),
        late=share(texts, followed.late / followed.among),
    )
    return f"{said} {others} {texts('course.whole' if among.finished else 'course.cut')}"


def nobody_of(kind: Kind, among: Candidates, texts: Texts) -> str:
    """Return the sentence for a *kind* of course that nobody had."""
    if not among.youths:
        return texts("course.no_youths")
    if kind in ("typical", "random"):
        raise ValueError(f"kind is {kind!r}; where there are youths, there is one of that kind")
    return texts(f"course.nobody_{kind}", among=texts.number(len(among.youths)))


def coordinator_name(post: int, holder: int, texts: Texts) -> str:
    """Return what a coordinator is called: the post's number, and whether it is a newcomer."""
    name = post_name(post, texts)
    return name if holder == 1 else texts("course.newcomer", post=name)


# --- The story -----------------------------------------------------------------------------------


def _sentences(scenario: Scenario, course: Course, texts: Texts) -> Iterator[str]:
    yield _first_coordinator(course, texts)
    if course.coordinators:
        yield _continuity(course, texts)
    yield from _meetings(scenario, course, texts)
    yield from _rest(course, texts)
    yield _end(course, texts)


def _first_coordinator(course: Course, texts: Texts) -> str:
    begin = texts.date(course.date(course.begin))
    if not course.coordinators:
        days = counted(texts, "days", course.end - course.begin)
        return texts("course.never", date=begin, days=days)
    first = course.coordinators[0]
    slots = {
        "date": begin,
        "coordinator": lowered(coordinator_name(first.post, first.holder, texts)),
        "days": counted(texts, "days", first.begin - course.begin),
    }
    if first.begin == course.begin:
        return texts("course.at_once", **slots)
    board = sum(wait.end - wait.begin for wait in course.waits if wait.what == "board")
    place = first.begin - course.begin - board
    said = texts("course.waited", **slots)
    if board and place:
        parts = {"board": counted(texts, "days", board), "place": counted(texts, "days", place)}
        return f"{said} {texts('course.waited_for_both', **parts)}"
    return f"{said} {texts('course.waited_for_board' if board else 'course.waited_for_place')}"


def _continuity(course: Course, texts: Texts) -> str:
    without = sum(wait.end - wait.begin for wait in course.waits if wait.what == "vacancy")
    away = sum(spell.end - spell.begin for spell in course.absences)
    said = texts("course.one_coordinator")
    if len(course.coordinators) > 1 or without:
        said = texts(
            "course.several",
            n=counted(texts, "in_turn", len(course.coordinators)),
            days=counted(texts, "days", without),
        )
    if away:
        said = f"{said} {texts('course.away', days=counted(texts, 'days', away))}"
    return said


def _meetings(scenario: Scenario, course: Course, texts: Texts) -> Iterator[str]:
    held = [one for one in course.meetings if one.held is not None]
    fixed = sum(one.fixed for one in held)
    yield texts(
        "year.story_held",
        held=counted(texts, "held", len(held)),
        fixed=texts.number(fixed),
        extra=texts.number(len(held) - fixed),
    )
    late = [one for one in course.meetings if one.late]
    if not late:
        yield texts("course.none_late")
    for one in late:
        yield texts(
            "course.late" if one.held is not None else "course.late_not_held",
            meeting=meeting_name(scenario, one.rule, texts),
            days=counted(texts, "days", one.late),
            causes=causes_in_words(one.late_days, texts),
        )


def _rest(course: Course, texts: Texts) -> Iterator[str]:
    no_shows = len(course.days_of("no_show"))
    if no_shows:
        yield texts("course.no_shows", times=counted(texts, "times", no_shows))
    alone = len(course.days_of("crisis_unattended"))
    crises = alone + len(course.days_of("crisis"))
    if crises:
        said = "course.crises_alone" if alone else "course.crises"
        yield texts(said, crises=counted(texts, "crises", crises), alone=texts.number(alone))
    minutes = sum(one.minutes for one in course.lapsed)
    if minutes:
        yield texts("course.lapsed", hours=texts.number(minutes / 60, 1))


def _end(course: Course, texts: Texts) -> str:
    date = texts.date(course.date(course.end))
    if not course.left:
        return texts("course.goes_on", date=date)
    months = counted(texts, "months", ceil(12 * (course.end - course.begin) / DAYS_PER_YEAR))
    reason = texts(f"course.left_{course.left}")
    return texts("course.ended", date=date, months=months, reason=reason)


# --- Step by step --------------------------------------------------------------------------------


def _steps(scenario: Scenario, course: Course, texts: Texts) -> Iterator[tuple[str, str]]:
    step = _Steps(scenario, course, texts)
    for one in course.entries:
        said = step.say(one)
        if said:
            yield texts.date(course.date(one.day)), said


class _Steps:
    """Says what each event of a course was; nothing of what is only counted, such as work."""

    def __init__(self, scenario: Scenario, course: Course, texts: Texts) -> None:
        self._scenario, self._course, self._texts = scenario, course, texts
        self._meetings = {one.occasion: one for one in course.meetings}

    def say(self, one: Entry) -> str:
        texts = self._texts
        if one.activity in _SAID_PLAINLY:
            return texts(f"course.step_{one.activity}")
        if one.activity == "admitted":
            return texts("course.step_admitted", days=counted(texts, "days", one.days))
        if one.activity == "left":
            return texts("course.step_left", reason=texts(f"course.left_{one.cause}"))
        if one.activity == "contact_missed":
            cause = lowered(texts(f"cause.{one.cause}.short"))
            hours = texts.number(one.minutes / 60, 1)
            return texts("course.step_contact_missed", hours=hours, cause=cause)
        if one.activity.startswith("coordinator_"):
            return self._coordinator(one)
        meeting = self._meetings.get(one.occasion)
        return self._meeting(one, meeting) if meeting else ""

    def _coordinator(self, one: Entry) -> str:
        texts = self._texts
        name = next(
            coordinator_name(with_.post, with_.holder, texts)
            for with_ in self._course.coordinators
            if one.day in (with_.begin, with_.end)
            and one.day == (with_.end if one.activity == "coordinator_lost" else with_.begin)
        )
        if one.activity == "coordinator_lost":
            return texts(f"course.step_lost_{one.cause}", coordinator=name)
        first = "handover" if one.cause == "handover" else "first"
        days = counted(texts, "days", one.days)
        return texts(f"course.step_assigned_{first}", coordinator=name, days=days)

    def _meeting(self, one: Entry, meeting: Planned) -> str:
        texts, course = self._texts, self._course
        name = meeting_name(self._scenario, one.rule, texts)
        match one.activity:
            case "meeting_opened":
                return self._opened(one, meeting, name)
            case "meeting_booked":
                day = texts.date(course.date(one.day + one.days))
                return texts("course.step_booked", meeting=name, date=day)
            case "meeting_due" if meeting.held is None or meeting.held > one.day:
                return texts("course.step_due", meeting=name)
            case "meeting_held":
                return self._held(one, meeting, name)
            case "no_show":
                return texts("course.step_no_show", meeting=name)
            case "meeting_cancelled":
                cause = lowered(texts(f"cause.{one.cause}.short"))
                return texts("course.step_cancelled", meeting=name, cause=cause)
            case "meeting_dropped":
                return texts("course.step_dropped", meeting=name)
        return ""

    def _opened(self, one: Entry, meeting: Planned, name: str) -> str:
        texts = self._texts
        if not meeting.fixed:
            return texts("course.step_opened_extra", reason=texts(f"course.why_{one.cause}"))
        bases = {rule.id: rule.basis for rule in self._scenario.rules}
        word = texts(f"course.basis_{bases[one.rule]}")
        if meeting.due is None:
            return texts("course.step_opened", meeting=name, basis=word)
        day = texts.date(self._course.date(meeting.due))
        return texts("course.step_opened_due", meeting=name, basis=word, date=day)

    def _held(self, one: Entry, meeting: Planned, name: str) -> str:
        texts = self._texts
        said = "course.step_held_deputy" if one.cause == "deputy" else "course.step_held"
        if not meeting.late:
            return texts(said, meeting=name)
        days = counted(texts, "days", meeting.late)
        causes = causes_in_words(meeting.late_days, texts)
        return f"{texts(said, meeting=name)} {texts('course.step_late', days=days, causes=causes)}"
