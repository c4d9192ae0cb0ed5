"""The plan of a session as a trainer changes it: what, how long, in which order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as ipw

from data import personal_data
from data.sessions import Plan, Step, exercise_ids, plan_ids, read_exercise, read_plan
from data.sessions.plan import LONGEST_STEP, MOST_STEPS
from data.texts import LANGUAGES, Texts
from data.words import Words
from widgets.page import Page, safe

PLAIN_KINDS = ("talk", "discussion", "break", "closing")
"""Steps without an exercise that can be added; words stand in ``session.kind_…``."""
_NEW_MINUTES = 10
_LONGEST_TITLE = 120


class PlanEditor(ipw.VBox):
    """A row a step, and what the steps come to; *keep* hears each new plan.

    Row and step belong together by their place: when a step moves, the rows stay and are written anew,
    so that whoever moves it with the keyboard keeps the button in hand.
    """

    def __init__(self, page: Page, plan: Plan, keep: Callable[[Plan], None]) -> None:
        self._page, self._texts, self._keep = page, page.texts, keep
        self.plan = plan
        self._present = ""
        self._quiet = False
        self.rows: list[_Row] = []
        self._box = ipw.VBox().add_class("vv-plan-rows")
        self._fault = ipw.HTML()
        self.total = ipw.HTML()
        self.kind = ipw.Dropdown(
            options=_additions(self._texts), description=self._texts("session.plan_add_what")
        )
        self.add = ipw.Button(description=self._texts("session.plan_add"))
        self.add.on_click(page.guard(lambda _: self._on_add()))
        adding = ipw.HBox([self.kind, self.add]).add_class("vv-row").add_class("vv-plan-add")
        super().__init__(children=[self._box, self._fault, self.total, adding])
        self.add_class("vv-stack")
        self.follow(plan)

    def follow(self, plan: Plan, present: str = "") -> None:
        """Show *plan*; its step *present* runs and cannot be taken out."""
        self.plan, self._present = plan, present
        while len(self.rows) < len(plan.steps):
            self.rows.append(_Row(self, len(self.rows)))
        with self._writing():
            for row, step in zip(self.rows, plan.steps, strict=False):
                alone = len(plan.steps) == 1 or step.id == present
                row.show(step, last=step is plan.steps[-1], stays=alone)
        self._box.children = self.rows[: len(plan.steps)]
        self.add.disabled = len(plan.steps) >= MOST_STEPS
        self._fault.value = ""
        said = self._texts("session.plan_total", time=time_words(plan.planned, self._texts))
        self.total.value = f'<p role="status">{safe(said)}</p>'

    # --- What the trainer does ----------------------------------------------------------------

    def edit(self, place: int, title: str, minutes: int) -> None:
        """Give the step at *place* a title and its minutes; a title that tells of somebody is refused."""
        if self._quiet or not place < len(self.plan.steps):
            return
        step = self.plan.steps[place]
        title = title.strip()[:_LONGEST_TITLE] or step.title.in_(self._texts.language)
        if found := personal_data.find(title):
            self._refuse(self._texts(f"personal.{found[0].kind}", found=found[0].words))
            return
        named = Words.model_validate({**step.title.model_dump(), self._texts.language: title})
        told = {**dict(step), "title": named, "minutes": min(max(minutes, 1), LONGEST_STEP)}
        self._take(self.plan.replace_step(Step.model_validate(told)))

    def move(self, place: int, by: int) -> None:
        """Move the step at *place*, and let the keyboard follow it."""
        self._take(self.plan.moved(self.plan.steps[place].id, by))
        row = self.rows[place + by]
        button = row.up if by < 0 else row.down
        (row.down if button.disabled else button).focus()

    def remove(self, place: int) -> None:
        """Take the step at *place* out, unless it runs."""
        if len(self.plan.steps) > 1 and self.plan.steps[place].id != self._present:
            self._take(self.plan.without(self.plan.steps[place].id))

    def _on_add(self) -> None:
        """Put the chosen step before the closing one, or last."""
        steps = self.plan.steps
        before = [step.id for step in steps if step.kind != "closing"]
        step = _new_step(self.plan, str(self.kind.value))
        last = steps[-1].id if step.kind == "closing" or not before else before[-1]
        self._take(self.plan.with_step(step, last))

    def _take(self, plan: Plan) -> None:
        if plan != self.plan:
            self.follow(plan, self._present)
            self._keep(plan)

    def _refuse(self, why: str) -> None:
        self._fault.value = f'<p class="vv-notice vv-notice-look" role="alert">{safe(why)}</p>'

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Let what we write ourselves into the rows be no change of the trainer's."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False


class _Row(ipw.HBox):
    """One step: what kind it is, its title, its minutes, and where it goes."""

    def __init__(self, editor: PlanEditor, place: int) -> None:
        texts, guard = editor._texts, editor._page.guard
        self._texts = texts
        self._kind = ipw.HTML().add_class("vv-plan-kind")
        number = place + 1
        self.title = ipw.Text(
            description=texts("session.plan_title", number=number), continuous_update=False
        ).add_class("vv-plan-title")
        self.minutes = ipw.BoundedIntText(
            value=_NEW_MINUTES,
            min=1,
            max=LONGEST_STEP,
            description=texts("session.plan_minutes", number=number),
        ).add_class("vv-plan-minutes")
        unit = ipw.HTML(f'<span aria-hidden="true">{safe(texts("session.minutes_short"))}</span>')
        # Their signs stand in the style; a button without words is named by its tooltip.
        self.up, self.down, self.out = (
            ipw.Button(tooltip=texts(f"session.plan_{name}", number=number)).add_class(
                f"vv-plan-{name}"
            )
            for name in ("up", "down", "out")
        )
        self._first = place == 0
        self.up.on_click(guard(lambda _: editor.move(place, -1)))
        self.down.on_click(guard(lambda _: editor.move(place, 1)))
        self.out.on_click(guard(lambda _: editor.remove(place)))
        super().__init__(
            children=[self._kind, self.title, self.minutes, unit, self.up, self.down, self.out]
        )
        self.add_class("vv-plan-row")

        def changed(_: Any) -> None:
            editor.edit(place, self.title.value, self.minutes.value)

        for field in (self.title, self.minutes):
            field.observe(guard(changed), "value")

    def show(self, step: Step, *, last: bool, stays: bool) -> None:
        """Write *step* into the row."""
        self._kind.value = f"<span>{safe(self._texts(f'session.kind_{step.kind}'))}</span>"
        self.title.value = step.title.in_(self._texts.language)
        self.minutes.value = step.minutes
        self.up.disabled, self.down.disabled, self.out.disabled = self._first, last, stays


def time_words(minutes: int, texts: Texts) -> str:
    """Return *minutes* as people say them, such as ``1 time og 30 minutter``."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(texts("session.hour" if hours == 1 else "session.hours", n=hours))
    if rest or not hours:
        parts.append(texts("session.minute" if rest == 1 else "session.minutes", n=rest))
    if len(parts) == 1:
        return parts[0]
    return texts("session.hours_and_minutes", hours=parts[0], minutes=parts[1])


