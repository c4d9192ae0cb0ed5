"""Editions of the leadership report: made once for a quarter or year, kept, and never contradicted."""

from data.indicators.cells import Edition
from data.periods import Period
from data.store import Store

FORM = "report"
"""The form of the record that keeps an edition."""
SUBJECT = "ENHED"
"""The subject of the record that keeps an edition."""


def make_edition(store: Store, period: Period, *, exercise: bool = False) -> Edition:
    """Return the edition of *period*, made and kept now if it is not there.

    It tells what was told before as it was told, and of the quarters since then what the checklists say
    now. Only real cases count; with *exercise*, only invented ones, and the edition is marked. Raises
    :exc:`ValueError` where *period* has not ended, and :exc:`~data.store_errors.StoreError` where it
    cannot be kept or may not be counted by whoever asks.
    """
    raise NotImplementedError(store, period, exercise)


def editions(store: Store, *, exercise: bool = False) -> tuple[Edition, ...]:
    """Return the editions that are kept, the oldest first: the real ones, or those of *exercise*."""
    raise NotImplementedError(store, exercise)
