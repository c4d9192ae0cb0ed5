"""Tables and figures that say where they come from: each holds its manifest, and the same bytes again.

A csv file holds the manifest in two last columns, the code in every row and all of it in the first,
because a comment above the header would trip every reader that was not told of it.
"""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.experiments.manifest import Manifest
from simulation.experiments.whole_file import write_whole

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from simulation.figures import Picture

CODE = "code"
MANIFEST = "manifest"
"""The two columns that a csv file has besides those of its table."""
MANIFEST_KEY, CODE_KEY = b"vejviser.manifest", b"vejviser.code"
"""The keys of a parquet file's metadata; a column's is ``description``."""
_SVG_ID = "vejviser-manifest"
"""The id of the element of a figure that holds the manifest."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula."""
_NOTE_HEIGHT = 16
"""Points below a figure for its code."""
_NOTE_SIZE = 9
_QUIET = "#545b59"
_DOTS = 150
"""Dots an inch of a PNG."""


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table as it was read back."""

    table: "pd.DataFrame"
    manifest: Mapping[str, Any]
    """The manifest in the file, ``code`` among its keys; empty where a csv file has no row."""
    columns: Mapping[str, str]
    """What each column is, with its unit; empty for csv."""


def write_table(
    table: "pd.DataFrame", path: Path, manifest: Manifest, columns: Mapping[str, str]
) -> None:
    """Write *table* to *path*, by its ending as parquet or as csv; the same arguments, the same bytes.

    *columns* says of each column what it is and its unit; the index is not written. Raises
    :exc:`ValueError` for another ending, a column that *columns* does not know, or one that is named
    as the columns of the manifest.
    """
    write_whole(path, table_bytes(table, path.suffix, manifest, columns))


def table_bytes(
    table: "pd.DataFrame", ending: str, manifest: Manifest, columns: Mapping[str, str]
) -> bytes:
    """Return what :func:`write_table` writes in a file with *ending*."""
    for name in table.columns:
        if name not in columns:
            raise ValueError(f"column '{name}' is not described; say in columns what it is")
        if name in {CODE, MANIFEST}:
            raise ValueError(f"column '{name}' has the name of a column of the manifest; rename it")
    match ending:
        case ".parquet":
            return _parquet(table, manifest, columns)
        case ".csv":
            return _csv(table, manifest)
    raise ValueError(f"'{ending}' is no ending of a table; it must be .parquet or .csv")


def read_table(path: Path) -> ReadTable:
    """Return the table in *path* with its manifest; the columns of the manifest are taken off.

    Raises :exc:`ValueError` for a file without a manifest and one that is neither parquet nor csv.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)
    from pyarrow import parquet  # noqa: PLC0415 (the same)

    if path.suffix == ".parquet":
        whole = parquet.read_table(path)
        told = whole.schema.metadata or {}
        if MANIFEST_KEY not in told:
            raise ValueError(f"'{path.name}' holds no manifest")
        columns = {
            field.name: (field.metadata or {}).get(b"description", b"").decode()
            for field in whole.schema
        }
        return ReadTable(whole.to_pandas(), json.loads(told[MANIFEST_KEY]), columns)
    if path.suffix != ".csv":
        raise ValueError(f"'{path.suffix}' is no ending of a table; it must be .parquet or .csv")
    table = pd.read_csv(path)
    if MANIFEST not in table:
        raise ValueError(f"'{path.name}' holds no manifest")
    manifest = json.loads(table[MANIFEST].iloc[0]) if len(table) else {}
    return ReadTable(table.drop(columns=[CODE, MANIFEST]), manifest, {})


def write_figure(
    figure: "Figure | Picture", path: Path, manifest: Manifest, text_alternative: str
) -> None:
    """Write *figure* to *path*, by its ending as svg or png; the same arguments, the same bytes.

    Below the figure stands the code. *text_alternative* tells those who cannot see it what it shows; it
    goes into the file, as does the manifest. A :class:`~simulation.figures.Picture` is drawn with its
    title. Raises :exc:`ValueError` for another ending.
    """
    write_whole(path, figure_bytes(figure, path.suffix, manifest, text_alternative))


def figure_bytes(
    figure: "Figure | Picture", ending: str, manifest: Manifest, text_alternative: str
) -> bytes:
    """Return what :func:`write_figure` writes in a file with *ending*."""
    if ending not in {".svg", ".png"}:
        raise ValueError(f"'{ending}' is no ending of a figure; it must be .svg or .png")
    from matplotlib.figure import Figure  # noqa: PLC0415 (takes a second to load)

    drawn = figure if isinstance(figure, Figure) else figure.figure()
    write = _svg if ending == ".svg" else _png
    return write(drawn, manifest, text_alternative)


