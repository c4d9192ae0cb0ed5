"""Opens an uploaded file and takes out what its cells hold, without trusting it.

A file may be large, packed to burst, encrypted, broken or something else than its name says. It is
measured before it is opened, and whatever is wrong with it as a whole is refused at once.
"""

import csv
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, cast
from zipfile import BadZipFile, ZipFile

from data.case_list.cells import LONGEST, Odd, Value, as_text, clean, folded, personal, shown
from data.case_list.faults import CaseListError, refusal

# openpyxl takes a tenth of a second to import, so it is imported only once a workbook is read.
if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

LARGEST = 5_000_000
"""Bytes that a file may have."""
MOST_ROWS = 20_000
"""Rows that a sheet may have below its headings."""
_MOST_CELLS = 2_000_000
_LARGEST_UNPACKED = 50_000_000
_MOST_PARTS = 200
_TIGHTEST = 100
"""Times smaller than unpacked that a file or a large part of it may be; lists are some ten times."""
_LARGE_PART = 1_000_000
_LAST_ROW = 1_048_576
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BYTE_ORDER = (b"\xff\xfe", b"\xfe\xff")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3}\d{1,7})"')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_SEPARATORS = (";", "\t", ",")


class Upload(NamedTuple):
    """A file that somebody uploaded and that lies on no disk."""

    name: str
    content: bytes


Source = str | Path | Upload
"""A path, or an upload."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank."""

    number: int
    """As the user sees it: the row of the sheet, or the line of the csv file."""
    cells: dict[int, Value]
    """The cells that are not blank, by their column from 0."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet; a csv file is one without a name."""

    name: str
    rows: tuple[Row, ...]
    merged: tuple[tuple[str, int, str], ...] = ()
    """Merged cells: letters and number of the first, and the last, as in ``("B", 3, "C3")``."""

    @property
    def title(self) -> str:
        """The name as a fault shows it."""
        return shown(self.name)

    def letter(self, column: int) -> str:
        """Return the letters of *column*; empty in a csv file, where nobody sees any."""
        if not self.name:
            return ""
        from openpyxl.utils import get_column_letter  # noqa: PLC0415

        return get_column_letter(column + 1)


def read_sheets(source: Source) -> tuple[Sheet, ...]:
    """Return the sheets of *source*.

    Raises :exc:`~data.case_list.faults.CaseListError` where the file as a whole cannot be used.
    """
    name, content = _content(source)
    ending = Path(name).suffix.casefold()
    if personal(name):
        raise refusal("case_list.personal_file_name", name=shown(name))
    if content.startswith(_OLE):
        raise refusal("case_list.encrypted" if _ENCRYPTED in content else "case_list.old_excel")
    if ending == ".xls":
        raise refusal("case_list.old_excel")
    if ending not in {".csv", ".xlsx"}:
        raise refusal("case_list.wrong_ending", ending=shown(ending or name))
    if not content.strip():
        raise refusal("case_list.empty_file")
    if content.startswith(_ZIP) != (ending == ".xlsx"):
        raise refusal("case_list.not_what_it_says", ending=ending)
    return _workbook(content) if ending == ".xlsx" else (_csv(content),)


