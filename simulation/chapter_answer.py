"""What the small experiment of a chapter found, in words: what to expect first, the difference second.

Today's numbers and what a reader tried are run on the same youths, and compared run by run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from data.chapter_experiments import (
    ChapterExperiment,
    ExperimentControl,
    ExperimentMeasure,
    chapter_experiment,
)
from data.presets import Plain, read_preset
from data.texts import Texts
from simulation.answer import troubles, verdict
from simulation.experiments.comparison import (
    Comparison,
    Estimate,
    PairedDifference,
    estimate,
)
from simulation.experiments.comparison import Verdict as Change
from simulation.experiments.quantities import Quantity, quantity
from simulation.experiments.replications import replications
from simulation.measure_words import joined, unit_of
from simulation.measures import MEASURES
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.study import Study
from simulation.wording import between, counted, plain

if TYPE_CHECKING:
    import pandas as pd

SEED = 1
"""The chance that every chapter meets, so that its table is the same everywhere."""
Chosen = Mapping[str, Plain]
"""Field → the value that a reader chose."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What one measure came to, today or with what was tried."""

    name: str
    range: str
    """What nine in ten lie between."""
    mean: str
    low: float
    """Ends and mean as parts of the longest bar of the measure, 0-1."""
    high: float
    middle: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One measure, in words and numbers."""

    measure: str
    label: str
    said: tuple[str, ...]
    """What to expect, what it is today, and whether that differs."""
    of: str
    """What the interval holds nine in ten of: years, youths or periods."""
    bars: tuple[Bar, ...]
    change: Change | None
    """How it differs from today; None where nothing was tried."""
    better: bool | None
    """Whether a clear change is welcome; None where it is not clear or not judged."""


@dataclass(frozen=True, slots=True)
class ChapterAnswer:
    """What a reader is told; plain words, not yet HTML."""

    tried: str
    findings: tuple[Finding, ...]
    asides: tuple[str, ...]
    """What must be known of what was moved."""
    troubles: tuple[str, ...]
    """That it cannot hold, and why; empty where it can."""
    basis: str
    """How many runs it rests on."""


def today_of(experiment: ChapterExperiment) -> Scenario:
    """Return the municipality of *experiment* before anything is moved."""
    return Scenario.preset(experiment.preset, **experiment.changes)


def counts(experiment: ChapterExperiment, control: ExperimentControl, chosen: Chosen) -> bool:
    """Tell whether *control* counts where the others stand as *chosen*."""
    return all(
        chosen.get(other, experiment.today(other)) in values
        for other, values in control.needs.items()
    )


def moved(experiment: ChapterExperiment, chosen: Chosen) -> dict[str, Plain]:
    """Return what of *chosen* differs from today and counts.

    Raises :exc:`ValueError` for a value that its control does not offer, or a field without one.
    """
    controls = {control.field: control for control in experiment.controls}
    found: dict[str, Plain] = {}
    for field, value in chosen.items():
        if field not in controls:
            raise ValueError(f"{field!r} has no control; there are: {', '.join(controls)}")
        controls[field].label_of(value)
        if value != experiment.today(field) and counts(experiment, controls[field], chosen):
            found[field] = value
    return found


def tried_of(experiment: ChapterExperiment, chosen: Chosen) -> Scenario:
    """Return the municipality with what was *chosen*; raises as :func:`moved` does."""
    return today_of(experiment).replace(**moved(experiment, chosen))


def study_of(experiment: ChapterExperiment, chosen: Chosen) -> Study:
    """Run *experiment* with what was *chosen*, and as it is today, on the same youths."""
    return _study(experiment, chosen, _runs(experiment, today_of(experiment)))


def _study(experiment: ChapterExperiment, chosen: Chosen, before: tuple[Result, ...]) -> Study:
    today, tried = today_of(experiment), tried_of(experiment, chosen)
    after = before if tried == today else _runs(experiment, tried)
    return Study(tried, after, today, before)


def _runs(experiment: ChapterExperiment, scenario: Scenario) -> tuple[Result, ...]:
    return tuple(replications(scenario, experiment.replications, SEED))


def chapter_answer(
    experiment: ChapterExperiment, chosen: Chosen, study: Study, texts: Texts
) -> ChapterAnswer:
    """Return what *study* says of what was *chosen*, in the language of *texts*."""
    changes = moved(experiment, chosen)
    differences = _differences(experiment, study)
    findings = tuple(
        _finding(measure, study, differences.get(measure.name), texts)
        for measure in experiment.measures
    )
    language = texts.language
    asides = tuple(
        control.aside.in_(language)
        for control in experiment.controls
        if control.aside is not None and control.field in changes
    )
    basis = "chapter_experiment.basis" if study.compared else "chapter_experiment.basis_today"
    return ChapterAnswer(
        tried=_tried(experiment, changes, texts),
        findings=findings,
        asides=asides,
        troubles=_troubles(study, texts),
        basis=texts(basis, runs=len(study.results), years=study.scenario.years),
    )


def where_in_words(experiment: ChapterExperiment, texts: Texts) -> str:
    """Return which municipality is simulated."""
    return texts(
        "chapter_experiment.where",
        name=texts(f"chapter_experiment.preset.{experiment.preset}"),
        population=texts.number(read_preset(experiment.preset).population),
        coordinators=counted(texts, "coordinators", today_of(experiment).coordinators),
    )


def not_said(experiment: ChapterExperiment, texts: Texts) -> tuple[str, ...]:
    """Return what *experiment* says nothing about: education and work before anything else."""
    own = (words.in_(texts.language) for words in experiment.not_said)
    return (texts("limits.outcomes"), *own)


def chapter_table(id: str, language: str = "da") -> "pd.DataFrame":
    """Return what the examples of the experiment *id* come to, the same wherever it is run.

    One row for each measure, as it is today and with each control alone at its example: what nine in
    ten lie between, the mean, the paired difference from today with its 95 % interval, and whether it
    is clear. Shares are in per cent, and their differences in percentage points; one decimal. Names
    are in *language*. An unknown id is a :exc:`LookupError`.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import, and only the table needs it)

    experiment, texts = chapter_experiment(id), Texts.read(language)
    found = {c.field: c.example for c in experiment.controls if c.example is not None}
    examples: list[Chosen] = [{}]
    for control in experiment.controls:
        if control.example is not None:
            needed = {other: found[other] for other in control.needs}
            examples.append({**needed, control.field: control.example})
    before = _runs(experiment, today_of(experiment))
    rows: list[dict[str, object]] = []
    for chosen in examples:
        rows += _table_rows(experiment, chosen, _study(experiment, chosen, before), texts)
    return pd.DataFrame(rows)


