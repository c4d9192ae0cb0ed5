"""The log: one file that the server and all its kernels write to, line by line.

It holds what happened and where in the program, never what somebody wrote in a field.
"""

import logging
import re
import traceback
from contextlib import suppress
from typing import Any

from data.places import log_file

LARGEST = 5_000_000
"""Bytes after which the log is set aside as ``vejviser.log.1`` when the server starts."""

_FORM = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


_SECRET = re.compile(r"\b(token|code|state)=[^&\s'\")]+")
_SENT = re.compile(r'(message of type )".*"(, which)', re.DOTALL)
_QUERY = re.compile(r"(/[^\s'\"?]*)\?[^\s'\")]+")


class _Discreet(logging.Formatter):
    """Writes records without what somebody wrote: what an address says after a ``?``, an error's message."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """Return the line; what a library quotes in it begins no line of its own."""
        line = _QUERY.sub(r"\1?…", _SENT.sub(r"\1…\2", super().formatMessage(record)))
        line = _SECRET.sub(r"\1=…", line)
        return line if record.name == "vejviser" else line.replace("\r", "").replace("\n", "⏎")

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        """Return where it happened."""
        return where(ei[1])


def log_to_file(name: str = "vejviser") -> logging.Logger:
    """Return the logger *name*, which from now on writes to the log in the data folder.

    Calling it again adds nothing. An empty *name* is the root logger. Where the data folder may only
    be read, nothing is logged, and the pages open all the same.
    """
    logger = logging.getLogger(name or None)
    try:
        path = str(log_file())
        known = any(getattr(handler, "baseFilename", None) == path for handler in logger.handlers)
        # Appended to a line at a time, so that several processes may share it.
        handler = None if known else logging.FileHandler(path, encoding="utf-8")
    except OSError:
        return logger
    if handler is not None:
        handler.setFormatter(_Discreet(_FORM))
        logger.addHandler(handler)
    if logger.getEffectiveLevel() > logging.INFO:
        logger.setLevel(logging.INFO)
    return logger


def set_aside_large_log() -> None:
    """Move a log above :data:`LARGEST` aside, over the one that was set aside before."""
    with suppress(OSError):  # It may only be read, or another start was faster.
        path = log_file()
        if path.exists() and path.stat().st_size > LARGEST:
            path.replace(path.with_name(path.name + ".1"))


def where(error: BaseException) -> str:
    """Return the traceback of *error* without its message, which may quote what a person wrote."""
    lines = traceback.format_list(traceback.extract_tb(error.__traceback__))
    own = f"Traceback:\n{''.join(lines)}{type(error).__qualname__}"
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return own if cause is None else f"{where(cause)}\nthen\n{own}"
