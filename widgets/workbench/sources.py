"""Where the numbers of a municipality come from, and how sure they are: of one, and of all in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data import Figure, Parameter, parameters, read_preset
from simulation.assumptions import written
from widgets.page import safe

if TYPE_CHECKING:
    from data.texts import Texts
    from widgets.workbench.municipality import Municipality

_COLUMNS = ("name", "value", "unit", "range", "confidence", "source")
_WORDS = {"name", "unit", "confidence", "source"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a number comes from, in words."""

    mark: str
    """In a word or two how sure it is, or that it is the leaders' own."""
    confidence: str
    """The same, with whether it was computed from what is named."""
    ours: bool
    """Whether it is our assumption, which is to be looked at."""
    own: bool
    """Whether it is the leaders' own."""
    range: str
    """What it may well be; empty where that is not known."""
    source: str

    def sentences(self, texts: Texts) -> list[str]:
        """Return what is known of it in sentences."""
        told = [texts("controls.source", source=self.source, confidence=self.confidence)]
        return [texts("controls.range", range=self.range), *told] if self.range else told


def origin(municipality: Municipality, id: str, texts: Texts) -> Origin:
    """Return where the number *id* of *municipality* comes from."""
    if id in municipality.own:
        mark = texts("controls.own")
        source = municipality.own[id] or texts("controls.own_unsourced")
        return Origin(mark, mark, ours=False, own=True, range="", source=source)
    figure = read_preset(municipality.preset).figures[id]
    mark = texts(f"confidence.{figure.confidence}")
    return Origin(
        mark=mark,
        confidence=f"{mark}, {texts('confidence.derived')}" if figure.derived else mark,
        ours=figure.confidence == "our assumption",
        own=False,
        range=_range(figure, parameters()[id], texts),
        source=figure.source.in_(texts.language),
    )


def sources_html(municipality: Municipality, texts: Texts) -> str:
    """Return the table of all numbers of *municipality*, folded up."""
    head = "".join(
        f'<th scope="col"{_class(column)}>{safe(texts(f"capacity.column_{column}"))}</th>'
        for column in _COLUMNS
    )
    body = ""
    group = ""
    for parameter in parameters().values():
        if parameter.group != group:
            group = parameter.group
            body += (
                f'<tr class="vv-group"><th scope="colgroup" colspan="{len(_COLUMNS)}">'
                f"{safe(texts(f'group.{group}'))}</th></tr>"
            )
        body += _row(municipality, parameter, texts)
    return (
        f'<details class="vv-all-numbers"><summary>{safe(texts("capacity.sources"))}</summary>'
        f'<div class="vv-scroll"><table class="vv-table">'
        f"<caption>{safe(texts('capacity.sources_caption', name=municipality.name))}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def _row(municipality: Municipality, parameter: Parameter, texts: Texts) -> str:
    found = origin(municipality, parameter.id, texts)
    cells = {
        "value": written(texts, parameter, getattr(municipality.today, parameter.id)),
        "unit": texts(f"unit.{parameter.unit}"),
        "range": found.range,
        "confidence": found.confidence,
        "source": found.source,
    }
    kind = ' class="vv-ours"' if found.ours else ' class="vv-own"' if found.own else ""
    rest = "".join(f"<td{_class(column)}>{safe(cell)}</td>" for column, cell in cells.items())
    name = safe(texts(f"parameter.{parameter.id}"))
    return f'<tr{kind} data-parameter="{parameter.id}"><th scope="row">{name}</th>{rest}</tr>'


def _range(figure: Figure, parameter: Parameter, texts: Texts) -> str:
    ends = [written(texts, parameter, end) for end in (figure.low, figure.high) if end is not None]
    return texts("word.range", low=ends[0], high=ends[1]) if len(ends) == 2 else ""


def _class(column: str) -> str:
    return ' class="vv-words"' if column in _WORDS else ""
