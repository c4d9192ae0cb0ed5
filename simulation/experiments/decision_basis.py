"""What a decision is built on: the question to the model, what it found in words, what to expect.

A basis has a manifest, so its code leads back to it: :func:`recalculate` asks the model again, and so
does ``vejviser rebuild``.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from math import isfinite
from threading import Event

import numpy as np

from data.decisions import FIGURES, FORM, Figure, FigureLine, Number, figure_answers
from data.forms import read_form
from data.texts import Texts
from simulation.answer import answer
from simulation.changes import differences_in_words
from simulation.experiments.manifest import (
    Manifest,
    Record,
    archive_folder,
    archived,
    current_program,
    normal_code,
    read_record,
)
from simulation.experiments.recorded import archive
from simulation.experiments.replications import together
from simulation.experiments.share_code import ShareCodeError, share_code
from simulation.experiments.whole_file import write_whole
from simulation.headlines import headlines, in_words
from simulation.measure_words import joined, unit_of
from simulation.measures import MEASURES
from simulation.results import Result
from simulation.study import Study
from simulation.summary import Spread, Summary, spread, summarise
from simulation.wording import lowered, share

NUMBERS = "numbers.json"
"""The file beside the manifest in the archive that holds every measure."""
EXPECTED = ("late", "wait", "missed")
"""The headline numbers that the words of what is expected name."""


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The material of a decision."""

    manifest: Manifest
    answers: dict[str, str]
    """What it answers of the form ``decision``: the question, the findings, the expected figures."""
    numbers: tuple[Number, ...]
    """Every measure."""


def basis(study: Study, texts: Texts, *, seed: int, place: str = "", state: str = "") -> Basis:
    """Return what *study*, which was run with *seed*, gives a decision, in the language of *texts*.

    *place* is what the municipality is called; *state* is the part behind the question mark of the
    address that opens the workbench with the same controls.
    """
    manifest = question_of(study, texts, seed=seed)
    words = {**_question(study, place, texts), **_findings(study, texts), "state": state}
    about = {
        "code": manifest.code,
        "seed": str(seed),
        "replications": str(manifest.replications),
        "years": str(study.scenario.years),
    }
    given = {**words, **about, **figure_answers(figures(study))}
    answers = {name: value for name, value in given.items() if value}
    return Basis(manifest=manifest, answers=answers, numbers=numbers(study))


def question_of(study: Study, texts: Texts, *, seed: int) -> Manifest:
    """Return the manifest of *study*: a comparison with its base, or a run where nothing differs.

    It is the one that ``vejviser compare BASE SCENARIO`` or ``vejviser run SCENARIO`` writes.
    """
    count = len(study.results)
    if study.base is None or not study.compared:
        return Manifest(kind="run", scenarios=(study.scenario,), seed=seed, replications=count)
    return Manifest(
        kind="compare",
        scenarios=(study.base, study.scenario),
        seed=seed,
        replications=count,
        arguments={"lang": texts.language},
    )


def keep(basis: Basis) -> None:
    """Keep the question and every number on this machine, under the code of the question.

    Raises :exc:`OSError` where they cannot be written.
    """
    archive(Record(manifest=basis.manifest, files={}))
    told = [asdict(one) for one in basis.numbers]
    file = archive_folder() / basis.manifest.code / NUMBERS
    write_whole(file, (json.dumps(told, indent=1) + "\n").encode())


