"""A comparison as HTML: in words, then what differs, what each scenario brings, who is best how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.page import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.texts import Texts
    from simulation.experiments.side_by_side import Cell, InShort, Line, SideBySide


_JOINER = "\N{WORD JOINER}"


def comparison_html(read: SideBySide, texts: Texts) -> str:
    """Return everything that is said of a comparison, but for its figure."""
    said = "".join(_short(one) for one in read.short)
    best = "".join(f"<p>{safe(sentence)}</p>" for sentence in read.best)
    notes = "".join(f"<p>{safe(sentence)}</p>" for sentence in read.notes)
    return "".join(
        (
            f"<h2>{safe(texts('compare.answer'))}</h2>",
            f'<div class="vv-answer vv-compared">{said}{best}</div>',
            _settings(read, texts),
            _numbers(read, texts),
            _winners(read, texts),
            f'<div class="vv-control-note">{notes}</div>',
        )
    )


def _short(one: InShort) -> str:
    parts = "".join(f"<li>{safe(part)}.</li>" for part in one.parts)
    return f"<p><strong>{safe(one.lead)}</strong></p><ul>{parts}</ul>"


def _settings(read: SideBySide, texts: Texts) -> str:
    rows = []
    for one in read.settings:
        cells = "".join(
            f'<td class="vv-words{" vv-changed" if changed else ""}">{safe(value)}</td>'
            for value, changed in zip(one.values, one.changed, strict=True)
        )
        rows.append(
            f'<tr data-field="{one.field}"><th scope="row">{safe(one.label)}</th>{cells}</tr>'
        )
    return _table("settings", texts("compare.settings"), texts("compare.input"), read.names, rows)


def _numbers(read: SideBySide, texts: Texts) -> str:
    rows = [_number_row(line) for line in read.lines]
    return _table("numbers", texts("compare.numbers"), texts("compare.number"), read.names, rows)


def _number_row(line: Line) -> str:
    cells = "".join(f"<td>{_cell(cell)}</td>" for cell in line.cells)
    label = f'{safe(line.label)}<span class="vv-quiet">{safe(line.of)}</span>'
    return f'<tr data-measure="{line.measure}"><th scope="row">{label}</th>{cells}</tr>'


def _cell(cell: Cell) -> str:
    kind = f" vv-{cell.judged}" if cell.judged in {"better", "worse"} else ""
    parts = [
        f'<span class="vv-lead-number">{_unbroken(cell.lead)}</span>',
        f'<span class="vv-quiet">{_unbroken(cell.mean)}</span>',
        f'<span class="vv-change{kind}">{_unbroken(cell.change)}</span>' if cell.change else "",
        f'<span class="vv-quiet">{safe(cell.beats)}</span>' if cell.beats else "",
    ]
    return "".join(parts)


def _unbroken(words: str) -> str:
    """Return *words* for a narrow column, in which no range is torn at its dash."""
    return safe(words).replace("–", f"{_JOINER}–{_JOINER}")


def _winners(read: SideBySide, texts: Texts) -> str:
    rows = []
    for one in read.winners:
        cells = "".join(f"<td>{_unbroken(share)}</td>" for share in (*one.alone, one.shared))
        rows.append(
            f'<tr data-measure="{one.measure}"><th scope="row">{safe(one.label)}</th>{cells}</tr>'
        )
    names = (*read.names, texts("compare.shared"))
    return _table("winners", texts("compare.winners"), texts("compare.number"), names, rows)


def _table(kind: str, caption: str, first: str, names: Iterable[str], rows: Iterable[str]) -> str:
    words = ' class="vv-words"' if kind == "settings" else ""
    head = "".join(f'<th scope="col"{words}>{safe(name)}</th>' for name in names)
    return (
        f'<div class="vv-scroll" tabindex="0" role="group" aria-label="{safe(caption)}">'
        f'<table class="vv-table vv-side-by-side" data-table="{kind}"><caption>{safe(caption)}</caption>'
        f'<thead><tr><th scope="col">{safe(first)}</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
