"""How compiled code sees a town: one address, behind it the address and length of each table.

Numba could take the tables as a tuple of arrays, but it would hand on every array's seven parts, and
count references to each, at each of the hundreds of thousands of calls in a run: a run then took
some ten times as long. Here a town is a single pointer, ``town.youths`` two loads, and
``town.youths[i]`` the record in place. Nothing is counted, so whoever calls keeps the tables alive.
"""

import operator
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.core import cgutils
from numba.extending import intrinsic, models, overload, overload_attribute, register_model
from numpy.typing import NDArray

from simulation.compiled_chance import number_at, part
from simulation.state import (
    CHANCES,
    JUMP,
    STREAM,
    Chance,
    Day,
    Event,
    Meeting,
    Month,
    Office,
    Place,
    Post,
    Stay,
    Task,
    Town,
    Youth,
    record,
)

DRAWN = ("chances", "efforts")
"""The tables that the twin draws row by row when they are read, unless they were written down."""
ROWS: dict[str, np.dtype[Any]] = {
    "office": record(Office),
    "youths": record(Youth),
    "posts": record(Post),
    "meetings": record(Meeting),
    "tasks": record(Task),
    "days": record(Day),
    "months": record(Month),
    "diary": np.dtype(np.int32),
    "chances": record(Chance),
    "efforts": np.dtype(np.uint16),
    "streams": STREAM,
    "jumps": JUMP,
    "quantiles": np.dtype(np.uint16),
    "stays": record(Stay),
    "log": record(Event),
    "places": record(Place),
}
"""What each table of a town holds."""


class _TableType(types.Type):
    def __init__(self, name: str) -> None:
        self.row = from_dtype(ROWS[name])
        super().__init__(name=f"Table({name})")


class _TownType(types.Type):
    def __init__(self) -> None:
        super().__init__(name="Town")


TABLES = {name: _TableType(name) for name in ROWS}
TOWN = _TownType()


@register_model(_TableType)
class _TableModel(models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, [("first", types.voidptr), ("size", types.intp)])


@register_model(_TownType)
class _TownModel(models.OpaqueModel):
    pass


def addresses(town: Town) -> NDArray[np.int64]:
    """Return where each table of *town* lies and how many rows it has; *town* must outlive it."""
    found = []
    for name, rows in ROWS.items():
        table = getattr(town, name)
        assert table.dtype == rows, name  # noqa: S101 (compiled code would read past the rows)
        found += [table.ctypes.data, table.size]
    return np.array(found, dtype=np.int64)


