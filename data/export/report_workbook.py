"""The leadership report as an Excel workbook: a sheet for each part that has a table or a figure."""

from collections.abc import Iterator

from data.export.numbers_workbook import Row, Sheet, numbers_workbook
from data.export.report import Report, ReportFigure, ReportSection
from data.texts import Texts


def report_workbook(report: Report, texts: Texts) -> bytes:
    """Return *report* as the bytes of an xlsx file. The same arguments give the same bytes.

    Numbers stand as they are told, in words: a hidden one is no number, and a range is not its middle.
    """
    return numbers_workbook(report.title, report.mark, [*_sheets(report, texts)])


def _sheets(report: Report, texts: Texts) -> Iterator[Sheet]:
    facts = report.facts
    charts: list[ReportFigure] = []
    read = texts("leadership.read")
    yield Sheet(texts("leadership.sheet_summary"), facts, (read,), _summary(report), wide=(0,))
    for section in report.sections:
        if section.table is not None:
            table = section.table
            rows = [Row(row) for row in table.rows]
            yield Sheet(section.title, (table.caption, *section.lead), table.columns, rows)
        charts += section.figures
    if charts:
        heads = (texts("leadership.column_indicator"), *charts[0].columns)
        rows = [Row((figure.title, *row)) for figure in charts for row in figure.rows]
        yield Sheet(texts("leadership.sheet_over_time"), facts, heads, rows)


def _summary(report: Report) -> list[Row]:
    found = []
    for section in report.sections:
        found += [Row((words,)) for words in _words(section)]
    return found


def _words(section: ReportSection) -> Iterator[str]:
    if section.lead or section.points:
        yield section.title
    yield from section.lead
    yield from section.points
