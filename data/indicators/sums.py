"""What is told of each unit, quarter and year: the blocks themselves, or sums of them.

Nothing is added up but what the blocks tell, so that a year says no more than its quarters do.
"""

from collections.abc import Iterator, Mapping, Sequence

from data.indicators.cells import EVERYWHERE, CellKey, Part, Told, Why
from data.indicators.indicator import indicators
from data.periods import Period, Quarter, Year


def cells_of(blocks: Sequence[Told], units: Sequence[str], period: Period) -> dict[CellKey, Told]:
    """Return what *blocks* tell of each indicator, unit, quarter and year until *period*."""
    by_indicator: dict[str, list[Told]] = {}
    for block in blocks:
        by_indicator.setdefault(block.indicator, []).append(block)
    cells: dict[CellKey, Told] = {}
    for indicator, told in by_indicator.items():
        for unit in (EVERYWHERE, *units):
            cells |= dict(_cells_of_unit(indicator, unit, told, period))
    return cells


class CellsOf(Mapping[CellKey, Told]):
    """The cells of some blocks, put together when one is asked for: most editions are only listed."""

    def __init__(self, blocks: Sequence[Told], units: Sequence[str], period: Period) -> None:
        self._of = blocks, units, period
        self._cells: dict[CellKey, Told] | None = None

    def __getitem__(self, key: CellKey) -> Told:
        return self._read()[key]

    def __iter__(self) -> Iterator[CellKey]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def _read(self) -> dict[CellKey, Told]:
        if self._cells is None:
            self._cells = cells_of(*self._of)
        return self._cells


def _cells_of_unit(
    indicator: str, unit: str, blocks: Sequence[Told], period: Period
) -> Iterator[tuple[CellKey, Told]]:
    by_quarter = _by_quarter(unit, blocks)
    last = period.quarters[-1]
    quarter = first = min(by_quarter, default=last)
    every = indicators()[indicator].every
    while quarter <= last:
        found = by_quarter.get(quarter) or Told(indicator, (quarter,), _units(unit), why="waits")
        if every == "quarter":
            yield (indicator, unit, quarter), found
        if quarter.number == 4 and Quarter(quarter.year, 1) >= first:
            whole = [by_quarter.get(one) for one in Year(quarter.year).quarters]
            yield (indicator, unit, Year(quarter.year)), _year(indicator, unit, whole, quarter)
        quarter = quarter.later(1)


def _by_quarter(unit: str, blocks: Sequence[Told]) -> dict[Quarter, Told]:
    """Return what *blocks* of one indicator tell of *unit*, by each quarter in them."""
    found: dict[Quarter, Told] = {}
    for block in blocks:
        if unit == EVERYWHERE:
            if not block.units:
                found |= dict.fromkeys(block.quarters, block)
        elif not block.units:
            # Where no unit is told, one of them is hidden; a block of its own comes after and wins.
            found |= dict.fromkeys(block.quarters, _hidden(block, unit, "few"))
        elif unit in block.units:
            own = block if block.units == (unit,) else _hidden(block, unit, "together")
            found |= dict.fromkeys(block.quarters, own)
    return found


def _hidden(block: Told, unit: str, why: Why) -> Told:
    units = block.units or _units(unit)
    return Told(block.indicator, block.quarters, units, why=block.why or why)


def _units(unit: str) -> tuple[str, ...]:
    return (unit,) if unit else ()


def _year(indicator: str, unit: str, quarters: Sequence[Told | None], last: Quarter) -> Told:
    """Return what is told of a year, of what is told of its *quarters*."""
    every = Year(last.year).quarters
    blocks = list(dict.fromkeys(block for block in quarters if block is not None))
    # Nothing to count adds nothing; but where there was nothing all year, that is said.
    blocks = [block for block in blocks if block.why != "none"] or blocks[:1]
    if None in quarters:
        return Told(indicator, every, _units(unit), why="waits")
    kind = indicators()[indicator].kind
    if kind == "ratio" or len(blocks) == 1:
        # Of what is counted on a day, the last day of the year.
        only = blocks[-1]
        return Told(
            indicator,
            every,
            only.units or _units(unit),
            only.least,
            only.most,
            only.whole_least,
            only.whole_most,
            only.parts,
            only.why,
        )
    if kind == "minutes":
        return _mean(indicator, unit, blocks, every)
    return _sum(indicator, blocks, every)


def _sum(indicator: str, blocks: Sequence[Told], every: tuple[Quarter, ...]) -> Told:
    why: Why = next((block.why for block in blocks if block.why not in {"", "none"}), "")
    units = max((block.units for block in blocks), key=len)
    whole_least = whole_most = None
    if all(block.whole_least is not None for block in blocks):
        whole_least = sum(block.whole_least or 0 for block in blocks)
        whole_most = sum(block.whole_most or 0 for block in blocks)
    least = most = None
    # What is hidden of a told whole lies between nothing and all of it.
    ends = [
        (block.least, block.most) if block.least is not None else (0, block.whole_most)
        for block in blocks
    ]
    if all(end is not None for pair in ends for end in pair):
        least = sum(low or 0 for low, _ in ends)
        most = sum(high or 0 for _, high in ends)
    parts = _sum_of_parts(blocks, all_of_them=indicators()[indicator].kind == "split")
    return Told(indicator, every, units, least, most, whole_least, whole_most, parts, why)


def _sum_of_parts(blocks: Sequence[Told], *, all_of_them: bool) -> tuple[Part, ...]:
    """Return each answer added up, the most frequent first; those alone that every block tells of, or any."""
    found: dict[str, list[Part]] = {}
    for block in blocks:
        for part in block.parts:
            found.setdefault(part.id, []).append(part)
    parts = [
        Part(id, sum(part.least for part in each), sum(part.most for part in each))
        for id, each in found.items()
        if len(each) == len(blocks) or not all_of_them
    ]
    return tuple(parts if all_of_them else sorted(parts, key=lambda part: -part.least))


def _mean(indicator: str, unit: str, blocks: Sequence[Told], every: tuple[Quarter, ...]) -> Told:
    """Return the mean of means, each counting by the middle of how many meetings it is of."""
    if any(block.value is None or not block.whole for block in blocks):
        why: Why = next((block.why for block in blocks if block.why), "few")
        return Told(indicator, every, _units(unit), why=why)
    number = sum(block.whole or 0 for block in blocks)
    mean = sum((block.value or 0) * (block.whole or 0) for block in blocks) / number
    ends = [
        sum(end or 0 for end in side)
        for side in zip(*((b.whole_least, b.whole_most) for b in blocks), strict=True)
    ]
    rounded = 5 * round(mean / 5)
    return Told(indicator, every, _units(unit), rounded, rounded, ends[0], ends[1])
