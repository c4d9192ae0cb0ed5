"""Follow one invented young person through a simulated course."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from widgets.page import safe
from widgets.workbench.answer import figure_html
from widgets.workbench.calculation import SEED
from widgets.workbench.drawn import Drawn
from widgets.workbench.sides import Side, Sides
from widgets.workbench.tables import looks, table_html

if TYPE_CHECKING:
    from simulation import Run
    from simulation.course_choice import Kind
    from simulation.study import Study
    from widgets.workbench.views import Bench

KINDS: tuple[Kind, ...] = ("typical", "long_wait", "changed", "late", "random")
MOST_TURNS = 10_000


class CourseView(ipw.VBox):
    """One course of the answer: whom to follow, with whose numbers."""

    def __init__(self, bench: Bench) -> None:
        self._page, self._weighing = bench.page, bench.weighing
        texts = bench.page.texts
        self._study: Study | None = None
        self._turn = 0
        self.kind = ipw.ToggleButtons(
            description=texts("course.which"),
            options=[(texts(f"course.kind_{kind}"), kind) for kind in KINDS],
        )
        self.another = ipw.Button(description=texts("course.another"))
        self.sides = Sides(bench)
        self.drawn = Drawn(bench.page, waits=texts("course.comes"), draws=texts("course.drawing"))
        lead = ipw.HTML(f'{looks()}<p class="vv-lead">{safe(texts("course.lead"))}</p>')
        chosen = ipw.VBox([self.kind, self.another, self.sides]).add_class("vv-choices")
        super().__init__([lead, chosen, self.drawn])
        self.add_class("vv-stack").add_class("vv-course")
        self._restore()
        for field in (self.kind, self.sides.choice):
            field.observe(bench.page.guard(self._on_choice), "value")
        self.another.on_click(bench.page.guard(self._on_another))

    def follow(self) -> None:
        """Show a course of what is chosen now."""
        self._study = self._weighing.study
        if self._study is None:
            self.drawn.wait()
            return
        self.sides.offer(self._study)
        self._draw()

    def _on_another(self, _: Any) -> None:
        self._turn = (self._turn + 1) % MOST_TURNS
        self._on_choice(None)

    def _on_choice(self, _: Any) -> None:
        kind = self.kind.value
        self._page.client.remember(
            who=None if kind == KINDS[0] else kind,
            turn=str(self._turn) if self._turn and kind == "random" else None,
        )
        self._draw()

    def _restore(self) -> None:
        query = self._page.client.query
        if query.get("who") in KINDS:
            self.kind.value = query["who"]
        turn = query.get("turn", "")
        if turn.isascii() and turn.isdigit() and len(turn) < 6:
            self._turn = int(turn) % MOST_TURNS
        self._show_another()

    def _show_another(self) -> None:
        self.another.layout.display = None if self.kind.value == "random" else "none"

    def _draw(self) -> None:
        self._show_another()
        study = self._study
        if study is None:
            return
        kind: Kind = self.kind.value or KINDS[0]
        side, turn = self.sides.value, self._turn if kind == "random" else 0
        question = (study.scenario, study.base, len(study.results), kind, side, turn)
        self.drawn.draw(question, lambda: self._html(study, kind, side, turn))

    def _html(self, study: Study, kind: Kind, side: Side, turn: int) -> str:
        from simulation.course_choice import candidates, follow_one  # noqa: PLC0415 (loads NumPy)
        from simulation.course_words import nobody_of, why_chosen  # noqa: PLC0415
        from simulation.model import run  # noqa: PLC0415
        from simulation.year import same_youths  # noqa: PLC0415

        texts = self._page.texts
        among = candidates(study.scenario, SEED, (one.replication for one in study.results))
        followed = follow_one(among.youths, kind, turn)
        if followed is None:
            return f'<p class="vv-notice">{safe(nobody_of(kind, among, texts))}</p>'
        shown = run(study.scenario, SEED, followed.youth.replication)
        case = followed.youth.case
        notes = [why_chosen(followed, among, texts)]
        if side == "against":
            other = run(self.sides.scenario(study, side), SEED, followed.youth.replication)
            same = same_youths(shown, other)
            shown = other
            if not same:
                theirs = candidates(other.scenario, SEED, (r.replication for r in study.results))
                followed = follow_one(theirs.youths, kind, turn)
                if followed is None:
                    return f'<p class="vv-notice">{safe(nobody_of(kind, theirs, texts))}</p>'
                shown = run(other.scenario, SEED, followed.youth.replication)
                case = followed.youth.case
                notes = [why_chosen(followed, theirs, texts)]
            notes.append(self.sides.explained("course", same=same))
        return self._told(shown, case, notes)

    def _told(self, shown: Run, case: int, notes: list[str]) -> str:
        from simulation.course import read_course  # noqa: PLC0415 (loads NumPy)
        from simulation.course_words import tell_course  # noqa: PLC0415
        from simulation.figures.course_timeline import course_timeline  # noqa: PLC0415

        texts = self._page.texts
        course = read_course(shown, case)
        told = tell_course(shown.scenario, course, texts)
        number = texts.number(shown.replication + 1)
        heading = texts("course.heading", case=texts.number(case), replication=number)
        steps = texts("course.steps_heading", n=texts.number(len(told.rows)))
        picture = course_timeline(shown.scenario, course, texts)
        said = f"{' '.join(told.sentences)} {texts('course.invented')}"
        return (
            f"<h2>{safe(heading)}</h2><p>{safe(said)}</p>"
            f'<p class="vv-control-note">{safe(" ".join(notes))}</p>'
            f"{figure_html(picture, texts)}{table_html(steps, told.columns, told.rows)}"
        )
