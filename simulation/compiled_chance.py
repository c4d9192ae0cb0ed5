"""Chance straight from its place in a stream, for the twin: nothing is laid out that nobody asks for.

PCG64 steps from one state of 128 bits to the next by a multiplication and an addition, so many steps at
once are a multiplication and an addition too (F. Brown, "Random number generation with arbitrary
strides", Transactions of the American Nuclear Society 71 (1994)). Each youth has a state of its own, from
which any of the youth's numbers is one such jump away. They are the numbers NumPy would have drawn; a
test holds them against it. Importing this module loads Numba, which takes most of a second.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, register_jitable
from numpy.typing import NDArray

from simulation.chance import Ints, Rows
from simulation.machine_code import to_machine_code
from simulation.state import CHANCES

Words = NDArray[np.uint64]
NUMBERS = 2 * CHANCES
"""Numbers of 64 bits that a youth has: two for each row of chance."""
_MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645
"""PCG64's; M. E. O'Neill, "PCG", Harvey Mudd College HMC-CS-2014-0905 (2014)."""
_WORD = 1 << 64


def _powers() -> Words:
    """Return, for 0 to NUMBERS steps, what a state is multiplied with, and the increment, in words."""
    rows, times, plus = [], 1, 0
    for _ in range(NUMBERS + 1):
        rows.append([times // _WORD, times % _WORD, plus // _WORD, plus % _WORD])
        times, plus = times * _MULTIPLIER % _WORD**2, (plus * _MULTIPLIER + 1) % _WORD**2
    return np.array(rows, dtype=np.uint64)


POWERS = _powers()


def begins(streams: Sequence[np.random.Generator]) -> Words:
    """Return the state and the increment of each of *streams*, in words of 64 bits."""
    states = [stream.bit_generator.state["state"] for stream in streams]
    numbers = [(state["state"], state["inc"]) for state in states]
    words = [[*divmod(state, _WORD), *divmod(step, _WORD)] for state, step in numbers]
    return np.array(words, dtype=np.uint64).reshape(len(words), 4)


def _make_step(
    context: Any, high: Any, low: Any, times: Any, more: Any, plus: Any, rest: Any
) -> Any:
    """Return the words of (high, low) * (times, more) + (plus, rest), modulo 2**128."""
    pair: Any = types.UniTuple(types.uint64, 2)  # type: ignore[no-untyped-call]

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = ir.IntType(128)
        parts = [builder.zext(part, wide) for part in args]
        state, factor, added = (
            builder.or_(builder.shl(parts[at], ir.Constant(wide, 64)), parts[at + 1])
            for at in (0, 2, 4)
        )
        found = builder.add(builder.mul(state, factor), added)
        word = ir.IntType(64)
        top = builder.trunc(builder.lshr(found, ir.Constant(wide, 64)), word)
        return context.make_tuple(builder, pair, [top, builder.trunc(found, word)])

    return pair(*[types.uint64] * 6), generate


def _make_output(context: Any, high: Any, low: Any) -> Any:
    """Return the number that a state gives: its words folded, turned by its highest six bits."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        word = ir.IntType(64)
        folded = builder.xor(*args)
        turn = builder.lshr(args[0], word(58))
        back = builder.and_(builder.neg(turn), word(63))
        return builder.or_(builder.lshr(folded, turn), builder.shl(folded, back))

    return types.uint64(types.uint64, types.uint64), generate


_stepped: Any = intrinsic(_make_step)
_output: Any = intrinsic(_make_output)


@to_machine_code
def lay_out(begin: Words, sizes: Ints, at: Ints, powers: Words, streams: Rows, jumps: Rows) -> None:
    """Write where each youth's numbers lie to *streams*, and the way to each of them to *jumps*.

    Source *s* begins with ``begin[s]`` and has ``sizes[s]`` rows; the youth in row *i* has row ``at[i]``
    of all sources, one after the other.
    """
    rows = np.empty((sizes.sum(), 2), dtype=np.uint64)
    source_of = np.empty(len(rows), dtype=np.int64)
    row = 0
    for source in range(sizes.size):
        high, low, step_high, step_low = begin[source]
        for number in range(NUMBERS + 1):
            times, more, plus, rest = powers[number]
            jump = jumps[source * (NUMBERS + 1) + number]
            jump.times_high, jump.times_low = times, more
            jump.plus_high, jump.plus_low = _stepped(
                plus, rest, step_high, step_low, np.uint64(0), np.uint64(0)
            )
        block = jumps[source * (NUMBERS + 1) + NUMBERS]
        for _ in range(sizes[source]):
            rows[row, 0], rows[row, 1] = high, low
            source_of[row] = source
            row += 1
            high, low = _stepped(
                high, low, block.times_high, block.times_low, block.plus_high, block.plus_low
            )
    for youth in range(at.size):
        stream = streams[youth]
        stream.high, stream.low = rows[at[youth]]
        stream.jumps = source_of[at[youth]] * (NUMBERS + 1)


@register_jitable
def number_at(streams: Any, jumps: Any, youth: int, number: int) -> Any:
    """Return one of a youth's numbers of 64 bits, counted from 0."""
    stream = streams[youth]
    jump = jumps[stream.jumps + number + 1]
    high, low = _stepped(
        stream.high, stream.low, jump.times_high, jump.times_low, jump.plus_high, jump.plus_low
    )
    return _output(high, low)


@register_jitable
def part(number: np.uint64, place: int) -> np.int64:
    """Return 16 of a number's bits, the lowest first."""
    return np.int64((number >> np.uint64(16 * place)) & np.uint64(0xFFFF))


@to_machine_code
def spell_out(
    streams: Rows,
    jumps: Rows,
    quantiles: NDArray[np.uint16],
    chances: Rows,
    efforts: NDArray[np.uint16],
) -> None:
    """Write the rows of chance and, where they vary, the efforts of all youths, for the SimPy engine."""
    for youth in range(len(streams)):
        for place in range(CHANCES):
            first = number_at(streams, jumps, youth, 2 * place)
            second = number_at(streams, jumps, youth, 2 * place + 1)
            row = chances[youth * CHANCES + place]
            row.comes = part(first, 0)
            row.guidance = part(first, 1)
            row.employment = part(first, 2)
            row.placement = part(first, 3)
            row.adult = part(second, 0)
            row.moves = part(second, 1)
            row.where = part(second, 2)
            if quantiles.size:
                efforts[youth * CHANCES + place] = quantiles[part(second, 3) >> 6]