def manifest_in(path: Path) -> Mapping[str, Any]:
    """Return the manifest in a figure or table of ours, ``code`` among its keys.

    Empty where a csv file has no row. Raises :exc:`ValueError` for a file without a manifest and for an
    ending other than .parquet, .csv, .svg and .png, and :exc:`OSError` where it cannot be read.
    """
    match path.suffix:
        case ".svg":
            drawn = path.read_text(encoding="utf-8")
            found = re.search(rf'<metadata id="{_SVG_ID}">(.*?)</metadata>', drawn, re.DOTALL)
            told = unescape(found[1]) if found else ""
        case ".png":
            from PIL import Image  # noqa: PLC0415 (comes with Matplotlib; seldom asked for)

            with Image.open(path) as picture:
                told = picture.info.get("Source", "")
        case _:
            return read_table(path).manifest
    if not told.startswith("{"):
        raise ValueError(f"'{path.name}' holds no manifest")
    manifest: Mapping[str, Any] = json.loads(told)
    return manifest


def _parquet(table: "pd.DataFrame", manifest: Manifest, columns: Mapping[str, str]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 (slow to import, and only tables need it)
    from pyarrow import parquet  # noqa: PLC0415 (the same)

    whole = pa.Table.from_pandas(table, preserve_index=False)
    described = [
        field.with_metadata({b"description": columns[field.name].encode()})
        for field in whole.schema
    ]
    told = {MANIFEST_KEY: manifest.text.encode(), CODE_KEY: manifest.code.encode()}
    schema = pa.schema(described, metadata=(whole.schema.metadata or {}) | told)
    file = io.BytesIO()
    parquet.write_table(whole.cast(schema), file, compression="zstd")
    return file.getvalue()


def _csv(table: "pd.DataFrame", manifest: Manifest) -> bytes:
    import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

    written = table.copy()
    for name in written.columns:
        if not pd.api.types.is_numeric_dtype(written[name]):
            written[name] = written[name].map(harmless)
    written[CODE] = manifest.code
    whole = [manifest.text, *[""] * (len(written) - 1)]
    written[MANIFEST] = whole[: len(written)]
    text = written.to_csv(index=False, lineterminator="\n")
    return text.encode()


def harmless(value: object) -> object:
    """Return words that no spreadsheet takes for a formula; everything else as it is."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _svg(figure: "Figure", manifest: Manifest, text_alternative: str) -> bytes:
    from matplotlib import rc_context  # noqa: PLC0415 (takes a second to load)
    from matplotlib.colors import to_hex  # noqa: PLC0415 (the same)

    paper = io.StringIO()
    with rc_context({"svg.hashsalt": manifest.code, "svg.fonttype": "none"}):
        figure.savefig(paper, format="svg", metadata={"Date": None, "Creator": None})
    drawn = re.sub(r"\s*<metadata>.*?</metadata>", "", paper.getvalue(), flags=re.DOTALL)
    body = drawn[drawn.index(">", drawn.index("<svg ")) + 1 : drawn.rindex("</svg>")].strip("\n")
    width, height = (72 * inches for inches in figure.get_size_inches())
    tall = height + _NOTE_HEIGHT
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width:g}pt" height="{tall:g}pt" viewBox="0 0 {width:g} {tall:g}" version="1.1" '
        'role="img" aria-labelledby="vejviser-title vejviser-desc">',
        f'<title id="vejviser-title">{escape(_title(figure, manifest))}</title>',
        f'<desc id="vejviser-desc">{escape(text_alternative)}</desc>',
        f'<metadata id="{_SVG_ID}">{escape(manifest.text, quote=False)}</metadata>',
        f'<rect y="{height:g}" width="{width:g}" height="{_NOTE_HEIGHT}" '
        f'fill="{to_hex(figure.get_facecolor())}"/>',
        body,
        f'<text x="{width - 6:g}" y="{tall - 5:g}" text-anchor="end" font-family="sans-serif" '
        f'font-size="{_NOTE_SIZE}" fill="{_QUIET}">{_note(manifest)}</text>',
        "</svg>",
        "",
    ]
    return "\n".join(parts).encode()


def _png(figure: "Figure", manifest: Manifest, text_alternative: str) -> bytes:
    from matplotlib.transforms import Bbox  # noqa: PLC0415 (takes a second to load)

    told = {
        "Title": _title(figure, manifest),
        "Description": text_alternative,
        "Source": manifest.text,
        "Software": None,
    }
    width, height = figure.get_size_inches()
    below = _NOTE_HEIGHT / 72
    note = figure.text(
        1 - 6 / 72 / width,
        -below / height * 0.7,
        _note(manifest),
        ha="right",
        size=_NOTE_SIZE,
        color=_QUIET,
    )
    note.set_in_layout(False)
    paper = io.BytesIO()
    try:
        whole = Bbox([[0, -below], [width, height]])
        figure.savefig(paper, format="png", dpi=_DOTS, metadata=told, bbox_inches=whole)
    finally:
        note.remove()
    return paper.getvalue()


def _title(figure: "Figure", manifest: Manifest) -> str:
    """Return the title that stands above *figure*, if any, and its code."""
    above = " ".join(figure.get_suptitle().split())
    return f"{above} ({_note(manifest)})" if above else _note(manifest)


def _note(manifest: Manifest) -> str:
    return f"Vejviser {manifest.code}"
