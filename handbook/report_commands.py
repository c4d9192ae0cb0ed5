"""The command ``vejviser report``: an edition of the leadership report, as a file."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handbook.command_line import DataFolder, Lang, refuse
from handbook.record_terminal import begin, opened_store, refusing

if TYPE_CHECKING:
    from data.export.report import Report, ReportSection
    from data.indicators import Edition
    from data.periods import Period
    from data.texts import Texts


class Reader(StrEnum):
    """For whom it is."""

    leader = "leader"
    director = "director"
    politician = "politician"


def report(
    period: Annotated[
        str, typer.Argument(metavar="PERIOD", help="A quarter such as 2027-1, or a year: 2027.")
    ],
    out: Annotated[
        Path, typer.Argument(metavar="FILE", help="The report: a .pdf, .docx or .xlsx file.")
    ],
    *,
    reader: Annotated[
        Reader, typer.Option("--for", help="For the leaders, the director or the politicians.")
    ] = Reader.leader,
    exercise: Annotated[
        bool, typer.Option("--exercise", help="Made-up numbers, marked so, to see what it is like.")
    ] = False,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Write the leadership report of a quarter or a year.

    The edition is made the first time, from the checklists that are there, and then stays as it is: wait
    until those of the period are written. All three readers are shown the same edition. Small numbers are
    hidden.

      vejviser report 2027-1 report.pdf --for politician
      vejviser report 2026 report.docx --exercise

    Exit status: 0 done; 2 refused, with a sentence.
    """
    texts = begin(lang, data_folder)
    wanted = _period(period, texts)
    write = _writer(out, texts)
    edition = _edition(wanted, exercise, texts)
    from simulation.leadership_report import leadership_report  # noqa: PLC0415 (slow)

    made = leadership_report(edition, reader.value, texts, expected=_expected(edition, texts))
    content = write(made, texts)
    try:
        # What is there may be a report that somebody wrote on.
        with out.expanduser().open("xb") as file:
            file.write(content)
    except FileExistsError:
        refuse(texts("leadership.file_there", file=out))
    except OSError as error:
        refuse(texts("leadership.file_not_written", file=out, why=error.strerror))
    typer.echo(texts("leadership.file_written", file=out, number=edition.number))


def _period(words: str, texts: "Texts") -> "Period":
    from data.indicators import period_in_words  # noqa: PLC0415 (slow)
    from data.meeting_calendar import danish_today  # noqa: PLC0415 (slow)
    from data.periods import read_period  # noqa: PLC0415 (slow)

    found = read_period(words)
    if found is None:
        refuse(texts("leadership.wrong_period", period=words))
    if found.last >= danish_today():
        name = period_in_words(found, texts)
        refuse(texts("leadership.too_early", period=name, date=texts.date(found.last)))
    return found


def _writer(out: Path, texts: "Texts") -> "Callable[[Report, Texts], bytes]":
    from data.export.report import report_document  # noqa: PLC0415 (slow)
    from data.export.report_pdf import report_pdf  # noqa: PLC0415 (slow)
    from data.export.report_workbook import report_workbook  # noqa: PLC0415 (slow)

    writers = {".docx": report_document, ".pdf": report_pdf, ".xlsx": report_workbook}
    write = writers.get(out.suffix.casefold())
    if write is None:
        refuse(texts("leadership.wrong_file", file=out, allowed=", ".join(writers)))
    return write


def _edition(period: "Period", exercise: bool, texts: "Texts") -> "Edition":
    if exercise:
        from data.samples.report import sample_edition  # noqa: PLC0415 (slow)

        return sample_edition(period)
    from data.indicators import make_edition  # noqa: PLC0415 (slow)
    from data.indicators.kept import SUBJECT  # noqa: PLC0415 (slow)

    with refusing(texts), opened_store() as store:
        made = make_edition(store, period)
        store.note("export", SUBJECT, f"vejviser report {period.id}")
        return made


def _expected(edition: "Edition", texts: "Texts") -> "tuple[ReportSection, ...]":
    """Return what decisions expected beside what *edition* tells; none of decisions where it is made up."""
    if edition.exercise:
        return ()
    from simulation.experiments.expected_in_report import (  # noqa: PLC0415 (slow)
        expected_beside_happened,
    )

    with refusing(texts), opened_store() as store:
        return expected_beside_happened(store, edition, texts)
