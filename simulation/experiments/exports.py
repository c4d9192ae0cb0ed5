"""Tables and figures that say where they come from: each holds its manifest, and the same bytes again.

A csv file holds the manifest in two last columns, the code in every row and all of it in the first,
because a comment above the header would trip every reader that was not told of it.
"""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
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
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula."""
_NOTE_HEIGHT = 16
"""Points below a figure for its code."""


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
    table = pd.read_csv(path, float_precision="round_trip")
    if MANIFEST not in table:
        raise ValueError(f"'{path.name}' holds no manifest")
    manifest = json.loads(table[MANIFEST].iloc[0]) if len(table) else {}
    return ReadTable(table.drop(columns=[CODE, MANIFEST]), manifest, {})


def write_figure(
    figure: "Figure | Picture", path: Path, manifest: Manifest, text_alternative: str
) -> None:
    """Write *figure* to *path*, by its ending as svg or png; the same arguments, the same bytes.

    Below the figure stands the code. *text_alternative* tells those who cannot see it what it shows; it
    goes into the file, as does the manifest. A :class:`~simulation.figures.Picture` has an SVG already
    and can be written as svg only. Raises :exc:`ValueError` for another ending.
    """
    write_whole(path, figure_bytes(figure, path.suffix, manifest, text_alternative))


def figure_bytes(
    figure: "Figure | Picture", ending: str, manifest: Manifest, text_alternative: str
) -> bytes:
    """Return what :func:`write_figure` writes in a file with *ending*."""
    from matplotlib.figure import Figure  # noqa: PLC0415 (takes a second to load)

    match ending, isinstance(figure, Figure):
        case ".svg", True:
            svg = _drawn(figure, manifest)  # type: ignore[arg-type]
            return _told(svg, manifest, text_alternative)
        case ".svg", False:
            return _told(figure.svg, manifest, text_alternative)  # type: ignore[union-attr]
        case ".png", True:
            return _png(figure, manifest, text_alternative)  # type: ignore[arg-type]
    allowed = ".svg or .png" if isinstance(figure, Figure) else ".svg: it is drawn already"
    raise ValueError(f"'{ending}' is no ending of this figure; it must be {allowed}")


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
            written[name] = written[name].map(_harmless)
    written[CODE] = manifest.code
    whole = [manifest.text, *[""] * (len(written) - 1)]
    written[MANIFEST] = whole[: len(written)]
    text = written.to_csv(index=False, lineterminator="\n")
    return text.encode()


def _harmless(value: object) -> object:
    """Return words that no spreadsheet takes for a formula; everything else as it is."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _drawn(figure: "Figure", manifest: Manifest) -> str:
    from matplotlib import rc_context  # noqa: PLC0415 (takes a second to load)

    paper = io.StringIO()
    with rc_context({"svg.hashsalt": manifest.code, "svg.fonttype": "none"}):
        figure.savefig(paper, format="svg", metadata={"Date": None, "Creator": None})
    drawn = paper.getvalue()
    drawn = re.sub(r"\s*<metadata>.*?</metadata>", "", drawn, flags=re.DOTALL)
    return drawn[drawn.index("<svg ") :].rstrip()


def _told(svg: str, manifest: Manifest, text_alternative: str) -> bytes:
    """Return *svg* as a file of its own, with its code below, its text alternative and its manifest."""
    size = re.search(r'viewBox="([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)"', svg)
    if size is None:
        raise ValueError("the figure's SVG has no viewBox, so there is no telling where it ends")
    left, top, width, height = map(float, size.groups())
    tall = height + _NOTE_HEIGHT
    box = f'viewBox="{left:g} {top:g} {width:g} {tall:g}"'
    opening, body = svg[: svg.index(">") + 1], svg[svg.index(">") + 1 :]
    opening = opening.replace(size[0], box).replace(' aria-hidden="true"', "")
    opening = re.sub(r' (width|height)="[^"]*"', "", opening)
    named = 'role="img" aria-labelledby="vejviser-title vejviser-desc"'
    opening = opening.replace("<svg ", f'<svg width="{width:g}pt" height="{tall:g}pt" {named} ', 1)
    note = (
        f'<text x="{left + width - 4:g}" y="{top + tall - 5:g}" text-anchor="end" '
        f'font-family="sans-serif" font-size="9" fill="#545b59">{_note(manifest)}</text>'
    )
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        opening,
        f'<title id="vejviser-title">{_note(manifest)}</title>',
        f'<desc id="vejviser-desc">{escape(text_alternative)}</desc>',
        f'<metadata id="vejviser-manifest">{escape(manifest.text, quote=False)}</metadata>',
        body.removesuffix("</svg>").strip("\n"),
        note,
        "</svg>",
        "",
    ]
    return "\n".join(parts).encode()


def _note(manifest: Manifest) -> str:
    return f"Vejviser {manifest.code}"


def _png(figure: "Figure", manifest: Manifest, text_alternative: str) -> bytes:
    from matplotlib import rc_context  # noqa: PLC0415 (takes a second to load)

    told = {
        "Title": _note(manifest),
        "Description": text_alternative,
        "Source": manifest.text,
        "Software": None,
    }
    paper = io.BytesIO()
    below = -_NOTE_HEIGHT / 72 / figure.get_figheight()
    note = figure.text(1, below, _note(manifest), ha="right", va="bottom", size=9, color="#545b59")
    note.set_in_layout(False)
    try:
        with rc_context({"savefig.bbox": None}):
            box = figure.bbox_inches.expanded(1, 1)
            box.y0 -= _NOTE_HEIGHT / 72
            figure.savefig(paper, format="png", dpi=150, metadata=told, bbox_inches=box)
    finally:
        note.remove()
    return paper.getvalue()
