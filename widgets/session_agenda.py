"""The plan of a session that runs: where it is, and a way to any step."""

from datetime import UTC, datetime
from typing import Any

import ipywidgets as ipw

from data.sessions import Plan, Session
from widgets.page import Page
from widgets.session_head import Change, with_plan
from widgets.session_plan import PlanEditor


class SessionAgenda(ipw.VBox):
    """A button for each step; behind another button the plan can be changed."""

    def __init__(self, page: Page, change: Change) -> None:
        self._page, self._texts, self._change = page, page.texts, change
        self._session: Session | None = None
        self.steps: list[ipw.Button] = []
        self._list = ipw.VBox().add_class("vv-session-agenda")
        self.edit = ipw.ToggleButton(description=page.texts("session.change_plan"), value=False)
        self.edit.observe(page.guard(self._on_edit), "value")
        self.editor: PlanEditor | None = None
        self._editing = ipw.VBox()
        super().__init__(children=[self._list, self.edit, self._editing])
        self.add_class("vv-stack")

    def follow(self, session: Session) -> None:
        """Show the steps of *session*, the present one marked."""
        self._session = session
        steps = session.plan.steps
        while len(self.steps) < len(steps):
            self.steps.append(self._button(len(self.steps)))
        for number, (button, step) in enumerate(zip(self.steps, steps, strict=False), start=1):
            slots = {"number": number, "title": step.title.in_(self._texts.language)}
            words = self._texts("session.agenda_step", minutes=step.minutes, **slots)
            present = step.id == session.step
            button.description = self._texts("session.agenda_now", step=words) if present else words
            button.disabled = not session.open
            (button.add_class if present else button.remove_class)("vv-session-present")
        self._list.children = self.steps[: len(steps)]
        self.edit.layout.display = None if session.open else "none"
        if self.editor is not None and self.editor.plan != session.plan:
            self.editor.follow(session.plan, session.step)

    def _button(self, place: int) -> ipw.Button:
        def go(_: Any) -> None:
            if self._session is not None and place < len(self._session.plan.steps):
                step = self._session.plan.steps[place].id
                self._change(lambda session: session.at_step(step, datetime.now(UTC)))

        button = ipw.Button()
        button.on_click(self._page.guard(go))
        return button

    def _on_edit(self, _: Any) -> None:
        if self._session is None or not self.edit.value:
            self._editing.children = []
            return
        if self.editor is None:
            self.editor = PlanEditor(self._page, self._session.plan, self._keep)
        self.editor.follow(self._session.plan, self._session.step)
        self._editing.children = [self.editor]

    def _keep(self, plan: Plan) -> None:
        self._change(lambda session: with_plan(session, plan))
