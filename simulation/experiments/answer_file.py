"""All numbers of an answer as a file that says where they come from: a workbook, or a csv of the runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field

import numpy as np

from data import parameters
from data.decisions import Number
from data.export.numbers_workbook import Row, Sheet, numbers_workbook
from data.texts import Texts
from simulation.answer import answer
from simulation.assumptions import written
from simulation.experiments.columns import REPLICATION_COLUMNS
from simulation.experiments.decision_basis import commands, question_of
from simulation.experiments.decision_figures import numbers
from simulation.experiments.exports import table_bytes
from simulation.experiments.kinds import replications_table, scenarios_table
from simulation.experiments.manifest import Manifest, Record
from simulation.experiments.recorded import archive
from simulation.figures import (
    Picture,
    continuity,
    cost_by_purse,
    hours_by_role,
    late_by_rule,
    late_days,
    missed_contact,
    over_time,
    waits,
)
from simulation.measures import MEASURES, YEARLY
from simulation.results import Result
from simulation.study import Study, known_mean
from simulation.summary import prediction
from simulation.wording import base_in_words

FIGURES = (
    *(late_by_rule, late_days, waits, over_time),
    *(hours_by_role, continuity, missed_contact, cost_by_purse),
)
"""The figures whose tables stand in the workbook, in the order in which the page offers them."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number of the municipality comes from, in words."""

    confidence: str
    """How sure it is, or that it is the leaders' own."""
    words: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, with what a reader of its numbers must know."""

    study: Study
    seed: int
    """The seed that the study was run with."""
    place: str
    """What the municipality is called."""
    mark: str
    """What stands on every sheet, as that the municipality is invented."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """Where each number comes from, by the parameter's id."""
    link: str = ""
    """The address that opens the workbench with the same state; empty where there is none."""


def answer_workbook(answered: Answered, texts: Texts) -> bytes:
    """Return every number of *answered* as the bytes of an xlsx file, its manifest inside.

    Sheets: the answer in words; every measure; the table of each figure; each year of each run; each run;
    each month; every input; how they were calculated. The same arguments give the same bytes. The question
    is kept on this machine, so that its code leads back to it (:exc:`OSError` where that fails).
    """
    study = answered.study
    manifest = question_of(study, texts, seed=answered.seed)
    archive(Record(manifest=manifest, files={}))
    pictures = [draw(study, texts) for draw in FIGURES]
    sheets = [
        _words(answered, texts),
        _measures(study, texts),
        *(_table(picture, texts) for picture in pictures),
        _years(study, texts),
        _runs(study, texts),
        _months(study, texts),
        _waits(study, texts),
        _inputs(answered, texts),
        _origin(answered, manifest, texts),
    ]
    title = texts("numbers.title", place=answered.place, code=manifest.code)
    return numbers_workbook(title, answered.mark, sheets)


def answer_csv(answered: Answered, texts: Texts) -> bytes:
    """Return the measures of each run as the bytes of a csv file, its manifest in the last two columns.

    It is the ``replications.csv`` that ``vejviser rebuild`` writes for the same question; the question is
    kept as in :func:`answer_workbook`.
    """
    study = answered.study
    manifest = question_of(study, texts, seed=answered.seed)
    archive(Record(manifest=manifest, files={}))
    if study.compared:
        rows = list(zip(study.base_results, study.results, strict=True))
        table = scenarios_table(rows, answered.seed)
    else:
        table = replications_table(study.results, answered.seed)
    return table_bytes(table, ".csv", manifest, REPLICATION_COLUMNS)


def _each(study: Study, texts: Texts) -> Iterator[tuple[str, Sequence[Result]]]:
    """Yield what is tried, and what it is held against, each with its name."""
    yield texts("figure.now"), study.results
    if study.compared:
        yield base_in_words(study, texts), study.base_results


def _words(answered: Answered, texts: Texts) -> Sheet:
    said = answer(answered.study, texts)
    lines = [*said.holding, *said.certainty, *said.meaning, *said.changes]
    limits = [texts("numbers.limit", what=limit) for limit in said.limits]
    return Sheet(
        texts("numbers.sheet_answer"),
        (answered.place,),
        (texts("numbers.column_answer"),),
        [Row((line,)) for line in (*lines, *limits)],
        wide=(0,),
    )


def _measures(study: Study, texts: Texts) -> Sheet:
    base = base_in_words(study, texts)
    parts = ("low", "mean", "high")
    heads = [texts(f"numbers.column_{name}") for name in ("measure", "id", "of", "unit")]
    heads += [texts(f"numbers.column_{part}") for part in parts]
    heads += [texts(f"numbers.column_base_{part}", base=base) for part in parts]
    heads += [texts(f"numbers.column_difference{end}") for end in ("", "_low", "_high")]
    return Sheet(
        texts("numbers.sheet_measures"),
        (texts("numbers.lead_measures", base=base),),
        heads,
        [_measure(one, texts) for one in numbers(study)],
    )


def _measure(one: Number, texts: Texts) -> Row:
    about = (
        texts(f"measured.{one.measure}"),
        one.measure,
        texts(f"decision.of_{one.of}"),
        texts(f"decision.unit_{one.unit}"),
    )
    found = (
        *(one.low, one.mean, one.high, one.today_low, one.today, one.today_high),
        *(one.difference, one.difference_low, one.difference_high),
    )
    return Row((*about, *found), one.unit)


