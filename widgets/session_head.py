"""The top of a session that runs: how to join, which step it is, its clock, and the way to the next step."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import ipywidgets as ipw

from data.places import door_address
from data.sessions import Participant, Plan, Session
from data.sessions.plan import LONGEST_STEP, Step
from data.texts import Texts
from widgets.page import Page, safe
from widgets.session_clock import SessionClock
from widgets.session_start import spaced

MORE = 5
"""Minutes that a step is given more."""
Change = Callable[[Callable[[Session], Session]], bool]
"""Makes a change to the session, keeps it, and tells whether it went well."""


class SessionHead(ipw.HBox):
    """Code and address at the left, step and clock at the right."""

    def __init__(self, page: Page, change: Change) -> None:
        self._texts, self._change = page.texts, change
        self._join, self._joined = ipw.HTML(), ipw.HTML()
        self._step = ipw.HTML().add_class("vv-session-step")
        self.clock = SessionClock(page.texts)
        self.run, self.back, self.next, self.more = (
            ipw.Button(description=words)
            for words in (
                page.texts("session.run"),
                page.texts("session.back"),
                page.texts("session.next"),
                page.texts("session.more", minutes=MORE),
            )
        )
        self.next.button_style = "primary"
        self.run.on_click(page.guard(lambda _: self._on_run()))
        self.back.on_click(page.guard(lambda _: self._go(-1)))
        self.next.on_click(page.guard(lambda _: self._go(1)))
        self.more.on_click(page.guard(lambda _: self._on_more()))
        self._buttons = ipw.HBox([self.next, self.run, self.more, self.back]).add_class("vv-row")
        right = ipw.VBox([self._step, self.clock, self._buttons]).add_class("vv-session-now")
        left = ipw.VBox([self._join, self._joined]).add_class("vv-session-join")
        super().__init__(children=[left, right])
        self.add_class("vv-session-head")
        self._session: Session | None = None

    def follow(self, session: Session, participants: Sequence[Participant]) -> None:
        """Show how the session stands."""
        texts = self._texts
        self._session = session
        self._join.value = join_html(session, texts)
        # Apart from the address, so that a fold that is open stays so when somebody joins.
        count = len(participants)
        joined = texts("session.joined_one" if count == 1 else "session.joined", n=count)
        self._joined.value = f'<p role="status">{safe(joined)}</p>'
        place, steps = place_of(session), session.plan.steps
        now = session.now
        self._step.value = step_html(session, texts)
        before = (session.elapsed_in_all(_now()) - session.elapsed(_now())) if now else 0
        after = sum(step.minutes for step in steps[place + 1 :])
        planned = now.minutes if now else 0
        self.clock.follow(
            started=session.step_started if session.open else None,
            spent=session.step_spent,
            planned=60 * planned,
            before=before,
            after=60 * after,
        )
        self.clock.layout.display = None if now and session.open else "none"
        running = session.step_started is not None
        self.run.description = texts("session.pause" if running else "session.run")
        self.run.layout.display = self.more.layout.display = None if now else "none"
        self._buttons.layout.display = None if session.open else "none"
        self.back.disabled = place <= 0
        self.next.disabled = place >= len(steps) - 1
        self.next.description = texts("session.next" if now else "session.first")

    def _on_run(self) -> None:
        def turned(session: Session) -> Session:
            running = session.step_started is not None
            return session.paused(_now()) if running else session.resumed(_now())

        self._change(turned)

    def _go(self, by: int) -> None:
        # What the trainer saw when the button was pressed, also if another tab went on meanwhile.
        if self._session is None:
            return
        steps = self._session.plan.steps
        place = min(max(place_of(self._session) + by, 0), len(steps) - 1)
        step = steps[place].id
        self._change(lambda session: session.at_step(step, _now()))

    def _on_more(self) -> None:
        def longer(session: Session) -> Session:
            if session.now is None:
                return session
            minutes = min(session.now.minutes + MORE, LONGEST_STEP)
            step = Step.model_validate({**dict(session.now), "minutes": minutes})
            return with_plan(session, session.plan.replace_step(step))

        self._change(longer)


def place_of(session: Session) -> int:
    """Return the place of the present step in the plan; -1 before the first."""
    return next((i for i, step in enumerate(session.plan.steps) if step.id == session.step), -1)


def step_html(session: Session, texts: Texts) -> str:
    """Return which step it is, or what comes first."""
    now, steps = session.now, session.plan.steps
    if now is None:
        first = steps[0].title.in_(texts.language)
        return f"<p>{safe(texts('session.not_begun'))}</p><h2>{safe(first)}</h2>"
    kind = texts(f"session.kind_{now.kind}")
    said = texts("session.step_of", number=place_of(session) + 1, all=len(steps), kind=kind)
    return f"<p>{safe(said)}</p><h2>{safe(now.title.in_(texts.language))}</h2>"


def join_html(session: Session, texts: Texts) -> str:
    """Return address and code, as large as they can be read from the back of a room."""
    door = (door_address() or "").rstrip("/")
    title = f'<p class="vv-session-title">{safe(session.title)}</p>'
    if not session.open:
        return f"{title}<p>{safe(texts('session.is_closed'))}</p>"
    if not door:
        said = safe(texts("session.no_door"))
        return f'{title}<p class="vv-notice vv-notice-look">{said}</p>'
    board = f"{door}/board/{quote(session.code)}"
    return (
        f"{title}<p>{safe(texts('session.go_to'))}</p>"
        f'<p class="vv-session-address">{safe(door.partition("//")[2] or door)}</p>'
        f"<p>{safe(texts('session.type_code'))}</p>"
        f'<p class="vv-session-code">{safe(spaced(session.code))}</p>'
        f'<p><a class="vv-button" href="{safe(board)}" target="_blank" rel="noopener">'
        f"{safe(texts('session.board'))}</a></p>{_network_html(door, texts)}"
    )


def _network_html(door: str, texts: Texts) -> str:
    """Return how other machines are let in, where only this one is."""
    if urlsplit(door).hostname not in {"127.0.0.1", "localhost", "::1"}:
        return ""
    return (
        f'<details class="vv-source"><summary>{safe(texts("session.only_here"))}</summary>'
        f"<p>{safe(texts('session.open_network'))}</p>"
        f"<p><code>vejviser app --participants-from-network</code></p></details>"
    )


def with_plan(session: Session, plan: Plan) -> Session:
    """Return *session* with another *plan*."""
    return replace(session, plan=plan)


def _now() -> datetime:
    return datetime.now(UTC)
