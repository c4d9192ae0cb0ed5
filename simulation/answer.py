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

LIMITS = ("outcomes", "sickness", "team", "cancellations", "leadership", "persons")
"""What this version leaves out, under ``limits.<name>`` in the texts."""
GROWTH = 1.0
"""A queue grows where a year leaves this many youths more waiting than the first one did."""
LOST = 0.1
"""From this share on, contact that is not delivered is part of the answer."""
LEVELS = ((0.10, "nearly_all"), (0.33, "most"), (0.50, "many_late"), (1.0, "half_late"))
"""Share of late meetings up to which a word holds."""

Verdict = Literal["holds", "late", "cannot_hold"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a leader reads before any figure; plain words, not yet HTML."""

    verdict: Verdict
    findings: tuple[str, ...]
    """What holds or cannot hold, and how sure, most important first."""
    meaning: tuple[str, str]
    """Two sentences that say what it means."""
    changes: tuple[str, ...]
    """What was changed against the comparison, and what that changed."""
    limits: tuple[str, ...]
    """What the model says nothing about."""


def answer(study: Study, texts: Texts) -> Answer:
    """Return the answer of *study* in the language of *texts*."""
    verdict = _verdict(study)
    return Answer(
        verdict=verdict,
        findings=(
            *_load(study, texts),
            *_lateness(study, texts),
            *_risk(study, texts),
            *_missed(study, texts),
        ),
        meaning=(_meaning(study, texts), _cause(study, texts)),
        changes=changes_in_words(study, texts),
        limits=tuple(texts(f"limits.{name}") for name in LIMITS),
    )


def _overloaded(study: Study) -> bool:
    return study.summary.load.mean > 1


def _growing(study: Study) -> bool:
    growth = study.summary.waiting_growth
    return growth.mean >= GROWTH and growth.mean_low > 0


def _late_share(study: Study) -> float:
    due = study.summary.due_per_year
    return study.summary.late_per_year.mean / due if due else 0.0


def _verdict(study: Study) -> Verdict:
    if _overloaded(study) or _growing(study):
        return "cannot_hold"
    return "holds" if _late_share(study) <= LEVELS[1][0] else "late"


def _load(study: Study, texts: Texts) -> list[str]:
    """What cannot hold, before anything else."""
    summary = study.summary
    said = []
    if _overloaded(study):
        said.append(texts("answer.overload", share=share(texts, summary.load.mean)))
    if _growing(study):
        said.append(texts("answer.growing", more=plain(texts, summary.waiting_growth.mean, 1)))
    if said:
        return [texts("answer.cannot_hold"), *said]
    return [texts("answer.tight")] if summary.load.high > 1 else []


def _lateness(study: Study, texts: Texts) -> list[str]:
    late, due = study.summary.late_per_year, study.summary.due_per_year
    if not due:
        return [texts("answer.level_no_meetings")]
    coordinators = counted(texts, "coordinators", study.scenario.coordinators)
    level = texts(f"answer.level_{_level(study)}", coordinators=coordinators)
    all_due = counted(texts, "due", max(due, 1))
    low, high = texts.number(late.low), texts.number(late.high)
    form = "between"
    if late.high == 0:
        form = "none"
    elif late.low == 0:
        form = "at_most"
    elif late.low == late.high:
        form = "exactly"
    said = [level, texts(f"answer.years_{form}", low=low, high=high, due=all_due)]
    if late.mean and not isnan(late.mean_low):
        ends = {"low": max(late.mean_low, 0.0), "mean": late.mean, "high": late.mean_high}
        said.append(
            texts("answer.mean", **{name: texts.number(end, 1) for name, end in ends.items()})
        )
    return said


def _level(study: Study) -> str:
    if not study.summary.late_per_year.mean:
        return "all"
    late = _late_share(study)
    return next((word for limit, word in LEVELS if late <= limit), LEVELS[-1][1])


def _risk(study: Study, texts: Texts) -> list[str]:
    risk = study.summary.breach_17_5
    if not study.summary.due_per_year:
        return []
    if risk in {0, 1}:
        return [texts("answer.risk_never" if risk == 0 else "answer.risk_always")]
    return [texts("answer.risk", risk=share(texts, risk))]


def _loses_contact(study: Study) -> bool:
    return study.summary.missed_contact.mean >= LOST


def _missed(study: Study, texts: Texts) -> list[str]:
    if not _loses_contact(study):
        return []
    return [texts("answer.missed", share=share(texts, study.summary.missed_contact.mean))]


def _meaning(study: Study, texts: Texts) -> str:
    if _overloaded(study):
        return texts("answer.meaning_overload")
    if _growing(study):
        return texts("answer.meaning_growing")
    late = study.summary.late_per_year
    if _loses_contact(study) and _verdict(study) == "holds":
        return texts("answer.meaning_contact")
    if late.high == 0:
        return texts("answer.meaning_all")
    if late.low == 0:
        return texts("answer.meaning_safe")
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
