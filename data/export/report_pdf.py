"""The leadership report as a tagged PDF (PDF/UA-1): read aloud, searched and enlarged.

Every word goes to Typst as data, never as its markup, so that nothing that somebody typed becomes a command.
The only fonts are those handed over, so that the same report gives the same bytes on every machine.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.export.characters import holdable
from data.export.report import Report, ReportFigure, ReportSection
from data.texts import Texts

if TYPE_CHECKING:
    from typst import Fonts

MIME = "application/pdf"
FONT = "DejaVu Sans"
"""The font of figures and text."""


def report_pdf(report: Report, texts: Texts) -> bytes:
    """Return *report* as the bytes of a tagged PDF. The same arguments give the same bytes."""
    import typst  # noqa: PLC0415 (thirty megabytes)

    script = files("data").joinpath("export", "report.typ").read_bytes()
    content = json.dumps(_content(report, texts), ensure_ascii=False)
    made: bytes = typst.compile(
        script,
        format="pdf",
        pdf_standards="ua-1",
        sys_inputs={"content": content},
        font_paths=_fonts(),
    )
    return made


def _fonts() -> "Fonts":
    """Return the fonts that Matplotlib brings, and no other."""
    import typst  # noqa: PLC0415 (slow)
    from matplotlib import get_data_path  # noqa: PLC0415 (slow to load)

    folder = Path(get_data_path()) / "fonts" / "ttf"
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )


@cache
def _signs() -> frozenset[int]:
    """Return the signs that each weight of the font can show."""
    from matplotlib import get_data_path  # noqa: PLC0415 (slow to load)
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415 (slow to load)

    folder = Path(get_data_path()) / "fonts" / "ttf"
    maps = [
        FT2Font(folder / name).get_charmap() for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
    ]
    return frozenset(maps[0]) & frozenset(maps[1])


def _shown(words: str) -> str:
    """Return *words* in signs that the font has; of another its number stands there.

    A sign without a picture is no accessible text, and Typst refuses it.
    """
    known = _signs()
    signs = (
        each
        if each == "\n" or (ord(each) in known and (each.isprintable() or each.isspace()))
        else f"⟨U+{ord(each):04X}⟩"
        for each in holdable(words)
    )
    return "".join(signs)


def _content(report: Report, texts: Texts) -> dict[str, Any]:
    return {
        "title": _shown(report.title),
        "language": report.language,
        "mark": _shown(report.mark),
        "facts": [_shown(words) for words in report.facts],
        "tool": texts("export.tool"),
        "page": texts("export.page"),
        "sections": [_section(section) for section in report.sections],
    }


def _section(section: ReportSection) -> dict[str, Any]:
    table = section.table
    return {
        "title": _shown(section.title),
        "lead": _held(section.lead),
        "points": _held(section.points),
        "table": None
        if table is None
        else {
            "columns": _held(table.columns),
            "rows": [_held(row) for row in table.rows],
            "numbers": list(table.numbers),
            "look": list(table.look),
        },
        "figures": [_figure(figure) for figure in section.figures],
    }


def _figure(figure: ReportFigure) -> dict[str, Any]:
    svg = figure.drawn("svg").decode("utf-8")
    return {
        "title": _shown(figure.title),
        "alternative": _shown(figure.alternative),
        "said": _shown(figure.said),
        # The page names no font; here there is one.
        "svg": svg.replace("sans-serif", f"'{FONT}'"),
    }


def _held(words: Sequence[str]) -> list[str]:
    return [_shown(each) for each in words]
