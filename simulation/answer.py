"""The answer in words: what holds, what cannot hold, and how sure that is.

Every sentence is built from the numbers of a :class:`~simulation.study.Study`. None of them says
anything about what becomes of the youths: the model does not know.
"""

from dataclasses import dataclass
from math import isnan
from typing import Literal

from data.texts import Texts
from simulation.changes import changes_in_words
from simulation.study import Study
from simulation.wording import counted, plain, share

LIMITS = ("outcomes", "calendars", "leave", "quality", "persons")
"""What this version leaves out, under ``limits.<name>`` in the texts."""
GROWTH = 1.0
"""A queue grows where a year leaves this many youths more waiting than the first one did."""
LOST = 0.1
"""From this share on, contact that is not delivered is part of the answer."""
TOO_LONG = 92
"""Days: a mean wait longer than the law's three months to the first follow-up leaves no room."""
CLOSE = 1.1
"""A load up to here is written with a decimal, or 100.4 % would read as 100 %."""
MOST_IN_TIME = 0.33
LEVELS = ((0.10, "nearly_all"), (MOST_IN_TIME, "most"), (0.50, "many_late"), (1.0, "half_late"))
"""Share of late meetings up to which a word holds."""

Verdict = Literal["holds", "late", "cannot_hold"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a leader reads before any figure; plain words, not yet HTML."""

    verdict: Verdict
    holding: tuple[str, ...]
    """What holds and what cannot, most important first."""
    certainty: tuple[str, ...]
    """How many meetings will be late, and how sure that is."""
    meaning: tuple[str, str]
    """Two sentences that say what it means."""
    changes: tuple[str, ...]
    """What was changed against the comparison, and what that changed."""
    limits: tuple[str, ...]
    """What the model says nothing about."""


def answer(study: Study, texts: Texts) -> Answer:
    """Return the answer of *study* in the language of *texts*."""
    return Answer(
        verdict=verdict(study),
        holding=(*troubles(study, texts), _level_in_words(study, texts), *_missed(study, texts)),
        certainty=(*_lateness(study, texts), *_risk(study, texts)),
        meaning=(_meaning(study, texts), _cause(study, texts)),
        changes=changes_in_words(study, texts),
        limits=tuple(texts(f"limits.{name}") for name in LIMITS),
    )


def verdict(study: Study) -> Verdict:
    """Return whether *study* shows something that can go on, in one word."""
    if _overloaded(study) or _growing(study) or _no_room(study):
        return "cannot_hold"
    return "holds" if _late_share(study) <= MOST_IN_TIME else "late"


def _overloaded(study: Study) -> bool:
    return study.summary.load.mean > 1 and not study.summary.load.mean_low <= 1


def _growing(study: Study) -> bool:
    growth = study.summary.waiting_growth
    return growth.mean >= GROWTH and growth.mean_low > 0


def _no_room(study: Study) -> bool:
    return study.summary.wait_days.mean > TOO_LONG


def _loses_contact(study: Study) -> bool:
    return study.summary.missed_contact.mean >= LOST


def _late_share(study: Study) -> float:
    due = study.summary.due_per_year
    return study.summary.late_per_year.mean / due if due else 0.0


def troubles(study: Study, texts: Texts) -> list[str]:
    """Return what cannot hold, which is said before anything else, or that it is tight."""
    summary = study.summary
    said = []
    if _overloaded(study):
        decimals = 1 if summary.load.mean < CLOSE else 0
        said.append(texts("answer.overload", share=texts.percent(summary.load.mean, decimals)))
    if _no_room(study):
        said.append(texts("answer.no_room", days=counted(texts, "days", summary.wait_days.mean)))
    if _growing(study):
        said.append(texts("answer.growing", more=plain(texts, summary.waiting_growth.mean, 1)))
    if said:
        return [texts("answer.cannot_hold"), *said]
    return [texts("answer.tight")] if summary.load.high > 1 else []


def _level_in_words(study: Study, texts: Texts) -> str:
    if not study.summary.due_per_year:
        return texts("answer.level_no_meetings")
    level, late = "all", _late_share(study)
    if study.summary.late_per_year.mean:
        level = next((word for limit, word in LEVELS if late <= limit), LEVELS[-1][1])
    coordinators = counted(texts, "coordinators", study.scenario.coordinators)
    return texts(f"answer.level_{level}", coordinators=coordinators)


def _missed(study: Study, texts: Texts) -> list[str]:
    if not _loses_contact(study):
        return []
    return [texts("answer.missed", share=share(texts, study.summary.missed_contact.mean))]


def _lateness(study: Study, texts: Texts) -> list[str]:
    late, due = study.summary.late_per_year, study.summary.due_per_year
    if not due:
        return []
    said = [_years(study, texts)]
    if late.mean and not isnan(late.mean_low):
        ends = {"low": max(late.mean_low, 0.0), "mean": late.mean, "high": late.mean_high}
        said.append(
            texts("answer.mean", **{name: texts.number(end, 1) for name, end in ends.items()})
        )
    return said


def _years(study: Study, texts: Texts) -> str:
    """Return what nine in ten years bring."""
    late, due = study.summary.late_per_year, study.summary.due_per_year
    low, high = texts.number(late.low), texts.number(late.high)
    form = "between"
    if late.high == 0:
        form = "none"
    elif late.low == 0:
        form = "at_most"
    elif late.low == late.high:
        form = "exactly"
    if form in {"between", "at_most"} and late.high > due:
        # More than fall due in a mean year would read as a mistake.
        return texts(f"answer.years_{form}_beyond", low=low, high=high, due=texts.number(due))
    return texts(f"answer.years_{form}", low=low, high=high, due=counted(texts, "due", max(due, 1)))


def _risk(study: Study, texts: Texts) -> list[str]:
    risk = study.summary.breach_17_5
    if not study.summary.due_per_year:
        return []
    if risk in {0, 1}:
        return [texts("answer.risk_never" if risk == 0 else "answer.risk_always")]
    return [texts("answer.risk", risk=share(texts, risk))]


def _meaning(study: Study, texts: Texts) -> str:
    late = study.summary.late_per_year
    if _overloaded(study):
        return texts("answer.meaning_overload")
    if _growing(study) or _no_room(study):
        return texts("answer.meaning_growing")
    if _loses_contact(study) and verdict(study) == "holds":
        return texts("answer.meaning_contact")
    if late.high == 0:
        return texts("answer.meaning_all")
    if late.low == 0:
        return texts("answer.meaning_safe" if late.middle == 0 else "answer.meaning_often")
    return texts("answer.meaning_some" if _late_share(study) <= 0.5 else "answer.meaning_many")


def _cause(study: Study, texts: Texts) -> str:
    causes = study.late_days_by_cause
    total = sum(causes.values())
    if total > 0:
        worst = max(causes, key=lambda cause: causes[cause])
        part = share(texts, causes[worst] / total)
        return texts("answer.cause", cause=texts(f"cause.{worst}"), share=part)
    wait = study.summary.wait_days.mean
    if isnan(wait):
        return texts("answer.no_youths")
    return texts("answer.no_cause", days=counted(texts, "days", wait))
