"""A municipality as the leaders have it: our numbers with their own in place, and with today's case list."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

from data import parameters
from simulation.assumptions import written
from simulation.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from data import ListedCase, PostPlan, Preset, Texts
    from data.own_figures import OwnFigures

LISTED = ("coordinators", "weekly_hours", "districts", "start")
"""The numbers that a case list decides."""


def with_own_figures(own: OwnFigures) -> Scenario:
    """Return the preset of *own* with the municipality's own figures in place.

    Raises :exc:`~simulation.scenario.ScenarioError` for a number out of bounds, of which a file that was
    read has none.
    """
    return Scenario.preset(own.preset, **own.values())


def with_case_list(
    scenario: Scenario, posts: Sequence[PostPlan], cases: Sequence[ListedCase], day: date
) -> Scenario:
    """Return *scenario* as it stands on *day* by a case list.

    The posts of the list are the coordinators; what a further post would have is the mean of theirs. Raises
    :exc:`~simulation.scenario.ScenarioError` where a case does not fit.
    """
    hours = fsum(post.weekly_hours for post in posts) / len(posts) if posts else 0.0
    step = parameters()["weekly_hours"].step
    listed = [post.district for post in posts] + [case.district for case in cases]
    return scenario.replace(
        posts=tuple(posts),
        cases=tuple(cases),
        coordinators=len(posts) or scenario.coordinators,
        weekly_hours=round(hours / step) * step if posts else scenario.weekly_hours,
        districts=max([scenario.districts, *listed]),
        start=day,
    )


@dataclass(frozen=True, slots=True)
class OwnInWords:
    """One number that is the leaders' own, as it is shown."""

    name: str
    value: str
    """With its unit."""
    ours: str
    """What stands in the preset; with its unit."""
    source: str
    """Where the leaders have it from; empty where they did not say."""
    beyond: str
    """What we think it may well be, where theirs lies outside it; else empty."""


def own_in_words(
    today: Scenario, own: Mapping[str, str], preset: Preset, texts: Texts
) -> tuple[OwnInWords, ...]:
    """Return each of the *own* numbers (id → source) of a municipality, held beside *preset*."""
    from data.own_figures.entries import OwnFigure, OwnFigures  # noqa: PLC0415 (wanted when loaded)

    figures = {id: OwnFigure(getattr(today, id), source) for id, source in own.items()}
    unusual = OwnFigures(preset.name, figures).unusual()
    said = []
    for id, parameter in parameters().items():
        if id not in own:
            continue
        figure = preset.figures[id]
        unit = "" if parameter.unit == "ratio" else f" {texts(f'unit.{parameter.unit}')}"
        bare = parameter.kind in {"switch", "choice", "date"}
        value, ours, low, high = (
            "" if one is None else written(texts, parameter, one) + ("" if bare else unit)
            for one in (getattr(today, id), figure.value, figure.low, figure.high)
        )
        beyond = texts("word.range", low=low.removesuffix(unit), high=high) if id in unusual else ""
        said.append(OwnInWords(texts(f"parameter.{id}"), value, ours, own[id], beyond))
    return tuple(said)
