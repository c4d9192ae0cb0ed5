"""The C loop: compiled into a temporary folder, called through ctypes."""

import ctypes
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .scenario import DAYS_PER_MONTH, DAYS_PER_YEAR, HISTORY_YEARS, NO_SHOW_SPREAD, Numbers

SOURCE = Path(__file__).with_name("loop.c")
ANCHORS = ("referral", "birthday", "majority")
ACTIVITIES = (
    "referred", "coordinator_assigned", "coordinator_lost", "left", "meeting_opened", "meeting_due",
    "meeting_booked", "meeting_held", "no_show", "meeting_cancelled", "meeting_dropped", "late_days",
    "work", "notice", "resigned", "hired", "hours_available", "backlog", "attended",
)  # fmt: skip
"""In the order of the enumeration in loop.c."""
FIRST = 3
"""The cause of a first coordinator in loop.c."""
ROW = np.dtype(
    [
        ("day", "i4"), ("phase", "u1"), ("activity", "u1"), ("cause", "u1"), ("rule", "u1"),
        ("post", "i2"), ("holder", "i2"), ("case", "i4"), ("occasion", "i4"), ("minutes", "i4"),
        ("days", "i4"), ("spare", "i4"),
    ]
)  # fmt: skip

_WHOLE = (
    "first_day", "last_day", "calendar_days", "coordinators", "ceiling", "notice_days",
    "horizon_days", "daily", "intake", "invitation", "appointment", "preparation", "write_up",
    "extra_preparation", "extra_write_up", "handover_half", "professional", "history_days", "end_months",
)  # fmt: skip
_TABLES = ("anchor", "earliest", "target", "latest")
_REAL = (
    "inflow_per_day", "share_at_15", "latest_entry_age", "leave_before_18_per_day", "support_at_18",
    "leave_after_18_per_day", "extra_per_day", "resign_per_day", "vacancy_least", "vacancy_likely",
    "vacancy_most", "no_show_alpha", "no_show_beta",
)  # fmt: skip


class _Numbers(ctypes.Structure):
    """The numbers as loop.c lays them out."""

    _fields_ = (
        *((name, ctypes.c_int32) for name in _WHOLE),
        *((name, ctypes.c_int32 * 4) for name in _TABLES),
        *((name, ctypes.c_double) for name in _REAL),
    )


@dataclass
class Loop:
    """The compiled loop for one set of numbers."""

    library: ctypes.CDLL
    numbers: _Numbers
    calendar: np.ndarray

    def rows(self, seed: int, replication: int) -> np.ndarray:
        """Run one replication and return a copy of its event log."""
        address, count = self._call(seed, replication)
        return np.frombuffer(ctypes.string_at(address, count * ROW.itemsize), dtype=ROW)

    def run(self, seed: int, replication: int) -> int:
        """Run one replication, leave its event log where it is, and return the number of its rows."""
        return self._call(seed, replication)[1]

    def _call(self, seed: int, replication: int) -> tuple[int, int]:
        count = ctypes.c_int64()
        address = self.library.run(
            ctypes.byref(self.numbers),
            self.calendar.ctypes.data,
            seed,
            replication,
            ctypes.byref(count),
        )
        return address, count.value


def compiler() -> str | None:
    """Return the path of a C compiler, or None."""
    return next((path for name in ("cc", "gcc", "clang") if (path := shutil.which(name))), None)


def build(folder: Path) -> ctypes.CDLL | None:
    """Compile loop.c into *folder* and load it; None where there is no compiler."""
    path = compiler()
    if path is None:
        return None
    library = folder / "loop.so"
    options = ["-std=c11", "-O3", "-march=native", "-shared", "-fPIC"]
    subprocess.run([path, *options, str(SOURCE), "-o", str(library), "-lm"], check=True)
    loaded = ctypes.CDLL(str(library))
    loaded.run.restype = ctypes.c_void_p
    loaded.run.argtypes = [
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64, ctypes.c_void_p,
    ]  # fmt: skip
    return loaded


def prepare(library: ctypes.CDLL, numbers: Numbers) -> Loop:
    """Return *library* with *numbers* laid out for it."""
    laid_out = _Numbers()
    values: dict[str, float] = {
        name: getattr(numbers, name) for name in (*_WHOLE, *_REAL) if hasattr(numbers, name)
    }
    least, likely, most = (months * DAYS_PER_MONTH for months in numbers.vacancy_months)
    values |= {
        "calendar_days": len(numbers.works),
        "history_days": round(HISTORY_YEARS * DAYS_PER_YEAR),
        "inflow_per_day": numbers.inflow_per_year / DAYS_PER_YEAR,
        "leave_before_18_per_day": numbers.leave_before_18 / DAYS_PER_YEAR,
        "leave_after_18_per_day": numbers.leave_after_18 / DAYS_PER_YEAR,
        "extra_per_day": numbers.extra_per_year / DAYS_PER_YEAR,
        "resign_per_day": numbers.resign_per_year / DAYS_PER_YEAR,
        "vacancy_least": least,
        "vacancy_likely": likely,
        "vacancy_most": most,
        "no_show_alpha": NO_SHOW_SPREAD * numbers.no_show,
        "no_show_beta": NO_SHOW_SPREAD * (1 - numbers.no_show),
    }
    for name in (*_WHOLE, *_REAL):
        setattr(laid_out, name, values[name])
    for i, rule in enumerate(numbers.rules):
        laid_out.anchor[i] = ANCHORS.index(rule.anchor)
        laid_out.earliest[i] = rule.earliest_months
        laid_out.target[i] = rule.target_months
        laid_out.latest[i] = rule.latest_months
    works = np.array(numbers.works, dtype=np.uint8)
    begins = np.array(numbers.month_begins, dtype=np.uint8)
    return Loop(library, laid_out, np.ascontiguousarray(works + 2 * begins))
