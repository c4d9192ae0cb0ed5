"""What a trainer looks at below the clock, one thing at a time: plan, groups, answers, notes, next steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data.sessions import Exercise, Session, align, read_exercise
from data.sessions.decision import EXERCISE as LEADERS
from widgets.page import safe
from widgets.session_agenda import SessionAgenda
from widgets.session_answers import SessionAnswers
from widgets.session_decision import SessionDecision
from widgets.session_groups import SessionGroups
from widgets.session_head import place_of
from widgets.session_notes import SessionNotes
from widgets.session_outcome import NextSteps, SessionEnd

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.store import Store
    from widgets.session_room import SessionRoom
    from widgets.session_watch import Seen

VIEWS = ("plan", "groups", "answers", "notes", "steps", "end")
"""What can be looked at; the words stand in ``session.view_…``."""
_OF_AN_EXERCISE = {"groups", "answers", "notes"}


class SessionDesk(ipw.VBox):
    """A row of buttons, and what the chosen one shows.

    Notes and answers are for the trainer. They stand behind a button of their own, so that the page
    can be on the wall with the plan or the groups in sight.
    """

    def __init__(self, room: SessionRoom, open_records: Callable[[], Store]) -> None:
        self._room, self._texts = room, room.texts
        texts = room.texts
        names = [(texts(f"session.view_{view}"), view) for view in VIEWS]
        self.view = ipw.ToggleButtons(options=names, description=texts("session.look_at"))
        self.exercise = ipw.Dropdown(description=texts("session.which_exercise"))
        self.agenda = SessionAgenda(room, room.change)
        self.groups = SessionGroups(room, room.move)
        self.answers = SessionAnswers(room, room.change)
        self.decision = SessionDecision(room, open_records)
        self.notes = SessionNotes(room)
        self.steps = NextSteps(room, room.change)
        self.end = SessionEnd(room)
        self._none = ipw.HTML(f"<p>{safe(texts('session.no_exercise'))}</p>")
        self._shown = ipw.VBox().add_class("vv-session-shown-part")
        self._seen: Seen | None = None
        self._step = ""
        self._quiet = False
        super().__init__(children=[self.view, self.exercise, self._shown])
        self.add_class("vv-stack").add_class("vv-session-desk")
        self.view.observe(room.guard(self._on_view), "value")
        self.exercise.observe(room.guard(self._on_choice), "value")

    def choose(self, view: str) -> None:
        """Look at *view*, if there is such."""
        if view in VIEWS:
            self.view.value = view

    def follow(self, seen: Seen) -> None:
        """Show how the session stands now."""
        self._seen = seen
        session = seen.session
        self._offer(session)
        view = self.view.value or VIEWS[0]
        self._show(view, seen)
        self.exercise.layout.display = (
            None if view in _OF_AN_EXERCISE and len(self.exercise.options) > 1 else "none"
        )

    def _offer(self, session: Session) -> None:
        """Offer the exercises of the plan; a new step brings its own."""
        ids = session.plan.exercises
        titles = [(read_exercise(id).form.title.in_(self._texts.language), id) for id in ids]
        chosen = self.exercise.value
        if session.step != self._step or chosen not in ids:
            self._step, chosen = session.step, exercise_of(session)
        self._quiet = True
        try:
            if list(self.exercise.options) != titles:
                self.exercise.options = titles
            self.exercise.value = chosen or None
        finally:
            self._quiet = False

    def _show(self, view: str, seen: Seen) -> None:
        session, exercise = seen.session, self._chosen()
        parts: dict[str, ipw.Widget] = {
            "plan": self.agenda,
            "groups": self.groups,
            "answers": self.answers,
            "notes": self.notes,
            "steps": self.steps,
            "end": self.end,
        }
        part = parts[view]
        shown: list[ipw.Widget] = []
        if view == "answers" and exercise is None:
            part = self._none
        elif view == "plan":
            self.agenda.follow(session)
        elif view == "groups":
            self.groups.follow(seen, exercise)
        elif view == "answers" and exercise is not None:
            found = align(session, exercise, seen.participants, seen.sheets, self._texts)
            self.answers.follow(session, exercise.id, found)
            if exercise.id == LEADERS:
                self.decision.follow(session, found)
                shown = [self.decision, part]
        elif view == "notes":
            self.notes.follow(session.now, exercise)
        elif view == "steps":
            self.steps.follow(session)
        elif view == "end":
            self.end.follow(session)
        shown = shown or [part]
        if self._shown.children != tuple(shown):
            self._shown.children = shown

    def _chosen(self) -> Exercise | None:
        return read_exercise(self.exercise.value) if self.exercise.value else None

    def _on_view(self, change: Any) -> None:
        if change.old == "steps":
            self.steps.leave()
        if self._seen is not None:
            self._room.client.remember(vis=self.view.value or None)
            self.follow(self._seen)

    def _on_choice(self, _: Any) -> None:
        if not self._quiet and self._seen is not None:
            self.follow(self._seen)


def exercise_of(session: Session) -> str:
    """Return the exercise of the present step or the last one before it; else the first of the plan."""
    place = place_of(session)
    done = [step.exercise for step in session.plan.steps[: place + 1] if step.exercise]
    return done[-1] if done else next(iter(session.plan.exercises), "")
