"""What a run chart says in words: chance, more than chance, or nothing."""

from data.texts import Texts
from simulation.run_chart import FEWEST_QUARTERS, RunChart, Signal, Verdict


def chart_in_words(chart: RunChart, texts: Texts) -> str:
    """Return what *chart* says in a sentence or two."""
    if chart.verdict == "more":
        said = [_signal(chart, signal, texts) for signal in chart.signals]
        return " ".join([*said, texts("run_chart.more_than_chance")])
    told = sum(value is not None for value in chart.values)
    slots = {"told": texts.number(told), "fewest": texts.number(FEWEST_QUARTERS)}
    return texts(f"run_chart.said_{chart.verdict}", **slots)


def verdict_in_words(verdict: Verdict, texts: Texts) -> str:
    """Return the *verdict* in the few words of a title or a cell."""
    return texts(f"run_chart.{verdict}")


def method_in_words(texts: Texts) -> tuple[str, ...]:
    """Return how limits and words come about, a sentence or two each."""
    slots = {"fewest": texts.number(FEWEST_QUARTERS)}
    ids = ("limits", "clumps", "runs", "one_in_twenty", "hidden", "no_effect")
    return tuple(texts(f"run_chart.method_{id}", **slots) for id in ids)


def _signal(chart: RunChart, signal: Signal, texts: Texts) -> str:
    count = texts.number(signal.count)
    if signal.kind == "crossings":
        words = {0: "crossings_none", 1: "crossings_one"}.get(signal.count, "crossings")
        return texts(f"run_chart.{words}", count=count)
    first, last = (chart.points[signal.places[end]].name for end in (0, -1))
    if signal.kind == "run":
        return texts("run_chart.run", count=count, first=first, last=last)
    names = ", ".join(chart.points[place].name for place in signal.places)
    return texts(f"run_chart.{signal.kind}", names=names)