def _additions(texts: Texts) -> list[tuple[str, str]]:
    plain = [(texts(f"session.kind_{kind}"), kind) for kind in PLAIN_KINDS]
    return plain + [
        (texts("session.plan_exercise", title=_title(id).in_(texts.language)), f"exercise {id}")
        for id in exercise_ids()
    ]


def _title(exercise: str) -> Words:
    return read_exercise(exercise).form.title


def _kind_of(exercise: str) -> str:
    """Return the kind of step in which our own plans have *exercise*."""
    steps = (step for id in plan_ids() for step in read_plan(id).steps)
    return next((step.kind for step in steps if step.exercise == exercise), "exercise")


def _new_step(plan: Plan, what: str) -> Step:
    """Return a new step: one of :data:`PLAIN_KINDS`, or an exercise as ``exercise id``."""
    kind, _, exercise = what.partition(" ")
    if exercise:
        read = read_exercise(exercise)
        told = {"kind": _kind_of(exercise), "minutes": read.minutes, "title": read.form.title}
    else:
        both = {one: Texts.read(one)(f"session.kind_{kind}") for one in LANGUAGES}
        told = {"kind": kind, "minutes": _NEW_MINUTES, "title": Words(**both)}
    id = plan.new_id(exercise or kind)
    return Step.model_validate({**told, "id": id, "exercise": exercise})
