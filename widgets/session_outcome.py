"""What a session leaves: the next steps that were agreed, and the files to take home."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data import personal_data
from data.sessions import Session
from data.sessions.checking import LONGEST_NOTE, MOST_NOTES
from widgets.page import Page, safe

if TYPE_CHECKING:
    from widgets.session_head import Change
    from widgets.session_room import SessionRoom

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CLOSE, DELETE = "session.close_what", "session.delete_what"
"""What is asked before it is done."""
PAUSE = 0.6
"""Seconds from a keystroke until it is saved, with all that was typed meanwhile."""


class NextSteps(ipw.VBox):
    """A field with a line for each next step; it is saved while it is written."""

    def __init__(self, page: Page, change: Change) -> None:
        self._texts, self._change = page.texts, change
        self._timer: asyncio.TimerHandle | None = None
        self._quiet = False
        self._kept: tuple[str, ...] = ()
        texts = page.texts
        self.field = ipw.Textarea(
            description=texts("session.steps_field"), placeholder=texts("session.steps_example")
        )
        self._said = ipw.HTML()
        note = ipw.HTML(f"<p>{safe(texts('session.steps_note'))}</p>")
        super().__init__(children=[note, self.field, self._said])
        self.add_class("vv-stack").add_class("vv-session-steps")
        self._save = page.guard(self.save)
        self.field.observe(page.guard(self._on_typed), "value")

    def follow(self, session: Session) -> None:
        """Show the steps of *session*, unless something here waits to be saved."""
        self.field.disabled = not session.open
        if self._timer is None and session.notes != self._kept and not self._fault():
            self._kept = session.notes
            if self._lines() != session.notes:
                self._quiet = True
                self.field.value = "\n".join(session.notes)
                self._quiet = False

    def leave(self) -> None:
        """Save what waits."""
        if self._timer is not None:
            self.save()

    def save(self) -> None:
        """Save now; what may not be kept stays in the field with a sentence."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        fault, lines = self._fault(), self._lines()
        if fault:
            said = f'<p class="vv-notice vv-notice-look" role="alert">{safe(fault)}</p>'
            self._said.value = said
            return
        before, self._kept = self._kept, lines
        if self._change(lambda session: replace(session, notes=lines)):
            self._said.value = f'<p class="vv-saved">{safe(self._texts("session.steps_saved"))}</p>'
        else:
            self._kept = before

    def _lines(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in str(self.field.value).splitlines() if line.strip())

    def _fault(self) -> str:
        lines = self._lines()
        if found := personal_data.find(str(self.field.value)):
            return self._texts(f"personal.{found[0].kind}", found=found[0].words)
        if len(lines) > MOST_NOTES:
            return self._texts("session.steps_many", found=len(lines), most=MOST_NOTES)
        if long := [line for line in lines if len(line) > LONGEST_NOTE]:
            return self._texts("session.steps_long", line=f"{long[0][:40]}…", most=LONGEST_NOTE)
        return ""

    def _on_typed(self, _: Any) -> None:
        if self._quiet:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.save()
            return
        if self._timer is None:
            self._timer = loop.call_later(PAUSE, self._save)


class SessionEnd(ipw.VBox):
    """Ends the session, hands out its files, and deletes it."""

    def __init__(self, room: SessionRoom) -> None:
        self._texts, self._room = room.texts, room
        self.finish = self._button("session.close", self._on_close)
        self.finish_now = self._button("session.close_now", self._on_close_now)
        self.reopen = self._button("session.reopen", room.reopen_session)
        self.workbook = self._button("session.workbook", self._on_workbook)
        self.table = self._button("session.csv", self._on_csv)
        self.delete = self._button("session.delete", self._on_delete).add_class("vv-link")
        self.delete_now = self._button("session.delete_now", self._on_delete_now)
        self.cancel = self._button("session.cancel", self._on_cancel)
        self.delete_now.button_style = "danger"
        self._asking = ""
        self._open = True
        self._drawn: tuple[bool, str] | None = None
        super().__init__()
        self.add_class("vv-stack")

    def follow(self, session: Session) -> None:
        """Offer what can be done with *session*."""
        self._open = session.open
        self._show()

    def _show(self) -> None:
        if self._drawn == (self._open, self._asking):
            return  # Whoever stands on a button keeps it, however much is answered meanwhile.
        self._drawn = (self._open, self._asking)
        texts = self._texts
        rows: list[ipw.Widget] = []
        if self._asking:
            now = self.finish_now if self._asking == CLOSE else self.delete_now
            asked = safe(texts(self._asking))
            rows = [ipw.HTML(f'<p class="vv-notice vv-notice-look" role="alert">{asked}</p>')]
            rows.append(ipw.HBox([now, self.cancel]).add_class("vv-row"))
        else:
            state = texts("session.end_open" if self._open else "session.end_closed")
            rows.append(ipw.HTML(f"<p>{safe(state)}</p>"))
            rows.append(self.finish if self._open else self.reopen)
        files = ipw.HBox([self.workbook, self.table]).add_class("vv-row")
        rows += [
            ipw.HTML(
                f"<h3>{safe(texts('session.files'))}</h3><p>{safe(texts('session.files_note'))}</p>"
            ),
            files,
            ipw.HTML(f'<p><a href="session.ipynb">{safe(texts("session.all"))}</a></p>'),
            self.delete,
        ]
        self.children = rows

    def _button(self, words: str, callback: Callable[[], Any]) -> ipw.Button:
        button = ipw.Button(description=self._texts(words))
        button.on_click(self._room.guard(lambda _: callback()))
        return button

    # --- What the trainer does ------------------------------------------------------------------

    def _on_close(self) -> None:
        self._ask(CLOSE)

    def _on_delete(self) -> None:
        self._ask(DELETE)

    def _on_cancel(self) -> None:
        self._ask("")

    def _ask(self, what: str) -> None:
        self._asking = what
        self._show()

    def _on_close_now(self) -> None:
        self._asking = ""
        self._room.close_session()
        self._show()

    def _on_delete_now(self) -> None:
        self._asking = ""
        self._room.delete_session()

    # --- Its files ------------------------------------------------------------------------------

    def _on_workbook(self) -> None:
        # Word's library takes a moment to load, and is needed at the end only.
        from data.export.session_workbook import session_document  # noqa: PLC0415 (see above)

        self._hand_out(session_document, "session.workbook_file", DOCX)

    def _on_csv(self) -> None:
        from data.export.session_workbook import session_csv  # noqa: PLC0415 (with the above)

        self._hand_out(session_csv, "session.csv_file", "text/csv")

    def _hand_out(self, made: Callable[..., bytes], name: str, mime: str) -> None:
        """Hand out what *made* makes of the session as it is kept now."""
        self._room.look()
        seen = self._room.seen
        if seen is None:
            return
        content = made(seen.session, seen.participants, seen.sheets, self._texts)
        self._room.download(self._texts(name, code=seen.session.code), content, mime)
