"""The small experiments of the chapters: what can be moved, what is measured, what is said of it."""

from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from data.files import DataError, Entry, line_of, read_model, read_table
from data.presets import Plain, parameters, read_preset
from data.texts import slots
from data.words import Words


class ExperimentValue(Entry):
    """One value that a control offers."""

    value: Plain
    label: Words


class ExperimentControl(Entry):
    """A number of a scenario that a reader may move."""

    field: str
    """The id of the parameter."""
    label: Words
    values: tuple[ExperimentValue, ...] = Field(min_length=2, max_length=6)
    needs: dict[str, tuple[Plain, ...]] = Field(default_factory=dict)
    """Other control → the values of it at which this one counts."""
    example: Plain | None = None
    """What the chapter's table tries; None where it does not."""
    aside: Words | None = None
    """What must be known beside the answer where this control was moved."""

    def label_of(self, value: Plain) -> Words:
        """Return how *value* is called; a value that is not offered is a :exc:`ValueError`."""
        for offered in self.values:
            if offered.value == value:
                return offered.label
        known = ", ".join(str(offered.value) for offered in self.values)
        raise ValueError(f"{self.field} offers no {value!r}; it offers {known}")


class ExperimentMeasure(Entry):
    """A number that is told, with its sentences."""

    name: str
    label: Words
    found: Words
    """What nine in ten years, youths or periods bring: has ``{range}``, and may have ``{years}``."""
    more: Words
    """That it is more than today, by ``{size}``; without a full stop."""
    less: Words

    @model_validator(mode="after")
    def _has_its_slots(self) -> Self:
        for name, needed, allowed in (
            ("found", {"range"}, {"range", "years"}),
            ("more", {"size"}, {"size"}),
            ("less", {"size"}, {"size"}),
        ):
            words: Words = getattr(self, name)
            for text in (words.da, words.en):
                if not needed <= slots(text) <= allowed:
                    wanted = ", ".join(sorted(allowed))
                    raise ValueError(f"{name} is {text!r}; its slots must be {wanted}")
        return self


class ChapterExperiment(Entry):
    """One small experiment."""

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    preset: Literal["small", "medium", "large"]
    replications: int = Field(ge=20, le=100)
    """Runs of today, and as many of what was tried: enough to be honest, few enough to be quick."""
    changes: dict[str, Plain] = Field(default_factory=dict)
    """What differs from the preset, today and in what was tried."""
    title: Words
    intro: Words
    controls: tuple[ExperimentControl, ...] = Field(min_length=2, max_length=3)
    measures: tuple[ExperimentMeasure, ...] = Field(min_length=1, max_length=4)
    not_said: tuple[Words, ...] = Field(min_length=1)
    """What the experiment says nothing about, besides education and work."""

    def today(self, field: str) -> Plain:
        """Return today's value of *field*."""
        return self.changes.get(field, read_preset(self.preset).figures[field].value)

    @model_validator(mode="after")
    def _fits_the_scenario(self) -> Self:
        for field, value in self.changes.items():
            _check(field, value)
        controls = {control.field: control for control in self.controls}
        for control in self.controls:
            for offered in control.values:
                _check(control.field, offered.value)
            control.label_of(self.today(control.field))
            if control.example is not None:
                control.label_of(control.example)
                if control.example == self.today(control.field):
                    raise ValueError(f"{control.field}: example {control.example!r} is today's")
            for other, values in control.needs.items():
                if other not in controls or other == control.field:
                    raise ValueError(f"{control.field} needs {other!r}, which is no other control")
                for value in values:
                    controls[other].label_of(value)
                if control.example is not None and controls[other].example not in values:
                    raise ValueError(f"{control.field} has an example, and {other} none it needs")
        return self


class _File(Entry):
    """The content of ``definitions/chapter_experiments.toml``."""

    experiments: tuple[ChapterExperiment, ...]


def _check(field: str, value: Plain) -> None:
    if field not in parameters():
        raise ValueError(f"{field!r} is no number of a scenario")
    if fault := parameters()[field].fault(value):
        raise ValueError(f"{field}: {value!r} is not allowed: {fault}")


@cache
def chapter_experiments(
    source: str | Path = "definitions/chapter_experiments.toml",
) -> dict[str, ChapterExperiment]:
    """Return the experiments in *source* by id, checked.

    Raises :exc:`~data.files.DataError` with file, line, field, value and what is allowed, also for an id
    that is there twice.
    """
    found: dict[str, ChapterExperiment] = {}
    for number, experiment in enumerate(read_model(source, _File).experiments):
        if experiment.id in found:
            _, text, name = read_table(source)
            field = f"experiments.{number}.id"
            line = line_of(text, ["experiments", number, "id"])
            raise DataError(name, line, field, f"{experiment.id!r} is there twice")
        found[experiment.id] = experiment
    return found


def chapter_experiment(id: str) -> ChapterExperiment:
    """Return the experiment *id*; one that does not exist is a :exc:`LookupError` naming those there are."""
    if id not in chapter_experiments():
        raise LookupError(f"no experiment '{id}'; there are: {', '.join(chapter_experiments())}")
    return chapter_experiments()[id]
