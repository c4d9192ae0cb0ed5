"""A workbook to fill in with a municipality's own figures: every number with what we say of it.

All but the cells to fill in is locked, so that nothing is changed by a slip; what is typed there is
checked by the spreadsheet too, and again when it is read. No cell holds a formula.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from data.case_list.sheets import LARGEST
from data.export.xlsx import MADE, OPTIONS
from data.own_figures.cells import LONGEST_NAME, LONGEST_SOURCE, is_share
from data.own_figures.entries import OwnFigures, asked
from data.own_figures.reading import LAYOUT, NAME, PRESET
from data.presets import ROLES, Figure, Parameter, Plain, Preset, read_preset
from data.texts import Texts

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = {"name": 40, "unit": 24, "ours": 20, "own": 20, "own_source": 40, "allowed": 28}
_WIDTHS |= {"range": 20, "confidence": 18, "source": 60, "meaning": 60, "code": 30}
_SECTION, _OWN, _LINE = "#E6EFEE", "#FFF7E0", "#D0D0D0"
_CELL = {"valign": "top", "text_wrap": True, "bottom": 1, "bottom_color": _LINE}
_OPEN = {**_CELL, "locked": False, "bg_color": _OWN}
_PASSWORD = ""
"""None: the lock is against slips, and a municipality may open its own file."""


def write_own_figures(texts: Texts, preset: str, own: OwnFigures | None = None) -> bytes:
    """Return a workbook to fill in, in the language of *texts*, as bytes of xlsx.

    Beside each number stands what *preset* says, with unit, bounds, range, source and confidence.
    :func:`~data.own_figures.reading.read_own_figures` reads it. Where *own* is given its figures are
    filled in, so that they can be put right and read again. The same arguments give the same bytes.

    Raises :exc:`FileNotFoundError` for a preset that does not exist.
    """
    # XlsxWriter takes a twentieth of a second to import.
    from xlsxwriter import Workbook  # noqa: PLC0415

    file = BytesIO()
    book = Workbook(file, OPTIONS)
    book.set_properties({"title": texts("own_figures.title"), "created": MADE})
    sheets = _Template(book, texts, read_preset(preset), own or OwnFigures(preset))
    sheets.write()
    book.close()
    return file.getvalue()


class _Template:
    """The sheets of one template: how to fill it in, the figures, and what can be chosen."""

    def __init__(self, book: "Workbook", texts: Texts, preset: Preset, own: OwnFigures) -> None:
        self._book, self._texts, self._preset, self._own = book, texts, preset, own
        self._looks: dict[tuple[tuple[str, object], ...], Format] = {}
        self._sheet: Worksheet
        self._row = 0
        self._choices: dict[str, str] = {}
        """Where the choices of a number stand, as a reference to cells, by its id."""

    def write(self) -> None:
        """Write every sheet; the figures are what is seen first."""
        self._guide()
        self._sheet = self._book.add_worksheet(self._texts("own_figures.sheet.figures"))
        self._choose()
        self._head()
        self._about_the_municipality()
        group = ""
        for id, parameter in asked().items():
            if parameter.group != group:
                group = parameter.group
                self._section(self._texts(f"group.{group}"))
            self._number(parameter, self._preset.figures[id])
        self._sheet.protect(_PASSWORD, {"format_columns": True, "format_rows": True})
        self._sheet.activate()

    # --- The sheets around the figures ----------------------------------------------------------

    def _guide(self) -> None:
        sheet = self._book.add_worksheet(self._texts("own_figures.sheet.guide"))
        sheet.set_column(0, 0, 90)
        title = self._look(bold=True, font_size=16)
        sheet.write_string(0, 0, self._texts("own_figures.title"), title)
        size = self._texts.number(LARGEST // 1_000_000)
        for row, name in enumerate(("what", "how", "several", "source", "private", "load")):
            words = self._texts(f"own_figures.guide_{name}", size=size)
            sheet.write_string(row + 2, 0, words, self._look(**_CELL | {"bottom": 0}))
        sheet.protect(_PASSWORD)

    def _choose(self) -> None:
        """Write the words of each choice on a sheet of their own; they are too long to stand in a rule."""
        name = self._texts("own_figures.sheet.choices")
        sheet = self._book.add_worksheet(name)
        for column, parameter in enumerate(one for one in asked().values() if one.kind == "choice"):
            head = self._texts(f"parameter.{parameter.id}")
            sheet.write_string(0, column, head, self._look(bold=True))
            sheet.set_column(column, column, 50)
            for row, choice in enumerate(parameter.choices, start=1):
                words = self._texts(f"choice.{parameter.id}.{choice}")
                sheet.write_string(row, column, words, self._look())
            letter = chr(ord("A") + column)
            cells = f"${letter}$2:${letter}${len(parameter.choices) + 1}"
            self._choices[parameter.id] = f"='{name}'!{cells}"
        sheet.protect(_PASSWORD)

    # --- The figures ----------------------------------------------------------------------------

    def _head(self) -> None:
        bold = self._look(bold=True, bottom=2, text_wrap=True, valign="top")
        for column, field in enumerate(LAYOUT.fields):
            self._sheet.set_column(column, column, _WIDTHS[field])
            self._sheet.write_string(0, column, self._texts(f"own_figures.column.{field}"), bold)
        self._row = 1
        self._sheet.freeze_panes(1, 1)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)  # A4
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)

    def _about_the_municipality(self) -> None:
        texts = self._texts
        self._section(texts("own_figures.municipality"))
        limit = {"limit": LONGEST_NAME}
        about_name = {
            "name": texts("own_figures.name"),
            "meaning": texts("own_figures.name_meaning", **limit),
            "code": NAME,
        }
        self._line(about_name)
        column = LAYOUT.fields.index("own")
        self._sheet.write_string(self._row, column, self._own.name, self._look(**_OPEN))
        self._row += 1
        size = texts(f"preset.{self._preset.name}")
        inhabitants = texts.number(self._preset.population)
        about_size = {
            "name": texts("own_figures.size"),
            "ours": texts("capacity.preset_choice", name=size, population=inhabitants),
            "meaning": texts("own_figures.size_meaning"),
            "code": f"{PRESET}{self._preset.name}",
        }
        self._line(about_size)
        self._row += 1

    def _section(self, title: str) -> None:
        look = self._look(bold=True, bg_color=_SECTION)
        for column in range(len(LAYOUT.fields)):
            self._sheet.write_string(self._row, column, title if column == 0 else "", look)
        self._row += 1

    def _line(self, words: dict[str, str]) -> None:
        for column, field in enumerate(LAYOUT.fields):
            self._sheet.write_string(self._row, column, words.get(field, ""), self._look(**_CELL))

    def _number(self, parameter: Parameter, ours: Figure) -> None:
        texts, id = self._texts, parameter.id
        sure = texts(f"confidence.{ours.confidence}")
        if ours.derived:
            sure = f"{sure}, {texts('confidence.derived')}"
        write = partial(_in_words, parameter, texts)
        spread = ""
        if ours.low is not None and ours.high is not None:
            spread = texts("own_figures.range", low=write(ours.low), high=write(ours.high))
        self._line(
            {
                "name": texts(f"parameter.{id}"),
                "unit": texts(f"unit.{parameter.unit}"),
                "allowed": allowed_in_words(parameter, texts),
                "range": spread,
                "confidence": sure,
                "source": ours.source.in_(texts.language),
                "meaning": texts(f"parameter.{id}.meaning"),
                "code": id,
            }
        )
        self._put("ours", parameter, ours.value, _CELL)
        filled = self._own.figures.get(id)
        self._put("own", parameter, filled.value if filled else None, _OPEN)
        column = LAYOUT.fields.index("own_source")
        source = filled.source if filled else ""
        self._sheet.write_string(self._row, column, source, self._look(**_OPEN))
        self._check_what_is_typed(parameter)
        self._row += 1

    def _put(
        self, field: str, parameter: Parameter, value: Plain | None, look: dict[str, Any]
    ) -> None:
        """Write *value* as a number where it is one, so that it can be counted with."""
        column = LAYOUT.fields.index(field)
        number = parameter.kind in {"whole", "number"}
        form = ("0.0%" if is_share(parameter) else "General") if number else "@"
        form = self._look(**look, num_format=form, align="right" if number else "left")
        if value is None:
            self._sheet.write_blank(self._row, column, None, form)
        elif number and isinstance(value, int | float):
            self._sheet.write_number(self._row, column, value, form)
        else:
            words = _in_words(parameter, self._texts, value)
            self._sheet.write_string(self._row, column, words, form)

    def _check_what_is_typed(self, parameter: Parameter) -> None:
        """Have the spreadsheet refuse what is out of bounds, and say what the number means."""
        texts = self._texts
        rule: dict[str, Any] = {"validate": "any"}
        bounds = {"criteria": "between", "minimum": parameter.minimum, "maximum": parameter.maximum}
        match parameter.kind:
            case "whole":
                rule = {"validate": "integer", **bounds}
            case "number":
                rule = {"validate": "decimal", **bounds}
            case "switch":
                yes_or_no = [texts("case_list.yes"), texts("case_list.no")]
                rule = {"validate": "list", "source": yes_or_no}
            case "choice":
                rule = {"validate": "list", "source": self._choices[parameter.id]}
        rule |= {
            "input_message": texts(f"parameter.{parameter.id}.meaning")[:255],
            "error_title": texts("own_figures.not_allowed"),
            "error_message": allowed_in_words(parameter, texts)[:255],
        }
        column = LAYOUT.fields.index("own")
        if self._sheet.data_validation(self._row, column, self._row, column, rule) != 0:
            raise ValueError(f"the rule of {parameter.id} could not be written")
        source = {
            "validate": "length",
            "criteria": "<=",
            "value": LONGEST_SOURCE,
            "error_title": texts("own_figures.not_allowed"),
            "error_message": texts("own_figures.source_length", limit=LONGEST_SOURCE),
        }
        column = LAYOUT.fields.index("own_source")
        self._sheet.data_validation(self._row, column, self._row, column, source)

    def _look(self, **parts: Any) -> "Format":
        key = tuple(sorted(parts.items()))
        if key not in self._looks:
            self._looks[key] = self._book.add_format(parts)
        return self._looks[key]


def allowed_in_words(parameter: Parameter, texts: Texts) -> str:
    """Return what a cell of *parameter* may hold, such as "a whole number from 1 to 1,000"."""
    if parameter.kind in {"switch", "choice"}:
        return texts(f"own_figures.allowed_{parameter.kind}")
    low, high = (_one(parameter, texts, end) for end in (parameter.minimum, parameter.maximum))
    kind = "share" if is_share(parameter) else parameter.kind
    roles = ", ".join(texts(f"own_figures.role_{role}") for role in ROLES)
    return texts(f"own_figures.allowed_{kind}", low=low, high=high, roles=roles)


def _in_words(parameter: Parameter, texts: Texts, value: object) -> str:
    """Return *value* as a cell shows it and :mod:`data.own_figures.cells` reads it."""
    match value:
        case bool():
            return texts("case_list.yes" if value else "case_list.no")
        case tuple() if parameter.kind == "roles" and len(set(value)) == 1:
            return _one(parameter, texts, value[0])
        case ():
            return texts("own_figures.no_weeks")
        case tuple():
            return "; ".join(_plainly(parameter, texts, value))
        case int() | float():
            return _one(parameter, texts, value)
    return texts(f"choice.{parameter.id}.{value}")


def _plainly(parameter: Parameter, texts: Texts, parts: Sequence[Any]) -> Iterator[str]:
    return (_one(parameter, texts, part) for part in parts)


def _one(parameter: Parameter, texts: Texts, value: float) -> str:
    """Return one number with the decimals it has, three at most, and a share as per cent."""
    times = 100 if is_share(parameter) else 1
    decimals = len(f"{times * value:.3f}".rstrip("0").partition(".")[2])
    if is_share(parameter):
        return texts.percent(value, decimals)
    return texts.number(value, decimals)
