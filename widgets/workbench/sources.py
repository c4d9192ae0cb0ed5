"""Every number of a municipality in one table: what it is, where it comes from, how sure it is."""

from data import Figure, Parameter, Preset, parameters
from data.texts import Texts
from simulation.assumptions import written
from widgets.page import safe

_COLUMNS = ("name", "value", "unit", "range", "confidence", "source")
_WORDS = {"name", "unit", "confidence", "source"}


def sources_html(preset: Preset, name: str, texts: Texts) -> str:
    """Return the table of *preset*, which is shown under *name*, folded up."""
    head = "".join(
        f'<th scope="col"{_class(column)}>{safe(texts(f"capacity.column_{column}"))}</th>'
        for column in _COLUMNS
    )
    body = ""
    group = ""
    for id, parameter in parameters().items():
        if parameter.group != group:
            group = parameter.group
            body += (
                f'<tr class="vv-group"><th scope="colgroup" colspan="{len(_COLUMNS)}">'
                f"{safe(texts(f'group.{group}'))}</th></tr>"
            )
        body += _row(parameter, preset.figures[id], texts)
    return (
        f'<details class="vv-all-numbers"><summary>{safe(texts("capacity.sources"))}</summary>'
        f'<div class="vv-scroll"><table class="vv-table">'
        f"<caption>{safe(texts('capacity.sources_caption', name=name))}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def _row(parameter: Parameter, figure: Figure, texts: Texts) -> str:
    ends = [written(texts, parameter, end) for end in (figure.low, figure.high) if end is not None]
    sure = texts(f"confidence.{figure.confidence}")
    if figure.derived:
        sure = f"{sure}, {texts('confidence.derived')}"
    cells = {
        "value": written(texts, parameter, figure.value),
        "unit": texts(f"unit.{parameter.unit}"),
        "range": texts("word.range", low=ends[0], high=ends[1]) if len(ends) == 2 else "",
        "confidence": sure,
        "source": figure.source.in_(texts.language),
    }
    ours = ' class="vv-ours"' if figure.confidence == "our assumption" else ""
    rest = "".join(f"<td{_class(column)}>{safe(cell)}</td>" for column, cell in cells.items())
    name = safe(texts(f"parameter.{parameter.id}"))
    return f'<tr{ours} data-parameter="{parameter.id}"><th scope="row">{name}</th>{rest}</tr>'


def _class(column: str) -> str:
    return ' class="vv-words"' if column in _WORDS else ""
