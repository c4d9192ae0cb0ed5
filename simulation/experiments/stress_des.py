"""The report of an experiment after STRESS-DES, filled from what was asked and what was found.

STRESS-DES (T. Monks and others, "Strengthening the reporting of empirical simulation studies", Journal of
Simulation 13, 2019, 55-67) is a list of items that a reader needs to judge and to repeat a study.
``docs/model.md`` fills it for the model; this fills it for one experiment with the model. Every number
comes from the scenarios, the presets, the manifest or the results; the words stand in the texts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from data import Figure, Parameter, parameters, read_preset
from data.texts import Texts
from data.working_days import Days, add_months
from simulation.answer import LIMITS
from simulation.assumptions import written
from simulation.changes import differences_in_words
from simulation.experiments.comparison import (
    Comparison,
    Estimate,
    difference_in_words,
    estimate,
    names_of,
)
from simulation.experiments.manifest import Manifest
from simulation.experiments.precision import Precision
from simulation.experiments.quantities import HEADLINES, quantity
from simulation.experiments.scenario_file import nearest_preset
from simulation.measure_words import joined
from simulation.results import Result
from simulation.scenario import Scenario
from simulation.summary import CONFIDENCE, PREDICTION
from simulation.wording import counted

SWITCHES = (
    "allocation",
    "priority",
    "leadership_rule",
    "deputies",
    "reminders",
    "forced_change_at_18",
    "contact_person_only",
    "all_outside",
    "outcomes",
)
"""The choices that change the logic, and not only a number in it."""
OURS = "our assumption"
NUMBERS = {"whole", "number", "triangle", "roles"}
"""Kinds of parameters whose value is written with its unit."""


@dataclass(frozen=True)
class Report:
    """What a report is about.

    Attributes:
        manifest: What was asked: scenarios, seed, engine, program and code.
        results: What was found: for each replication the result of each scenario, as
            :func:`~simulation.experiments.replications.together` yields them.
        names: The scenarios' names; without them each is named by its differences from the first.
        purpose: Why the experiment was made, in the reader's language.
        measures: What is reported, by names that
            :func:`~simulation.experiments.quantities.quantity` knows.
        precision: How precise the numbers are, where replications were added until they were enough.

    Raises :exc:`ValueError` for no replication, as many names as there are not scenarios, results of
    another number of scenarios, or a measure that does not exist.
    """

    manifest: Manifest
    results: Sequence[tuple[Result, ...]]
    names: Sequence[str] = ()
    purpose: str = ""
    measures: Sequence[str] = HEADLINES
    precision: Precision | None = None

    def __post_init__(self) -> None:
        scenarios = len(self.manifest.scenarios)
        if not self.results:
            raise ValueError("results is empty; a report needs at least one replication")
        if any(len(each) != scenarios for each in self.results):
            raise ValueError(f"results must have one result for each of {scenarios} scenarios")
        if self.names and len(self.names) != scenarios:
            raise ValueError(
                f"names is {list(self.names)}; give one for each of {scenarios} scenarios"
            )
        for measure in self.measures:
            quantity(measure)

    def markdown(self, texts: Texts) -> str:
        """Return the report as Markdown in the language of *texts*."""
        return _Writing(self, texts).whole()


class _Writing:
    """Writes one report in one language, item by item."""

    def __init__(self, report: Report, texts: Texts) -> None:
        self.report, self.texts = report, texts
        self.manifest = report.manifest
        self.scenarios = tuple(self.manifest.scenarios)
        self.base: Scenario = self.scenarios[0]
        self.names = tuple(report.names) or names_of(self.scenarios, self.base, texts)
        self.preset, self.standard = nearest_preset(self.base)
        self.preset_name = texts(f"preset.{self.preset}")
        self.figures = read_preset(self.preset).figures

    def whole(self) -> str:
        code = self.manifest.code
        parts = [
            f"# {self.say('title', code=code)}",
            self.say("intro"),
            *self._objectives(),
            *self._logic(),
            *self._data(),
            *self._experimentation(),
            *self._implementation(),
            *self._access(),
            *self._results(),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def say(self, id: str, **slots: object) -> str:
        return self.texts(f"report.{id}", **slots)

    def heading(self, item: str) -> str:
        """Return the heading of *item*, such as ``### 1.2 Model outputs``."""
        return f"{'###' if '.' in item else '##'} {item} {self.say(item)}"

    def as_model(self, item: str) -> list[str]:
        """Return an item that is the same in every experiment."""
        return [self.heading(item), self.say("model_item", item=item)]

    # 1 Objectives ------------------------------------------------------------------------------

    def _objectives(self) -> Iterable[str]:
        yield self.heading("1")
        yield self.heading("1.1")
        yield _inline(self.report.purpose) or self.say("purpose_none")
        yield self.heading("1.2")
        years, start = self._years(self.base.years), self.texts.date(self.base.start)
        yield self.say("outputs", years=years, start=start)
        yield _listed(
            f"{quantity(one).title(self.texts)} (`{one}`)" for one in self.report.measures
        )
        yield self.heading("1.3")
        one = len(self.scenarios) == 1
        yield self.say(
            "aims_one" if one else "aims_several",
            n=len(self.scenarios),
            name=_inline(self.names[0]),
        )
        yield _listed([self._base_in_words(), *self._others_in_words()])

    def _base_in_words(self) -> str:
        changes = differences_in_words(self.base, self.standard, self.texts)
        slots = {"name": _inline(self.names[0]), "preset": self.preset_name}
        if not changes:
            return self.say("as_preset", **slots)
        return self.say("from_preset", **slots, changes="; ".join(changes))

    def _others_in_words(self) -> list[str]:
        return [
            self.say(
                "against_base",
                name=_inline(name),
                changes="; ".join(differences_in_words(scenario, self.base, self.texts))
                or self.say("nothing_changed"),
            )
            for scenario, name in list(zip(self.scenarios, self.names, strict=True))[1:]
        ]

    # 2 Logic -----------------------------------------------------------------------------------

    def _logic(self) -> Iterable[str]:
        yield self.heading("2")
        yield from self.as_model("2.1")
        yield from self.as_model("2.2")
        yield self.heading("2.3")
        yield self.say("switches")
        yield self._by_scenario(SWITCHES)
        yield self.say("rules")
        yield _listed(
            f"{_inline(rule.name.in_(self.texts.language))} (`{rule.id}`): {_inline(rule.source)}"
            for rule in self.base.rules
        )
        yield from self.as_model("2.4")
        yield self.heading("2.5")
        yield self.say(
            "components",
            coordinators=self.base.coordinators,
            slots=self._value("team_slots_per_week", self.base),
        )
        known = {"cases": len(self.base.cases), "posts": len(self.base.posts)}
        yield self.say("case_list", **known) if any(known.values()) else self.say("no_case_list")

    # 3 Data ------------------------------------------------------------------------------------

    def _data(self) -> Iterable[str]:
        yield self.heading("3")
        yield self.heading("3.1")
        yield self.say("sources", n=len(parameters()), name=_inline(self.names[0]))
        yield _listed(self._counts())
        yield self.heading("3.2")
        yield self.say("parameters")
        for group in dict.fromkeys(one.group for one in parameters().values()):
            yield f"#### {self.texts(f'group.{group}')}"
            yield self._parameters([one for one in parameters().values() if one.group == group])
        changed = [
            id
            for id in parameters()
            if any(getattr(one, id) != getattr(self.base, id) for one in self.scenarios)
        ]
        if changed:
            yield self.say("differences")
            yield self._by_scenario(changed)
        yield from self.as_model("3.3")
        yield self.heading("3.4")
        ours = [one for id, one in parameters().items() if self._sure(id) == OURS]
        yield self.say("ours", n=len(ours), name=_inline(self.names[0]))
        yield _listed(map(self._assumption, ours))
        yield self.say("not_modelled")
        yield _listed(self.texts(f"limits.{name}") for name in LIMITS)

    def _years(self, years: int) -> str:
        return counted(self.texts, "years", years)

    def _kept(self, id: str) -> bool:
        """Whether the base has the number of its preset, so that the source holds."""
        return bool(getattr(self.base, id) == getattr(self.standard, id))

    def _sure(self, id: str) -> str:
        return self.figures[id].confidence if self._kept(id) else ""

    def _counts(self) -> list[str]:
        kept = Counter(self._sure(id) for id in parameters() if self._kept(id))
        said = [
            self.say("sources_part", n=n, sure=self.texts(f"confidence.{sure}"))
            for sure, n in kept.items()
        ]
        chosen = len(parameters()) - kept.total()
        return [*said, self.say("sources_chosen", n=chosen)] if chosen else said

    def _value(self, id: str, scenario: Scenario) -> str:
        return written(self.texts, parameters()[id], getattr(scenario, id))

    def _parameters(self, listed: Sequence[Parameter]) -> str:
        heads = ("parameter", "value", "unit", "range", "sure", "source")
        return _table((self.say(f"column_{name}") for name in heads), map(self._row, listed))

    def _row(self, one: Parameter) -> tuple[str, ...]:
        figure = self.figures[one.id]
        sure, source = self._sureness(figure), figure.source.in_(self.texts.language)
        if not self._kept(one.id):
            before = self._value(one.id, self.standard)
            sure, source = "", self.say("chosen", preset=self.preset_name, value=before)
        name = f"{self.texts(f'parameter.{one.id}')} (`{one.id}`)"
        unit = self.texts(f"unit.{one.unit}")
        return (name, self._value(one.id, self.base), unit, self._range(one, figure), sure, source)

    def _sureness(self, figure: Figure) -> str:
        sure = self.texts(f"confidence.{figure.confidence}")
        return f"{sure}, {self.texts('confidence.derived')}" if figure.derived else sure

    def _range(self, one: Parameter, figure: Figure) -> str:
        if figure.low is None or figure.high is None:
            return ""
        low, high = (written(self.texts, one, end) for end in (figure.low, figure.high))
        return joined(low, high, self.texts)

    def _assumption(self, one: Parameter) -> str:
        name, value = self.texts(f"parameter.{one.id}"), self._value(one.id, self.base)
        if one.kind in NUMBERS and one.unit != "ratio":
            value = f"{value} {self.texts(f'unit.{one.unit}')}"
        may_be = self._range(one, self.figures[one.id])
        if not may_be:
            return self.say("ours_value", name=name, value=value)
        return self.say("ours_range", name=name, value=value, range=may_be)

    def _by_scenario(self, ids: Iterable[str]) -> str:
        """Return a table of the parameters *ids*, with a column a scenario."""
        heads = [self.say("column_parameter"), *map(self._quoted, self.names)]
        rows = (
            (self.texts(f"parameter.{id}"), *(self._value(id, one) for one in self.scenarios))
            for id in ids
        )
        return _table(heads, rows)

    def _quoted(self, name: str) -> str:
        return self.say("quoted", name=_inline(name))

    # 4 Experimentation -------------------------------------------------------------------------

    def _experimentation(self) -> Iterable[str]:
        base = self.base
        yield self.heading("4")
        yield self.heading("4.1")
        yield (
            self.say("warm_up", years=self._years(base.warm_up_years))
            if base.warm_up_years
            else self.say("no_warm_up")
        )
        yield self.heading("4.2")
        after = add_months(_day(base), 12 * base.years)[0].astype(object)
        yield self.say(
            "length",
            years=self._years(base.years),
            start=self.texts.date(base.start),
            end=self.texts.date(after - timedelta(days=1)),
        )
        yield self.heading("4.3")
        numbers = [each[0].replication for each in self.report.results]
        yield self.say(
            "estimation",
            n=len(numbers),
            first=min(numbers),
            last=max(numbers),
            seed=self.manifest.seed,
            prediction=self.texts.percent(PREDICTION),
            confidence=self.texts.percent(CONFIDENCE),
        )
        if len(numbers) < self.manifest.replications:
            yield self.say("fewer", asked=self.manifest.replications)
        if self.report.precision is not None:
            yield " ".join(self.report.precision.in_words(self.texts))
        if len(self.scenarios) > 1:
            yield self.say("paired")

    # 5 Implementation, 6 Code access -----------------------------------------------------------

    def _implementation(self) -> Iterable[str]:
        program = self.manifest.program
        yield self.heading("5")
        yield self.heading("5.1")
        yield self.say("software", version=program.version, python=program.python)
        heads = [self.say("column_library"), self.say("column_version")]
        yield _table(heads, program.libraries.items())
        yield self.say("digests", sources=program.sources, lock=program.lock)
        yield self.heading("5.2")
        yield self.say("sampling", seed=self.manifest.seed, item="5.2")
        yield self.heading("5.3")
        yield self.say(f"engine_{self.manifest.engine}")
        yield self.heading("5.4")
        yield self.say("system", item="5.4")

    def _access(self) -> Iterable[str]:
        yield self.heading("6")
        yield self.heading("6.1")
        yield self.say("code", code=self.manifest.code)

    # 7 Results ---------------------------------------------------------------------------------

    def _results(self) -> Iterable[str]:
        yield self.heading("7")
        for place, name in enumerate(self.names):
            yield f"### {self._quoted(name)}"
            yield self._estimates(place)
        if len(self.scenarios) > 1:
            yield self.say("against", name=_inline(self.names[0]))
            yield _listed(
                _inline(difference_in_words(one, self.texts))
                for one in self._compared().against_base
            )

    def _estimates(self, place: int) -> str:
        heads = ("measure", "single", "prediction", "mean", "interval")
        results = [each[place] for each in self.report.results]
        found = (
            estimate(self.names[place], quantity(one), results) for one in self.report.measures
        )
        return _table((self.say(f"column_{name}") for name in heads), map(self._estimated, found))

    def _estimated(self, found: Estimate) -> tuple[str, ...]:
        of, texts = found.quantity, self.texts
        low, high, mean, mean_low, mean_high = (
            of.write(value, texts)
            for value in (found.low, found.high, found.mean, found.mean_low, found.mean_high)
        )
        return (
            f"{of.title(texts)} (`{of.name}`)",
            self.say(f"single_{of.level}"),
            joined(low, high, texts),
            mean,
            joined(mean_low, mean_high, texts),
        )

    def _compared(self) -> Comparison:
        return Comparison(
            self.scenarios,
            self.names,
            0,
            tuple(map(quantity, self.report.measures)),
            self.manifest.seed,
            self.manifest.replications,
            self.report.results,
        )


def _day(scenario: Scenario) -> Days:
    return np.array([scenario.start], dtype="datetime64[D]")


def _inline(words: str) -> str:
    """Return words that somebody typed as one line in which Markdown and HTML have no meaning."""
    plain = " ".join(words.split())
    return re.sub(r"([\\`*_\[\]<>&|#])", r"\\\1", plain)


def _listed(entries: Iterable[str]) -> str:
    return "\n".join(f"- {entry}" for entry in entries)


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    head = list(heads)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(words: str) -> str:
    # A bar would end the cell, also inside code.
    return re.sub(r"(?<!\\)\|", r"\\|", words).replace("\n", " ")