def _table_rows(
    experiment: ChapterExperiment, chosen: Chosen, study: Study, texts: Texts
) -> list[dict[str, object]]:
    differences = _differences(experiment, study)
    name = "; ".join(_named(experiment, chosen, texts)) or texts("chapter_experiment.today")
    rows = []
    for measure in experiment.measures:
        of = quantity(measure.name)
        found, change = estimate(name, of, study.results), differences.get(measure.name)
        size = 100 if _unit(of) == "share" else 1
        numbers = {
            "low": found.low,
            "high": found.high,
            "mean": found.mean,
            "difference": change.mean if change else float("nan"),
            "difference_low": change.low if change else float("nan"),
            "difference_high": change.high if change else float("nan"),
        }
        row: dict[str, object] = {"tried": name, "measure": measure.label.in_(texts.language)}
        row |= {column: round(size * value, 1) + 0.0 for column, value in numbers.items()}
        row["clear"] = ""
        if change:
            clear = {"same": "same", "lower": "yes", "higher": "yes"}.get(change.verdict, "no")
            row["clear"] = texts(f"chapter_experiment.table.{clear}")
        rows.append({texts(f"chapter_experiment.table.{column}"): row[column] for column in row})
    return rows


def _named(experiment: ChapterExperiment, chosen: Chosen, texts: Texts) -> list[str]:
    """Return what was chosen, as a table names it."""
    return [
        f"{control.label.in_(texts.language)}: "
        f"{control.label_of(chosen[control.field]).in_(texts.language)}"
        for control in experiment.controls
        if control.field in chosen
    ]


def _differences(experiment: ChapterExperiment, study: Study) -> dict[str, PairedDifference]:
    """Return each measure minus today's, run by run; empty where nothing was tried."""
    if not study.compared or study.base is None:
        return {}
    comparison = Comparison(
        scenarios=(study.base, study.scenario),
        names=("today", "tried"),
        base=0,
        quantities=tuple(quantity(measure.name) for measure in experiment.measures),
        seed=SEED,
        asked=len(study.results),
        results=tuple(zip(study.base_results, study.results, strict=True)),
    )
    return {one.quantity.name: one for one in comparison.against_base}


def _tried(experiment: ChapterExperiment, changes: Chosen, texts: Texts) -> str:
    if not changes:
        return texts("chapter_experiment.nothing_tried")
    language = texts.language
    said = [
        texts(
            "chapter_experiment.one_change",
            label=control.label.in_(language),
            value=control.label_of(changes[control.field]).in_(language),
            today=control.label_of(experiment.today(control.field)).in_(language),
        )
        for control in experiment.controls
        if control.field in changes
    ]
    return texts("chapter_experiment.tried", changes="; ".join(said))


