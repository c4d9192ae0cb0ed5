"""One simulated year as a calendar: what happened on which day, and who was at work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from widgets.page import safe
from widgets.workbench.answer import figure_html
from widgets.workbench.calculation import SEED
from widgets.workbench.drawn import Drawn
from widgets.workbench.sides import Sides
from widgets.workbench.tables import looks, table_html

if TYPE_CHECKING:
    from simulation.study import Study
    from simulation.year import Kind
    from widgets.workbench.views import Bench

KINDS: tuple[Kind, ...] = ("ordinary", "bad", "good")
CROWDED = 6
"""Posts above which a calendar of all of them is hard to read."""


class YearView(ipw.VBox):
    """A year of the answer, day by day: which one, of which coordinator, with whose numbers."""

    def __init__(self, bench: Bench) -> None:
        self._page, self._weighing = bench.page, bench.weighing
        texts = bench.page.texts
        self._study: Study | None = None
        self.kind = ipw.ToggleButtons(
            description=texts("year.which"),
            options=[(texts(f"year.kind_{kind}"), kind) for kind in KINDS],
        )
        self.post = ipw.Dropdown(
            description=texts("year.coordinator"), options=[(texts("year.everybody"), 0)]
        )
        self.sides = Sides(bench)
        self.drawn = Drawn(bench.page, waits=texts("year.comes"), draws=texts("year.drawing"))
        lead = ipw.HTML(f'{looks()}<p class="vv-lead">{safe(texts("year.lead"))}</p>')
        chosen = ipw.VBox([self.kind, self.post, self.sides]).add_class("vv-choices")
        super().__init__([lead, chosen, self.drawn])
        self.add_class("vv-stack").add_class("vv-year")
        self._restore()
        for field in (self.kind, self.post, self.sides.choice):
            field.observe(bench.page.guard(self._on_choice), "value")

    def follow(self) -> None:
        """Show the year of what is chosen now."""
        self._study = self._weighing.study
        if self._study is None:
            self.drawn.wait()
            return
        self._offer(self._study)
        self._draw()

    def _offer(self, study: Study) -> None:
        """Offer the coordinators that there can be, and keep the chosen one if it is among them."""
        from simulation.year import possible_posts  # noqa: PLC0415 (loads NumPy: pages start fast)
        from simulation.year_words import post_name  # noqa: PLC0415

        texts = self._page.texts
        self.sides.offer(study)
        scenario = self.sides.scenario(study)
        names = [(post_name(post, texts), post) for post in range(1, possible_posts(scenario) + 1)]
        offered = [(texts("year.everybody"), 0), *names]
        if list(self.post.options) != offered:
            wanted = self.post.value
            self.post.options = offered
            self.post.value = wanted if any(wanted == post for _, post in offered) else 0

    def _on_choice(self, _: Any) -> None:
        self._page.client.remember(
            year=None if self.kind.value == KINDS[0] else self.kind.value,
            post=str(self.post.value) if self.post.value else None,
        )
        self._draw()

    def _restore(self) -> None:
        query = self._page.client.query
        if query.get("year") in KINDS:
            self.kind.value = query["year"]
        number = query.get("post", "")
        if number.isascii() and number.isdigit() and 0 < int(number) < 1000:
            post = int(number)
            # Whether there is such a post is known when there is an answer.
            self.post.options = [*self.post.options, (self._page.texts("year.post", n=post), post)]
            self.post.value = post

    def _draw(self) -> None:
        study = self._study
        if study is None:
            return
        kind, post, side = self.kind.value or KINDS[0], self.post.value or 0, self.sides.value
        question = (study.scenario, study.base, len(study.results), kind, post, side)
        self.drawn.draw(question, lambda: self._html(study, kind, post, side))

    def _html(self, study: Study, kind: Kind, post: int, side: str) -> str:
        from simulation.figures.posts_in_year import posts_in_year  # noqa: PLC0415 (loads NumPy)
        from simulation.figures.year_calendar import year_calendar  # noqa: PLC0415
        from simulation.year import choose_year, live, same_youths  # noqa: PLC0415
        from simulation.year_words import tell_year  # noqa: PLC0415

        texts = self._page.texts
        chosen = choose_year(study.results, kind)
        run, year = live(self.sides.scenario(study, side), chosen, SEED)
        told = tell_year(run, year.of(post) if post else year, chosen, texts, post)
        notes = [told.chosen]
        if side == "against":
            tried, _ = live(study.scenario, chosen, SEED)
            notes.append(self.sides.explained("year", same=same_youths(tried, run)))
        if not post and year.posts > CROWDED:
            notes.append(texts("year.crowded"))
        pictures = [year_calendar(year.of(post) if post else year, texts, post)]
        if not post:
            pictures.append(posts_in_year(year, texts))
        heading = texts("year.late_heading", n=texts.number(len(told.rows)))
        late = table_html(heading, told.columns, told.rows, texts("year.late_note"))
        return (
            f"<h2>{safe(texts('year.heading'))}</h2><p>{safe(' '.join(told.sentences))}</p>"
            f'<p class="vv-control-note">{safe(" ".join(notes))}</p>'
            f"{''.join(figure_html(picture, texts) for picture in pictures)}{late}"
        )
