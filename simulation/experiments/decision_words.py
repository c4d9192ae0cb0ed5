"""The words that a decision begins with: the question, what was tried, what was found, whose numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from data import parameters
from data.decisions import FORM
from data.forms import read_form
from data.texts import Texts
from simulation.answer import answer
from simulation.assumptions import written
from simulation.changes import differences_in_words
from simulation.experiments.decision_figures import figure_lines, figures
from simulation.headlines import headlines, in_words
from simulation.scenario import Scenario
from simulation.study import Study
from simulation.wording import lowered

EXPECTED = ("late", "wait", "missed")
"""The headline numbers that the words of what is expected name."""


@dataclass(frozen=True, kw_only=True)
class About:
    """What belongs to a decision beside the answer itself."""

    place: str = ""
    """What the municipality is called."""
    state: str = ""
    """The part behind the question mark of the address that opens the workbench with the same controls."""
    against: str = ""
    """What the answer is held against is called; empty for today."""
    own: Mapping[str, str] | None = field(default=None, hash=False)
    """Where the municipality has its own numbers from, by the parameter's id; None for an invented one."""
    today: Scenario | None = None
    """The municipality as it works today, where it has numbers of its own."""
    found: Mapping[str, Sequence[str]] = field(default_factory=dict, hash=False)
    """What was found beside the answer, in sentences, by the view of the workbench that found it."""


def draft(study: Study, texts: Texts, about: About) -> dict[str, str]:
    """Return what a decision on *study* begins with in words: the question, what was tried and found."""
    also = {"also_found": also_found(about.found, texts)}
    return {**_question(study, about, texts), **_findings(study, texts), **also}


def also_found(found: Mapping[str, Sequence[str]], texts: Texts) -> str:
    """Return what each view *found*, a line each; all of them have the same share of the room."""
    share = room("also_found") // max(len(found), 1) - 1
    lines = []
    for view, sentences in found.items():
        name = f"{texts(f'workbench.view_{view}')}: "
        lines.append(name + _within(sentences, share - len(name)))
    return "\n".join(lines)


def own_numbers(about: About, texts: Texts) -> tuple[str, ...]:
    """Return the municipality's own numbers, each with where it comes from; none where it is invented."""
    if about.own is None or about.today is None:
        return ()
    said = []
    for id, source in about.own.items():
        parameter = parameters()[id]
        value = written(texts, parameter, getattr(about.today, id))
        slots = {"name": texts(f"parameter.{id}"), "value": value}
        if parameter.kind != "switch":
            slots["value"] = f"{value} {texts(f'unit.{parameter.unit}')}".strip()
        known = {"source": source} if source else {}
        said.append(texts("decision.own" if source else "decision.own_unsourced", **slots, **known))
    if about.today.cases:
        said.append(texts("decision.own_cases", count=texts.number(len(about.today.cases))))
    return tuple(said)


def _question(study: Study, about: About, texts: Texts) -> dict[str, str]:
    changes = ""
    if study.base is not None and study.compared:
        changes = ", ".join(differences_in_words(study.scenario, study.base, texts))
    asked = texts("decision.asks_today")
    if changes:
        asked = texts("decision.asks", changes=lowered(changes))
        if len(asked) > room("question"):
            asked = texts("decision.asks_changed")
    said = [f"{about.place}."] if about.place else []
    said += answer(study, texts).changes[:1]
    if about.against:
        said.append(texts("decision.held_against", name=about.against))
    return {"question": asked, "tried": _fitting("tried", said)}


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
    return _within(sentences, room(item))


def _within(sentences: Iterable[str], limit: int) -> str:
    """Return as many of *sentences* as *limit* characters hold; of the first, at least its beginning."""
    text = ""
    for sentence in sentences:
        # A sentence may end with "kr." and with the full stop of its text.
        longer = f"{text} {sentence}".strip().replace("..", ".")
        if len(longer) > limit:
            return text or f"{sentence[: limit - 1]}…"
        text = longer
    return text


def whole_lines(item: str, lines: Sequence[str], texts: Texts) -> str:
    """Return as many of *lines* as the question *item* has room for; the last then says how many more."""
    limit, kept = room(item), list(lines)
    while kept:
        more = len(lines) - len(kept)
        ending = [texts("decision.own_more", count=texts.number(more))] if more else []
        text = "\n".join([*kept, *ending])
        if len(text) <= limit:
            return text
        kept.pop()
    return ""


def room(item: str) -> int:
    """Return how many characters the question *item* of the form has room for; 0 where there is none."""
    asked = read_form(FORM).item(item)
    return asked.limit if asked else 0
