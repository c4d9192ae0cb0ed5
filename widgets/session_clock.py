"""The clock of a session: what is left of the step and of the day.

It counts in the browser. The kernel tells it when something changes, and otherwise hears nothing of it.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anywidget
import traitlets as tl

from data.texts import Texts

_STATIC = Path(__file__).parent / "static"
_LOCALES = {"da": "da-DK", "en": "en-GB"}


class SessionClock(anywidget.AnyWidget):
    """Counts down the step that runs, and says when the day ends if the rest goes to plan."""

    _esm = _STATIC / "session_clock.js"

    started = tl.Float(None, allow_none=True, help="Milliseconds since 1970; None is paused.").tag(
        sync=True
    )
    spent = tl.Float(0, help="Seconds before the last pause.").tag(sync=True)
    planned = tl.Float(0, help="Seconds of the step.").tag(sync=True)
    before = tl.Float(0, help="Seconds that other steps have had.").tag(sync=True)
    after = tl.Float(0, help="Seconds of the steps to come.").tag(sync=True)
    words = tl.Dict(help="What it says, with slots, and how it writes the hour.").tag(sync=True)

    def __init__(self, texts: Texts) -> None:
        super().__init__(
            words={
                # With their slots: the browser fills them in.
                "running": texts.words["session.clock_running"],
                "paused": texts.words["session.clock_paused"],
                "over": texts.words["session.clock_over"],
                "day": texts.words["session.clock_day"],
                "locale": _LOCALES[texts.language],
            }
        )
        self.on_msg(self._hear)

    def follow(
        self,
        *,
        started: datetime | None,
        spent: float,
        planned: float,
        before: float,
        after: float,
    ) -> None:
        """Count *planned* seconds from *started* (None is paused), of which *spent* had gone then.

        *before* are the seconds that other steps have had, *after* those of the steps to come.
        """
        with self.hold_sync():
            self.started = None if started is None else 1000 * started.timestamp()
            self.spent, self.planned = float(spent), float(planned)
            self.before, self.after = float(before), float(after)

    def _hear(self, _: Any, message: Any, __: Any) -> None:
        if isinstance(message, dict) and message.get("kind") == "now":
            self.send({"kind": "now", "now": 1000 * datetime.now(UTC).timestamp()})
