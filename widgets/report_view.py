"""An edition of the leadership report as a page shows it: what stands in it, escaped, under real headings."""

from pathlib import Path

from data.export.report import Report, ReportFigure, ReportSection, ReportTable
from data.texts import Texts
from widgets.page import safe

_CSS = Path(__file__).parent / "static" / "leadership_report.css"


def report_html(report: Report, texts: Texts) -> str:
    """Return *report* as HTML."""
    mark = f'<p class="vv-notice vv-notice-look">{safe(report.mark)}</p>' if report.mark else ""
    facts = " · ".join(report.facts)
    head = f'<h2>{safe(report.title)}</h2>{mark}<p class="vv-saved">{safe(facts)}</p>'
    parts = "".join(_section(section, texts) for section in report.sections)
    return f'{_style()}<article class="vv-report">{head}{parts}</article>'


def _section(section: ReportSection, texts: Texts) -> str:
    inside = "".join(f"<p>{safe(words)}</p>" for words in section.lead)
    if section.points:
        points = "".join(f"<li>{safe(words)}</li>" for words in section.points)
        inside += f"<ul>{points}</ul>"
    if section.table is not None:
        inside += _table(section.table, words=section.detail)
    inside += "".join(_figure(figure, texts) for figure in section.figures)
    if section.detail:
        return f"<details><summary>{safe(section.title)}</summary>{inside}</details>"
    return f"<section><h3>{safe(section.title)}</h3>{inside}</section>"


def _table(table: ReportTable, *, words: bool = False) -> str:
    head = "".join(
        f'<th scope="col"{_number(table, place)}>{safe(name)}</th>'
        for place, name in enumerate(table.columns)
    )
    rows = "".join(
        f"<tr{_look(table, place)}>{_row(table, row)}</tr>" for place, row in enumerate(table.rows)
    )
    kind = "vv-report-words" if words else "vv-report-numbers"
    return (
        f'<div class="vv-scroll" tabindex="0" role="region" aria-label="{safe(table.caption)}">'
        f'<table class="vv-table {kind}"><caption>{safe(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(table: ReportTable, row: tuple[str, ...]) -> str:
    cells = "".join(
        f"<td{_number(table, place)}>{safe(words)}</td>"
        for place, words in enumerate(row[1:], start=1)
    )
    return f'<th scope="row">{safe(row[0])}</th>{cells}'


def _number(table: ReportTable, place: int) -> str:
    return ' class="vv-report-number"' if place in table.numbers else ""


def _look(table: ReportTable, place: int) -> str:
    return ' class="vv-look"' if place in table.look else ""


def _figure(figure: ReportFigure, texts: Texts) -> str:
    svg = figure.drawn("svg").decode("utf-8")
    behind = ReportTable(figure.title, figure.columns, figure.rows, (1, 2))
    return (
        f'<section data-indicator="{safe(figure.id)}"><h4>{safe(figure.title)}</h4>'
        f'<figure class="vv-figure" role="img" aria-label="{safe(figure.alternative)}">{svg}</figure>'
        f"<p>{safe(figure.said)}</p><details><summary>{safe(texts('leadership.table'))}</summary>"
        f"{_table(behind)}</details></section>"
    )


def _style() -> str:
    return f"<style>{_CSS.read_text(encoding='utf-8')}</style>"