def _content(source: Source) -> tuple[str, bytes]:
    if isinstance(source, Upload):
        name, content = source
    else:
        path = Path(source)
        name = path.name
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise refusal("case_list.cannot_open", name=shown(name), reason=reason) from None
    if len(content) > LARGEST:
        raise refusal("case_list.too_large", limit=LARGEST // 1_000_000)
    return name, content


def _csv(content: bytes) -> Sheet:
    text = _decoded(content)
    if found := _CONTROL.search(text):
        raise refusal("case_list.not_text", 1 + len(_LINE_END.findall(text[: found.start()])))
    skipped = 0
    hint = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    if hint:
        text, skipped = text[hint.end() :], 1
    separator = hint[1] if hint else _separator(text)
    lines = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    number = 1
    try:
        for line in lines:
            cells = {column: cell for column, cell in enumerate(line) if clean(cell)}
            if cells:
                rows.append(Row(number + skipped, dict(cells)))
            _measure(rows)
            number = lines.line_num + 1
    except csv.Error:
        raise refusal("case_list.broken_quotes", number + skipped) from None
    return Sheet("", tuple(rows))


def _separator(text: str) -> str:
    """Return the separator that the first line with words is written with."""
    first = next((line for line in text.splitlines() if clean(line)), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_SEPARATORS, key=bare.count)


def _decoded(content: bytes) -> str:
    """Return *content* as text: UTF-8, Windows' own, or UTF-16 where it says so; never a mixture."""
    if content.startswith(_BYTE_ORDER):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise refusal("case_list.not_text", 1) from None
    kinds: dict[str, int] = {}
    for row, line in enumerate(content.splitlines(), start=1):
        if line.isascii():
            continue
        kind = "utf-8" if _is_utf8(line) else "cp1252"
        kinds.setdefault(kind, row)
    if len(kinds) > 1:
        row = max(kinds.values())
        kind = next(kind for kind, first in kinds.items() if first == row)
        value = shown(content.splitlines()[row - 1].decode(kind, errors="replace"))
        raise refusal("case_list.mixed_encodings", row, value=value)
    if "cp1252" not in kinds:
        return content.decode("utf-8-sig")
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("cp1252")
        raise refusal("case_list.not_text", 1 + len(_LINE_END.findall(before))) from None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _workbook(content: bytes) -> tuple[Sheet, ...]:
    _measure_parts(content)
    try:
        return tuple(_read_workbook(content))
    except CaseListError:
        raise
    except Exception:  # noqa: BLE001 - a broken part leads openpyxl to whatever error there is
        raise refusal("case_list.broken") from None


def _measure_parts(content: bytes) -> None:
    """Refuse a workbook that unpacks to too much, before anything of it is unpacked.

    What a part says of its own size can be relied on: ``zipfile`` reads no further.
    """
    try:
        with ZipFile(BytesIO(content)) as parts:
            entries = parts.infolist()
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        raise refusal("case_list.broken") from None
    if any(entry.flag_bits & 1 for entry in entries):
        raise refusal("case_list.encrypted")
    unpacked = sum(entry.file_size for entry in entries)
    tight = unpacked > _TIGHTEST * len(content) or any(
        entry.file_size > max(_LARGE_PART, _TIGHTEST * entry.compress_size) for entry in entries
    )
    if tight or len(entries) > _MOST_PARTS or unpacked > _LARGEST_UNPACKED:
        raise refusal("case_list.bomb", limit=_LARGEST_UNPACKED // 1_000_000)


def _read_workbook(content: bytes) -> Iterator[Sheet]:
    from openpyxl import load_workbook  # noqa: PLC0415

    with ZipFile(BytesIO(content)) as parts:
        for part in parts.namelist():
            with parts.open(part) as file:
                # Nothing that is a workbook defines entities, which can be made to burst.
                if _defines_types(file):
                    raise refusal("case_list.broken")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and rules that we do not need
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            for sheet in cast("list[ReadOnlyWorksheet]", book.worksheets):
                yield _sheet(sheet, content)
        finally:
            book.close()


def _defines_types(file: IO[bytes]) -> bool:
    """Look through all of *file*, in whichever alphabet: a comment before it may be of any length."""
    end = b""
    while some := file.read(1_000_000):
        text = end + some.replace(b"\0", b"")
        if b"<!DOCTYPE" in text:
            return True
        end = text[-8:]
    return False


def _sheet(sheet: "ReadOnlyWorksheet", content: bytes) -> Sheet:
    # What a sheet says of its own size may be wrong, and openpyxl would read no further.
    sheet.reset_dimensions()
    rows: list[Row] = []
    seen = 0
    for number, line in enumerate(sheet.rows, start=1):
        seen += len(line)
        if number > _LAST_ROW or seen > _MOST_CELLS:
            raise refusal("case_list.too_many_rows", limit=MOST_ROWS)
        cells = {
            column: _value(cell.value, cell.data_type)
            for column, cell in enumerate(line)
            if cell.value is not None
        }
        cells = {column: value for column, value in cells.items() if clean(value)}
        if cells:
            rows.append(Row(number, cells))
            _measure(rows)
    return Sheet(sheet.title, tuple(rows), tuple(_merged(sheet, content)))


def _value(value: object, kind: str) -> Value:
    if kind == "f":
        return Odd("case_list.formula", str(getattr(value, "text", None) or value))
    return Odd("case_list.error_value", str(value)) if kind == "e" else value


def _merged(sheet: "ReadOnlyWorksheet", content: bytes) -> Iterator[tuple[str, int, str]]:
    """Find merged cells, which openpyxl leaves out when it only reads."""
    with ZipFile(BytesIO(content)) as parts:
        text = parts.read(sheet._worksheet_path)  # type: ignore[attr-defined]
    for match in _MERGED.finditer(text):
        yield match[1].decode(), int(match[2]), match[3].decode()


def _measure(rows: list[Row]) -> None:
    if len(rows) > MOST_ROWS + 1:
        raise refusal("case_list.too_many_rows", limit=MOST_ROWS)


def too_long(value: Value) -> bool:
    """Tell whether a cell holds more than anything in a list needs."""
    return len(as_text(value)) > LONGEST


def by_name(sheets: tuple[Sheet, ...], names: set[str]) -> list[Sheet]:
    """Return the sheets that bear one of the *names* (folded)."""
    return [sheet for sheet in sheets if folded(sheet.name) in names]
