"""Keeps what the groups decided in the leaders' exercise as a decision that can be gone on with."""

from collections.abc import Callable, Sequence

import ipywidgets as ipw

from data.decisions import begin_decision
from data.sessions import Aligned, Session
from data.sessions.decision import carried_decision, deciding_groups
from data.store import Store
from data.store_errors import StoreError
from widgets.case_form import UNIT
from widgets.page import Page, safe

ALL = 0
"""What stands for all groups among the choices."""


class SessionDecision(ipw.VBox):
    """Chooses whose answers, keeps them as a new decision, and links to it."""

    def __init__(self, page: Page, open_records: Callable[[], Store]) -> None:
        self._texts, self._open_records = page.texts, open_records
        texts = page.texts
        self._session: Session | None = None
        self._aligned: Sequence[Aligned] = ()
        self._offered: tuple[str, tuple[int, ...]] | None = None
        self.whose = ipw.Dropdown(description=texts("session.decision_whose"))
        self.keep = ipw.Button(description=texts("session.decision_keep"), button_style="primary")
        self.keep.on_click(page.guard(lambda _: self._on_keep()))
        self._about = ipw.HTML()
        self._said = ipw.HTML()
        super().__init__(children=[self._about, self.whose, self.keep, self._said])
        self.add_class("vv-stack").add_class("vv-session-decision")

    def follow(self, session: Session, aligned: Sequence[Aligned]) -> None:
        """Offer the groups that have answered."""
        self._session, self._aligned = session, aligned
        texts, groups = self._texts, deciding_groups(aligned)
        if self._offered == (session.id, groups):
            return
        if self._offered is None or self._offered[0] != session.id:
            self._said.value = ""
        self._offered = session.id, groups
        # What stood there while there was nothing else to choose was nobody's choice.
        chosen = self.whose.value if len(self.whose.options) > 1 else None
        names = [(texts("session.group", number=group), group) for group in groups]
        self.whose.options = (
            names if len(groups) < 2 else [(texts("session.decision_all"), ALL), *names]
        )
        values = [value for _, value in self.whose.options]
        self.whose.value = chosen if chosen in values else next(iter(values), None)
        self.whose.layout.display = None if len(groups) > 1 else "none"
        self.keep.disabled = not groups
        about = texts("session.decision_about" if groups else "session.decision_none")
        self._about.value = f"<h3>{safe(texts('session.decision'))}</h3><p>{safe(about)}</p>"

    def _on_keep(self) -> None:
        if self._session is None:
            return
        texts, every = self._texts, deciding_groups(self._aligned)
        groups = every if self.whose.value in {ALL, None} else (self.whose.value,)
        carried = carried_decision(self._session, self._aligned, groups, texts)
        try:
            store = self._open_records()
            try:
                number = begin_decision(store, UNIT, carried.answers).occasion
            finally:
                store.close()
        except StoreError as error:
            self._say(safe(error.say(texts)), problem=True)
            return
        kept = safe(texts("session.decision_kept", number=number))
        address = f"beslutning.ipynb?nr={safe(number)}"
        open_ = safe(texts("session.decision_open"))
        link = f'<a href="{address}" target="_blank" rel="noopener">{open_}</a>'
        cut = ""
        if carried.cut:
            labels = " ".join(f"»{each}«" for each in carried.cut)
            cut = f" {safe(texts('session.decision_cut', questions=labels))}"
        self._say(f"{kept} {link}{cut}", problem=False)

    def _say(self, html: str, *, problem: bool) -> None:
        role = "alert" if problem else "status"
        self._said.value = f'<p class="vv-notice vv-notice-look" role="{role}">{html}</p>'