def read_numbers(code: str) -> tuple[Number, ...]:
    """Return every number that was kept under *code*; none where they are not on this machine."""
    names = {field.name for field in fields(Number)}
    try:
        told = json.loads((archive_folder() / normal_code(code) / NUMBERS).read_text("utf-8"))
        return tuple(
            Number(**{name: one[name] for name in names & one.keys()})
            for one in told
            if one["measure"] in MEASURES
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return ()


def commands(code: str) -> tuple[str, ...]:
    """Return what to type to have the numbers of *code* again: here, and on any other machine.

    None where no such question was kept on this machine.
    """
    try:
        manifest = read_record(archived(code)).manifest
        shared = [share_code(scenario) for scenario in manifest.scenarios]
    except ShareCodeError:
        shared = []
    except (ValueError, OSError):
        return ()
    here = f"vejviser rebuild {manifest.code} --out {manifest.code}"
    if not shared:
        return (here,)
    lang = f" --lang {manifest.arguments['lang']}" if "lang" in manifest.arguments else ""
    told = f"--replications {manifest.replications} --seed {manifest.seed}{lang}"
    return here, f"vejviser {manifest.kind} {' '.join(shared)} {told}"


@dataclass(frozen=True, kw_only=True)
class Recalculated:
    """A question that was asked again."""

    study: Study
    program: dict[str, tuple[str, str]]
    """What of the program is another than when it was asked first, by name, then and now."""

    @property
    def answers(self) -> dict[str, str]:
        """The expected figures, as the form ``decision`` keeps them."""
        return figure_answers(figures(self.study))


def recalculate(code: str, cancel: Event | None = None) -> Recalculated | None:
    """Ask the model again what was asked under *code*; None after a *cancel*.

    Raises :exc:`~simulation.experiments.manifest.ManifestError` where no such question was kept on this
    machine, or it cannot be read.
    """
    manifest = read_record(archived(code)).manifest
    told = (manifest.scenarios, manifest.replications, manifest.seed)
    rows = [*together(*told, cancel=cancel, engine=manifest.engine)]
    if len(rows) < manifest.replications:
        return None
    columns: list[tuple[Result, ...]] = [*zip(*rows, strict=True)]
    # The base of a comparison comes first.
    base = (manifest.scenarios[0], columns[0]) if len(columns) > 1 else (None, ())
    study = Study(manifest.scenarios[-1], columns[-1], *base)
    return Recalculated(study=study, program=manifest.program.differences(current_program()))


# --- The figures --------------------------------------------------------------------------------


def figures(study: Study) -> tuple[Figure, ...]:
    """Return the figures that a decision on *study* expects."""
    today = summarise(study.base_results) if study.compared else None
    return tuple(_figure(id, study.summary, today) for id in FIGURES)


def figure_lines(expected: Iterable[Figure], texts: Texts) -> tuple[FigureLine, ...]:
    """Return the *expected* figures in words, as the workbench writes them."""
    return tuple(_line(figure, texts) for figure in expected)


def numbers(study: Study) -> tuple[Number, ...]:
    """Return every measure of *study*, what a leader reads first at the top: single years and youths."""
    mine, today = study.summary, summarise(study.base_results) if study.compared else None
    late = Number(
        "late_per_year",
        "years",
        unit_of("late_per_year"),
        **_spread(mine.late_per_year),
        **_today(today.late_per_year if today else None),
    )
    wait = Number(
        "wait_mean_days",
        "youths",
        unit_of("wait_mean_days"),
        **_spread(mine.wait_days),
        **_today(today.wait_days if today else None),
    )
    return late, wait, *(_measure(name, study) for name in MEASURES)


def _measure(name: str, study: Study) -> Number:
    mine = _of_runs(name, study.results)
    if not study.compared:
        return Number(name, "runs", unit_of(name), **_spread(mine))
    found = study.differences[name]
    return Number(
        name,
        "runs",
        unit_of(name),
        **_spread(mine),
        **_today(_of_runs(name, study.base_results)),
        difference=_known(found.mean),
        difference_low=_known(found.low),
        difference_high=_known(found.high),
    )


def _of_runs(name: str, results: Iterable[Result]) -> Spread:
    values = np.array([result.measures[name] for result in results])
    return spread(values, values)


def _spread(of: Spread) -> dict[str, float | None]:
    return {name: _known(getattr(of, name)) for name in ("low", "mean", "high")}


def _today(of: Spread | None) -> dict[str, float | None]:
    if of is None:
        return {}
    named = {"today_low": of.low, "today": of.mean, "today_high": of.high}
    return {name: _known(value) for name, value in named.items()}


def _known(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _figure(id: str, summary: Summary, today: Summary | None) -> Figure:
    if id == "breach":
        before = today.breach_17_5 if today else None
        return Figure(id, summary.breach_17_5, today=before)
    found = _spread_of(id, summary)
    before = _known(_spread_of(id, today).mean) if today else None
    return Figure(id, _known(found.mean), _known(found.low), _known(found.high), before)


def _spread_of(id: str, summary: Summary) -> Spread:
    spreads = {
        "late": summary.late_per_year,
        "wait": summary.wait_days,
        "caseload": summary.caseload,
        "kept": summary.kept_coordinator,
        "missed": summary.missed_contact,
        "load": summary.load,
        "cost_year": summary.cost_per_year,
        "cost_youth": summary.cost_per_youth_year,
    }
    return spreads[id]


def _line(figure: Figure, texts: Texts) -> FigureLine:
    mean = figure.mean if figure.mean is not None else float("nan")
    if figure.kind == "share" and figure.id in {"breach", "load"}:
        ends = [share(texts, end) for end in (figure.low, figure.high) if end is not None]
        today = "" if figure.today is None else share(texts, figure.today)
        between = joined(ends[0], ends[1], texts) if len(ends) == 2 else ""
        label = texts(f"decision.figure_{figure.id}")
        return FigureLine(figure.id, label, today, share(texts, mean), between)
    label = texts(f"headline.{figure.id}")
    low, high = (mean if end is None else end for end in (figure.low, figure.high))
    expected, between = in_words(figure.id, mean, low, high, texts)
    today = "" if figure.today is None else in_words(figure.id, figure.today, 0, 0, texts)[0]
    return FigureLine(figure.id, label, today, expected, between)


# --- The words ------------------------------------------------------------------------------------


def _question(study: Study, place: str, texts: Texts) -> dict[str, str]:
    changes = ""
    if study.base is not None and study.compared:
        changes = ", ".join(differences_in_words(study.scenario, study.base, texts))
    asked = texts("decision.asks_today")
    if changes:
        asked = texts("decision.asks", changes=lowered(changes))
        if len(asked) > _room("question"):
            asked = texts("decision.asks_changed")
    said = answer(study, texts).changes[:1]
    return {
        "question": asked,
        "tried": _fitting("tried", [*([f"{place}."] if place else []), *said]),
    }


def _findings(study: Study, texts: Texts) -> dict[str, str]:
    said = answer(study, texts)
    runs = texts.number(len(study.results))
    counted = texts("decision.counted", runs=runs, years=texts.number(study.scenario.years))
    limits = " · ".join(said.limits)
    return {
        "findings": _fitting("findings", [*said.holding, *said.changes[1:], *said.meaning]),
        "certainty": _fitting("certainty", [*said.certainty, counted]),
        "not_modelled": _fitting("not_modelled", [f"{limits[:1].upper()}{limits[1:]}."]),
        "economy": _fitting("economy", _economy(study, texts)),
        "expected": _fitting("expected", _expectations(study, texts)),
    }


def _economy(study: Study, texts: Texts) -> list[str]:
    shown = {one.id: one for one in headlines(study, texts)}["cost_year"]
    found = study.summary.cost_per_year
    mean, between = in_words("cost_year", found.mean, found.low, found.high, texts)
    said = [texts("decision.cost", mean=mean, range=between)]
    if shown.change:
        said.append(texts("decision.cost_change", change=shown.change))
    return said


def _expectations(study: Study, texts: Texts) -> list[str]:
    lines = figure_lines((f for f in figures(study) if f.id in EXPECTED), texts)
    slots = ({"label": one.label, "mean": one.expected, "range": one.range} for one in lines)
    return [texts("decision.expects", **each) for each in slots]


def _fitting(item: str, sentences: Iterable[str]) -> str:
    """Return as many of *sentences* as the question *item* of the form has room for."""
    limit, text = _room(item), ""
    for sentence in sentences:
        # A sentence may end with "kr." and with the full stop of its text.
        longer = f"{text} {sentence}".strip().replace("..", ".")
        if len(longer) > limit:
            return text or f"{sentence[: limit - 1]}…"
        text = longer
    return text


def _room(item: str) -> int:
    asked = read_form(FORM).item(item)
    return asked.limit if asked else 0