def _troubles(study: Study, texts: Texts) -> tuple[str, ...]:
    if verdict(study) != "cannot_hold":
        return ()
    first, *why = troubles(study, texts)
    if study.compared and study.base is not None:
        today = Study(study.base, study.base_results)
        if verdict(today) == "cannot_hold":
            first = texts("chapter_experiment.cannot_hold_either")
    return (first, *why)


def _finding(
    measure: ExperimentMeasure, study: Study, change: PairedDifference | None, texts: Texts
) -> Finding:
    of = quantity(measure.name)
    estimates = [estimate("now", of, study.results)]
    if change is not None:
        estimates.insert(0, estimate("today", of, study.base_results))
    longest = max((one.high for one in estimates if not isnan(one.high)), default=0.0) or 1.0
    names = ("today", "now") if change is not None else ("today",)
    clear = change is not None and change.verdict in {"lower", "higher"}
    return Finding(
        measure=measure.name,
        label=measure.label.in_(texts.language),
        said=_said(measure, of, estimates, change, study.scenario.years, texts),
        of=texts(f"chapter_experiment.of_{of.level}"),
        bars=tuple(
            _bar(texts(f"chapter_experiment.{name}"), of, one, longest, texts)
            for name, one in zip(names, estimates, strict=True)
        ),
        change=change.verdict if change is not None else None,
        better=change.mean * of.good > 0 if change is not None and clear and of.good else None,
    )


def _said(
    measure: ExperimentMeasure,
    of: Quantity,
    estimates: list[Estimate],
    change: PairedDifference | None,
    years: int,
    texts: Texts,
) -> tuple[str, ...]:
    now = estimates[-1]
    if isnan(now.mean):
        return (texts("chapter_experiment.nothing"),)
    found = measure.found.in_(texts.language).format(range=_range(of, now, texts), years=years)
    if change is None:
        return (found,)
    before = texts("chapter_experiment.today_is", range=_range(of, estimates[0], texts))
    if isnan(estimates[0].mean):
        return found, texts("chapter_experiment.unknown")
    if change.verdict == "same":
        return found, texts("chapter_experiment.same")
    return found, before, _changed(measure, change, texts)


def _changed(measure: ExperimentMeasure, change: PairedDifference, texts: Texts) -> str:
    of = change.quantity
    if change.verdict == "unknown":
        return texts("chapter_experiment.unknown")
    if change.verdict == "unclear":
        ends = (_signed(of, end, texts) for end in (change.low, change.high))
        return texts("chapter_experiment.unclear", **dict(zip(("low", "high"), ends, strict=True)))
    words = measure.more if change.verdict == "higher" else measure.less
    low, high = sorted((abs(change.low), abs(change.high)))
    return texts(
        "chapter_experiment.clear",
        words=words.in_(texts.language).format(size=of.write_difference(change.mean, texts)),
        range=joined(of.write_difference(low, texts), of.write_difference(high, texts), texts),
    )


def _signed(of: Quantity, value: float, texts: Texts) -> str:
    size = of.write_difference(value, texts)
    return texts("comparison.more" if value > 0 else "comparison.less", size=size)


def _unit(of: Quantity) -> str:
    return unit_of(of.name) if of.name in MEASURES else "count"


def _ends(of: Quantity, low: float, high: float, texts: Texts) -> tuple[str, str]:
    """Return the ends of an interval as they are written, the unit at the last."""
    match _unit(of):
        case "share":
            return texts.number(100 * low), texts.percent(high)
        case "days":
            return texts.number(low), counted(texts, "days", high)
    decimals = 0 if high >= 10 or (low.is_integer() and high.is_integer()) else 1
    return texts.number(low, decimals), texts.number(high, decimals)


def _range(of: Quantity, one: Estimate, texts: Texts) -> str:
    """Return what nine in ten lie between, inside a sentence."""
    low, high = _ends(of, one.low, one.high, texts)
    if one.low == one.high:
        return high
    if one.low == 0:
        return texts("chapter_experiment.at_most", high=high)
    return texts("chapter_experiment.between", low=low, high=high)


def _bar(name: str, of: Quantity, one: Estimate, longest: float, texts: Texts) -> Bar:
    if isnan(one.mean):
        unknown = texts("word.not_known")
        return Bar(name, unknown, unknown, 0.0, 0.0, 0.0)
    low, high = _ends(of, one.low, one.high, texts)
    written = high if one.low == one.high else between(texts, low, high)
    mean = of.write(one.mean, texts)
    if _unit(of) == "count":
        mean = plain(texts, one.mean, 1)
    ends = (one.low / longest, one.high / longest, min(1.0, one.mean / longest))
    return Bar(name, written, mean, *ends)
