"""What the figures were measured on."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("simpy", "numpy", "scipy", "numba", "pandas")


def lines() -> list[list[str]]:
    """Return machine, Python and libraries, a line each."""
    return [
        ["measured", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")],
        ["platform", platform.platform()],
        ["processor", f"{_processor()}, {os.cpu_count()} cores"],
        ["load at the start", ", ".join(f"{one:.2f}" for one in _load())],
        ["Python", f"{platform.python_implementation()} {platform.python_version()}"],
        *([name, _version(name)] for name in LIBRARIES),
    ]


def moment() -> str:
    """Return when a section was measured that is measured by itself, and how busy the machine was."""
    now, load = lines()[0][1], lines()[3][1]
    return f"Measured {now} on {os.cpu_count()} cores; load at the start {load}."


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        found = [one for one in facts.read_text().splitlines() if one.startswith("model name")]
        if found:
            return found[0].partition(":")[2].strip()
    return platform.processor() or "unknown"


def _load() -> tuple[float, ...]:
    return os.getloadavg() if hasattr(os, "getloadavg") else ()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not there"
