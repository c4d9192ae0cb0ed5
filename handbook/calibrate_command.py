"""The command ``vejviser calibrate``: a municipality's own numbers from its checklists, beside ours.

On a server the numbers can only be estimated by whoever may read all cases, which is the owner of the
database. Everybody else uses on the page what this command has kept.
"""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from handbook.command_line import DataFolder, Lang, refuse
from handbook.record_terminal import begin, opened_store, refusing

if TYPE_CHECKING:
    from data.texts import Texts
    from simulation.calibration.calibration import Calibration


def calibrate(
    size: Annotated[
        str, typer.Argument(metavar="SIZE", help="Ours to compare with: small, medium or large.")
    ] = "medium",
    *,
    lang: Lang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Estimate a municipality's own numbers from its checklists.

    They are kept for a year. Each is shown with its 95 % interval beside ours, and which of the two is
    used. The page *Tal fra tjeklisterne* shows the same.

    Exit status: 0 done; 2 refused, with a sentence.
    """
    texts = begin(lang, data_folder)
    from data.meeting_calendar import danish_today  # noqa: PLC0415 (slow)
    from data.presets import PRESETS  # noqa: PLC0415 (slow)
    from simulation.calibration.kept_calibration import calibration_of  # noqa: PLC0415 (slow)
    from simulation.scenario import Scenario  # noqa: PLC0415 (slow)

    if size not in PRESETS:
        refuse(texts("calibration.wrong_size", size=size, allowed=", ".join(PRESETS)))
    with refusing(texts), opened_store() as store:
        found = calibration_of(store, Scenario.preset(size), danish_today())
    if found.calibration is None:
        refuse(texts(f"calibration.{found.why}"))
    _tell(found.calibration, size, texts)


def _tell(calibration: "Calibration", size: str, texts: "Texts") -> None:
    from data.presets import read_preset  # noqa: PLC0415 (slow)
    from simulation.calibration.calibration_words import lines_in_words  # noqa: PLC0415 (slow)
    from simulation.calibration.kept_calibration import next_calibration  # noqa: PLC0415 (slow)

    first, last = texts.date(calibration.first), texts.date(calibration.last)
    typer.echo(texts("calibration.period", first=first, last=last))
    table = Table(
        *(texts(f"calibration.column.{name}") for name in ("quantity", "own", "ours", "verdict"))
    )
    for line in lines_in_words(calibration, read_preset(size), texts):
        table.add_row(line.name, line.own, line.ours, line.verdict)
    Console().print(table, markup=False)
    typer.echo(texts("calibration.next", day=texts.date(next_calibration(calibration))))