def _table(picture: Picture, texts: Texts) -> Sheet:
    lead = (picture.title, *([picture.note] if picture.note else []))
    name = texts(f"numbers.figure_{picture.drawing.name}")
    return Sheet(name, lead, picture.columns, [Row(row) for row in picture.rows])


def _years(study: Study, texts: Texts) -> Sheet:
    """One row a year of a run, with what was counted in it."""
    rules = {
        rule.id: rule.name.in_(texts.language)
        for rule in study.scenario.rules
        if rule.kind == "meeting"
    }
    heads = [texts(f"numbers.column_{name}") for name in ("scenario", "run", "year")]
    heads += [texts("numbers.column_due", rule=name) for name in rules.values()]
    heads += [texts("numbers.column_late", rule=name) for name in rules.values()]
    heads += [texts(f"numbers.yearly_{name}") for name in YEARLY]
    rows = []
    for name, results in _each(study, texts):
        for result in results:
            series = [
                *(result.due_by_year.get(rule, ()) for rule in rules),
                *(result.late_by_year.get(rule, ()) for rule in rules),
                *(result.by_year[one] for one in YEARLY),
            ]
            for year in range(len(result.by_year["kept"])):
                counted = [one[year] if year < len(one) else None for one in series]
                rows.append(
                    Row((name, float(result.replication), float(year + 1), *counted), "whole")
                )
    return Sheet(texts("numbers.sheet_years"), (texts("numbers.lead_years"),), heads, rows)


def _runs(study: Study, texts: Texts) -> Sheet:
    heads = [texts("numbers.column_scenario"), texts("numbers.column_run")]
    heads += [texts(f"measured.{name}") for name in MEASURES]
    rows = [
        Row((name, float(result.replication), *(result.measures[one] for one in MEASURES)))
        for name, results in _each(study, texts)
        for result in results
    ]
    years = texts.number(study.scenario.years)
    return Sheet(
        texts("numbers.sheet_runs"), (texts("numbers.lead_runs", years=years),), heads, rows
    )


def _months(study: Study, texts: Texts) -> Sheet:
    heads = [texts("numbers.column_scenario"), texts("numbers.column_month")]
    for series in ("cases", "waiting"):
        heads += [texts(f"numbers.column_{series}_{part}") for part in ("low", "mean", "high")]
    rows = []
    for name, results in _each(study, texts):
        cases = [result.caseload_by_month for result in results]
        waiting = [result.waiting_by_month for result in results]
        for month, both in enumerate(
            zip(zip(*cases, strict=True), zip(*waiting, strict=True), strict=True)
        ):
            found = [number for one in both for number in _spread(one)]
            rows.append(Row((name, float(month + 1), *found)))
    return Sheet(texts("numbers.sheet_months"), (texts("numbers.lead_months"),), heads, rows)


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    low, high = prediction(values)
    return low, known_mean(values), high


def _waits(study: Study, texts: Texts) -> Sheet:
    """How many youths of all runs waited so many days, and how many days youths were without one."""
    names = ("scenario", "what", "days", "number")
    heads = [texts(f"numbers.column_{name}") for name in names]
    rows = []
    for name, results in _each(study, texts):
        for what in ("waits", "gaps"):
            every = np.array([days for result in results for days in getattr(result, what)])
            for days, number in zip(*np.unique(every, return_counts=True), strict=True):
                told = texts(f"numbers.what_{what}")
                rows.append(Row((name, told, float(days), float(number)), "whole"))
    return Sheet(texts("numbers.sheet_waits"), (texts("numbers.lead_waits"),), heads, rows)


def _inputs(answered: Answered, texts: Texts) -> Sheet:
    study = answered.study
    base = study.base if study.base is not None and study.compared else None
    names = ("input", "id", "unit", "tried")
    heads = [texts(f"numbers.column_{name}") for name in names]
    if base is not None:
        heads.append(texts("numbers.column_input_base", base=base_in_words(study, texts)))
    heads += [texts("numbers.column_confidence"), texts("numbers.column_source")]
    rows = []
    for id, parameter in parameters().items():
        each = [study.scenario, *([base] if base is not None else [])]
        values = [written(texts, parameter, getattr(one, id)) for one in each]
        source = answered.sources.get(id, Source("", ""))
        unit = texts(f"unit.{parameter.unit}")
        rows.append(Row((texts(f"parameter.{id}"), id, unit, *values, *astuple(source))))
    return Sheet(
        texts("numbers.sheet_inputs"),
        (texts("numbers.lead_inputs"),),
        heads,
        rows,
        wide=(len(heads) - 1,),
    )


def _origin(answered: Answered, manifest: Manifest, texts: Texts) -> Sheet:
    here, elsewhere = [*commands(manifest.code), "", ""][:2]
    told = {
        "place": answered.place,
        "code": manifest.code,
        "seed": str(manifest.seed),
        "runs": texts.number(manifest.replications),
        "years": texts.number(answered.study.scenario.years),
        "here": here,
        "elsewhere": elsewhere,
        "link": answered.link,
        "manifest": manifest.text,
    }
    rows = [Row((texts(f"numbers.origin_{name}"), words)) for name, words in told.items() if words]
    return Sheet(
        texts("numbers.sheet_origin"),
        (texts("numbers.lead_origin"),),
        (texts("numbers.column_what"), texts("numbers.column_value")),
        rows,
        wide=(1,),
    )