@intrinsic
def town_at(context: Any, places: Any) -> Any:
    """Return the town behind what :func:`addresses` gave; for compiled code."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, args[0])
        return builder.bitcast(array.data, context.get_value_type(TOWN))

    return TOWN(places), generate


@intrinsic(prefer_literal=True)
def _table(context: Any, town: Any, number: Any) -> Any:
    kind = list(TABLES.values())[number.literal_value]
    index = number.literal_value

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        word = ir.IntType(64)
        places = builder.bitcast(args[0], word.as_pointer())
        found = cgutils.create_struct_proxy(kind)(context, builder)
        first, size = (
            builder.load(builder.gep(places, [ir.Constant(word, 2 * index + part)]))
            for part in (0, 1)
        )
        for load in (first, size):
            # Tables never move during a run, so that the machine need not look again after a store.
            load.set_metadata("invariant.load", builder.module.add_metadata([]))
        found.first = builder.inttoptr(first, cgutils.voidptr_t)
        found.size = size
        return found._getvalue()

    return kind(town, number), generate


@intrinsic
def _place(context: Any, table: Any, index: Any) -> Any:
    """The row at *index*: a record in place, or a number."""
    is_record = isinstance(table.row, types.Record)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        first, at = _pointer(context, builder, signature, args)
        pointer = builder.gep(first, [at])
        if is_record:
            return builder.bitcast(pointer, context.get_value_type(table.row))
        return builder.load(pointer)

    return table.row(table, index), generate


@intrinsic
def _put(context: Any, table: Any, index: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        first, at = _pointer(context, builder, signature, args[:2])
        number = context.cast(builder, args[2], signature.args[2], table.row)
        builder.store(number, builder.gep(first, [at]))
        return context.get_dummy_value()

    return types.none(table, index, value), generate


@intrinsic
def fetch(context: Any, table: Any, index: Any) -> Any:
    """Ask for the row at *index* ahead of its use, so that nobody waits for memory then."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        first, at = _pointer(context, builder, signature, args)
        place = builder.bitcast(builder.gep(first, [at]), cgutils.voidptr_t)
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [place.type, word, word, word])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [place.type], kind)
        # To be read, kept in every cache, as data.
        builder.call(ask, [place, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.none(table, index), generate


def _pointer(context: Any, builder: Any, signature: Any, args: Any) -> tuple[Any, Any]:
    kind = signature.args[0]
    table = cgutils.create_struct_proxy(kind)(context, builder, value=args[0])
    row = context.get_data_type(kind.row)
    first = builder.bitcast(table.first, row.as_pointer())
    return first, context.cast(builder, args[1], signature.args[1], types.intp)


@intrinsic
def _size(context: Any, table: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return cgutils.create_struct_proxy(signature.args[0])(context, builder, value=args[0]).size

    return types.intp(table), generate


def _attribute(name: str, number: int) -> None:
    @overload_attribute(_TownType, name)
    def of_town(town):
        return lambda town: _table(town, number)


for _number, _name in enumerate(ROWS):
    # What chance decides is drawn when it is met; see _DrawnType.
    _attribute(f"listed_{_name}" if _name in DRAWN else _name, _number)


class _DrawnType(types.Type):
    """What looks to the rules like a table of a town, and is drawn row by row when it is read."""

    def __init__(self, name: str) -> None:
        self.table = name
        super().__init__(name=f"Drawn({name})")


DRAWN_TYPES = {name: _DrawnType(name) for name in DRAWN}


@register_model(_DrawnType)
class _DrawnModel(models.OpaqueModel):
    pass


class Drawn(NamedTuple):
    """A row of chance."""

    comes: np.int64
    guidance: np.int64
    employment: np.int64
    placement: np.int64
    adult: np.int64
    moves: np.int64
    where: np.int64


def _seen_as(kind: types.Type) -> Any:
    @intrinsic
    def seen(context: Any, pointer: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.bitcast(args[0], context.get_value_type(kind))

        return kind(pointer), generate

    return seen


_seen_as_town = _seen_as(TOWN)


def _drawn_attribute(name: str) -> None:
    seen = _seen_as(DRAWN_TYPES[name])

    @overload_attribute(_TownType, name)
    def of_town(town):
        return lambda town: seen(town)


for _name in DRAWN:
    _drawn_attribute(_name)


@overload(operator.getitem)
def _draw(drawn, place):
    if drawn == DRAWN_TYPES["chances"] and isinstance(place, types.Integer):
        return _draw_chance
    if drawn == DRAWN_TYPES["efforts"] and isinstance(place, types.Integer):
        return _draw_effort
    return None


def _draw_chance(drawn, place):
    town = _seen_as_town(drawn)
    if len(town.listed_chances):
        row = town.listed_chances[place]
        return Drawn(
            np.int64(row.comes),
            np.int64(row.guidance),
            np.int64(row.employment),
            np.int64(row.placement),
            np.int64(row.adult),
            np.int64(row.moves),
            np.int64(row.where),
        )
    youth, number = place // CHANCES, 2 * (place % CHANCES)
    first = number_at(town.streams, town.jumps, youth, number)
    second = number_at(town.streams, town.jumps, youth, number + 1)
    return Drawn(
        part(first, 0),
        part(first, 1),
        part(first, 2),
        part(first, 3),
        part(second, 0),
        part(second, 1),
        part(second, 2),
    )


def _draw_effort(drawn, place):
    town = _seen_as_town(drawn)
    if len(town.listed_efforts):
        return np.int64(town.listed_efforts[place])
    if not len(town.quantiles):
        return np.int64(1024)
    youth, number = place // CHANCES, 2 * (place % CHANCES) + 1
    drawn_number = number_at(town.streams, town.jumps, youth, number)
    return np.int64(town.quantiles[part(drawn_number, 3) >> 6])


@overload(operator.getitem)
def _get(table, index):
    if isinstance(table, _TableType) and isinstance(index, types.Integer):
        return lambda table, index: _place(table, index)
    return None


@overload(operator.setitem)
def _set(table, index, value):
    if isinstance(table, _TableType) and isinstance(index, types.Integer):
        return lambda table, index, value: _put(table, index, value)
    return None


@overload(len)
def _length(table):
    if isinstance(table, _TableType):
        return lambda table: _size(table)
    return None
