"""A simulated year in words: how it was chosen, what happened, and which meetings were late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from data.texts import Texts
from simulation.model import Run
from simulation.scenario import Scenario
from simulation.wording import between, counted, lowered
from simulation.year import Chosen, Missed, Year


@dataclass(frozen=True)
class Told:
    """What is said of a year; nothing in it is escaped."""

    chosen: str
    """By which rule the year was chosen, and which one it is."""
    sentences: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The meetings that were not held on time, one row each; empty where there is none."""


def tell_year(run: Run, year: Year, chosen: Chosen, texts: Texts, post: int = 0) -> Told:
    """Return the story of *year*, the *chosen* one of *run*; give the *post* where it is one's alone."""
    # Of one post alone, whose coordinator it was goes without saying.
    columns = ("meeting", "deadline", "held", "days", "cause", *(() if post else ("coordinator",)))
    return Told(
        f"{_rule_of_choice(chosen, texts)} {_place(run, year, chosen, texts)}",
        tuple(_sentences(year, post, texts)),
        tuple(texts(f"year.column_{column}") for column in columns),
        tuple(_row(run.scenario, year, one, texts)[: len(columns)] for one in year.missed),
    )


def meeting_name(scenario: Scenario, rule: str, texts: Texts) -> str:
    """Return what the meeting that *rule* asks for is called; ``extra`` is an extra meeting."""
    names = {one.id: one.name.in_(texts.language) for one in scenario.rules}
    return names.get(rule) or texts("year.extra_meeting")


def post_name(post: int, texts: Texts) -> str:
    """Return what a post is called: by its number, never by a person's name; 0 is nobody."""
    return texts("year.post", n=texts.number(post)) if post else texts("year.nobody")


def causes_in_words(causes: Mapping[str, int], texts: Texts) -> str:
    """Return the late days by cause, most first, such as ``fuld to-do-liste 12 dage``."""
    ordered = sorted(causes.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(
        texts(
            "year.cause_days",
            cause=lowered(texts(f"cause.{cause}.short")),
            days=counted(texts, "days", days),
        )
        for cause, days in ordered
    )


def _rule_of_choice(chosen: Chosen, texts: Texts) -> str:
    late = counted(texts, "late_fixed", chosen.late)
    said = texts(f"year.chosen_{chosen.kind}", years=texts.number(chosen.years), late=late)
    low, high = texts.number(chosen.low), texts.number(chosen.high)
    return f"{said} {texts('year.nine_in_ten', range=between(texts, low, high))}"


def _place(run: Run, year: Year, chosen: Chosen, texts: Texts) -> str:
    return texts(
        "year.place",
        number=texts.number(chosen.number + 1),
        of=texts.number(run.scenario.years),
        replication=texts.number(chosen.replication + 1),
        first=texts.date(year.first),
        last=texts.date(year.date(year.end) - timedelta(days=1)),
    )


def _sentences(year: Year, post: int, texts: Texts) -> list[str]:
    extra = sum(one.rule == "extra" for one in year.held)
    alone = year.count("crisis_unattended")
    said = [
        texts(
            "year.story_held",
            held=counted(texts, "held", len(year.held)),
            fixed=texts.number(len(year.held) - extra),
            extra=texts.number(extra),
        ),
        _on_time(year, texts),
        texts(
            "year.story_off",
            no_shows=counted(texts, "times", year.count("no_show")),
            cancelled=counted(texts, "meetings", year.count("meeting_cancelled")),
        ),
        texts(
            f"year.story_crises{'_alone' if alone else ''}",
            crises=counted(texts, "crises", alone + year.count("crisis")),
            alone=texts.number(alone),
        ),
        texts(
            f"year.story_absence{'_post' if post else ''}",
            absence=counted(texts, "working_days", year.days_of("absence")),
            vacancy=counted(texts, "working_days", year.days_of("vacancy")),
        ),
    ]
    decisions = year.count("decision")
    if decisions:
        said.append(texts("year.story_decisions", n=counted(texts, "decisions", decisions)))
    return said


def _on_time(year: Year, texts: Texts) -> str:
    if not year.missed:
        return texts("year.story_all_on_time")
    said = [texts("year.story_missed", n=counted(texts, "fixed_meetings", len(year.missed)))]
    never = [one for one in year.missed if one.held_on is None]
    gone = sum(one.dropped_on is not None for one in never)
    if gone:
        said.append(texts("year.story_gone", n=texts.number(gone)))
    if len(never) > gone:
        said.append(texts("year.story_not_yet", n=texts.number(len(never) - gone)))
    return " ".join(said)


def _row(scenario: Scenario, year: Year, one: Missed, texts: Texts) -> tuple[str, ...]:
    held = texts("year.not_yet_held" if one.dropped_on is None else "year.not_held")
    if one.held_on is not None:
        held = texts.date(year.date(one.held_on))
    return (
        meeting_name(scenario, one.rule, texts),
        texts.date(year.date(one.day)),
        held,
        texts.number(sum(one.late_days.values())),
        causes_in_words(one.late_days, texts),
        post_name(one.post, texts),
    )
