"""What came of a decision, quarter by quarter: counted beside expected, what it says, what is done now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from data.follow_up import (
    FORM,
    Cell,
    Quarter,
    cells_of,
    count_quarter,
    faults,
    first_quarter_of,
    followed,
    occasion_of,
    quarters_of,
    together,
    told_cells,
    typed_cells,
)
from data.forms import read_form
from data.indicators import editions
from data.meeting_calendar import danish_today
from data.store_errors import StoreError
from widgets.case_form import UNIT
from widgets.page import Page, safe
from widgets.record_form import RecordForm
from widgets.record_tools import button
from widgets.workbench.long_work import LongWork, Work

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from data.follow_up import FollowedLine
    from data.records import Record
    from data.store import Store
    from data.texts import Texts
    from simulation.experiments.follow_up import FollowedQuarter
    from simulation.experiments.quarters import Expected

_CSS = Path(__file__).parent / "static" / "workbench_decide.css"
_AS_TODAY = ("no", "wait")
"""Outcomes of a decision with which nothing was changed."""


class FollowUp(ipw.VBox):
    """The quarters of one decision, one at a time, with the form on what was learnt.

    *opened* is called with the quarter that is looked at, for the address; *back* leads to the decision.
    """

    def __init__(
        self,
        page: Page,
        open_store: Callable[[], Store],
        opened: Callable[[Quarter | None], None],
        back: Callable[[], None],
    ) -> None:
        self._page, self._opened = page, opened
        self._decision: Record | None = None
        self._quarter: Quarter | None = None
        self._counted: tuple[Cell, ...] = ()
        self._earlier: tuple[tuple[Cell, ...], ...] = ()
        """What stands in each whole quarter since the decision before the one that is looked at."""
        self._notes: list[str] = []
        self._quiet = False
        texts = page.texts
        self._heading = ipw.HTML()
        self.back = button(texts("follow_up.back"), page.guard(lambda _: back())).add_class(
            "vv-link"
        )
        self.quarter = ipw.Dropdown(description=texts("follow_up.quarter")).add_class("vv-picker")
        self.quarter.observe(page.guard(self._on_quarter), "value")
        self.work: LongWork[Record, Expected] = LongWork(
            page,
            texts("follow_up.calculate"),
            Work(self._ask, self._steps, self._draw, lambda found: (found.runs, found.all_runs)),
        )
        self.work.on_finished(self._put_button_away)
        self._told = ipw.HTML()
        self.record_form = RecordForm(page, read_form(FORM), open_store)
        self.record_form.autosave.observe(page.guard(self._on_saved), "saves")
        self._below = ipw.VBox().add_class("vv-stack")
        row = ipw.HBox([self.back]).add_class("vv-row")
        super().__init__([row, self._heading, self._below])
        self.add_class("vv-stack").add_class("vv-follow-up")

    def show(self, decision: Record, quarter: Quarter | None = None) -> None:
        """Show *decision* in *quarter*; in the earliest that was not looked at, where none is given."""
        self._decision = decision
        self.work.clear()
        heading = self._page.texts("follow_up.heading", number=decision.occasion)
        question = decision.answers.get("question") or self._page.texts("decision.untitled")
        self._heading.value = f"{_style()}<h2>{safe(heading)}</h2><p>{safe(question)}</p>"
        offered = quarters_of(decision, danish_today())
        if not offered:
            self._quarter = None
            self._opened(None)
            self._below.children = [ipw.HTML(f"<p>{safe(self._too_early())}</p>")]
            return
        chosen = quarter if quarter in offered else self._first_open(offered)
        self._offer(offered, chosen)
        self._below.children = [self.quarter, self._told, self.work, self.record_form]
        self._open(chosen)
        self._begin()

    def leave(self) -> None:
        """Save what waits, and give up what is calculated."""
        self.record_form.leave()
        self.work.clear()

    # --- Which quarter --------------------------------------------------------------------------

    def _offer(self, offered: tuple[Quarter, ...], chosen: Quarter) -> None:
        seen = self._seen()
        self._quiet = True
        self.quarter.options = [
            (self._name(one, seen=one in seen), one.id) for one in reversed(offered)
        ]
        self.quarter.value = chosen.id
        self._quiet = False

    def _first_open(self, offered: tuple[Quarter, ...]) -> Quarter:
        seen = self._seen()
        return next((one for one in reversed(offered) if one not in seen), offered[0])

    def _seen(self) -> set[Quarter]:
        records = self._store().list_records(UNIT, FORM)
        return followed(records).get(self._known().occasion, set())

    def _on_quarter(self, change: Any) -> None:
        quarter = Quarter.read(str(change.new))
        if self._quiet or quarter is None:
            return
        self._open(quarter)
        self._redraw()

    def _open(self, quarter: Quarter) -> None:
        self._quarter = quarter
        self._opened(quarter)
        number = self._known().occasion
        self.record_form.heading = f"{self._heading_words()}, {self._name(quarter)}"
        self.record_form.show_record(UNIT, occasion_of(number, quarter))
        self._count()

    def _heading_words(self) -> str:
        return self._page.texts("follow_up.heading", number=self._known().occasion)

    def _too_early(self) -> str:
        first = first_quarter_of(self._known()) or Quarter.of(danish_today())
        return self._page.texts("follow_up.too_early", date=self._page.texts.date(first.last))

    # --- What is counted --------------------------------------------------------------------------

    def _count(self) -> None:
        """Count the records of the quarter, once a quarter, and say what stands in the way."""
        texts, notes = self._page.texts, []
        self._counted, self._earlier = (), ()
        try:
            store = self._store()
            exercise = not store.settings().real_cases
            self.record_form.exercise = exercise
            if exercise:
                notes.append(texts("follow_up.exercise"))
            else:
                self._counted = _counted(store, self._now())
                if not self._counted:
                    notes.append(texts("follow_up.none_counted"))
            begun = first_quarter_of(self._known())
            if begun is not None:
                before = _quarters_before(begun, self._now())
                number = self._known().occasion
                self._earlier = tuple(_cells(store, number, one) for one in before)
        except StoreError as error:
            self._page.notice(error.say(texts), problem=True)
        answers = self._known().answers
        if answers.get("code") and answers.get("municipality") != "own":
            notes.append(texts("follow_up.invented"))
        outcome = answers.get("outcome")
        if outcome in _AS_TODAY:
            notes.append(texts("follow_up.not_decided"))
        elif outcome == "try":
            notes.append(texts("follow_up.smaller"))
        self._notes = notes
        self._tell()

    def _tell(self) -> None:
        """Say what stands in the way, and which typed numbers are not used."""
        texts = self._page.texts
        wrong = faults(self.record_form.autosave.answers)
        said = [*self._notes]
        said += [texts("follow_up.fault", label=texts(f"follow_up.{one}")) for one in wrong]
        self._told.value = "".join(f'<p class="vv-saved">{safe(words)}</p>' for words in said)

    def _on_saved(self, _: Any) -> None:
        self._tell()
        self._redraw()

    # --- What is expected ---------------------------------------------------------------------------

    def _begin(self) -> None:
        code = self._known().answers.get("code")
        self.work.layout.display = None if code else "none"
        self.work.start.layout.display = self.work.cancel.layout.display = None
        if not code:
            self._notes = [self._page.texts("follow_up.no_code"), *self._notes]
            self._tell()
            return
        self.work.begin()

    def _ask(self) -> Record | None:
        from simulation.experiments.expectation import read_expectation  # noqa: PLC0415 (slow)
        from simulation.experiments.manifest import ManifestError, archived  # noqa: PLC0415 (slow)

        code = self._known().answers.get("code") or ""
        try:
            if read_expectation(self._store(), self._known()) is None:
                archived(code)
        except ManifestError:
            self._notes = [self._page.texts("follow_up.unknown", code=code), *self._notes]
            self._tell()
            return None
        return self._known()

    def _put_button_away(self) -> None:
        """What is expected stays what it is, so there is nothing more to calculate."""
        self.work.start.layout.display = self.work.cancel.layout.display = "none"
        self.work.said.value = ""

    def _steps(self, decision: Record, stop: threading.Event) -> Iterator[Expected]:
        from simulation.experiments.expectation import expectation_of  # noqa: PLC0415 (slow)

        yield from expectation_of(self._store(), decision, stop)

    def _draw(self, decision: Record, found: Expected, finished: bool) -> str:
        del decision
        return self._html(found) if finished else ""

    def _redraw(self) -> None:
        if self.work.found is not None:
            self.work.result.value = self._html(self.work.found[1])

    def _html(self, expected: Expected) -> str:
        from simulation.experiments.follow_up import (  # noqa: PLC0415 (slow)
            hold_quarter,
            method_in_words,
            quarter_in_words,
        )

        texts = self._page.texts
        cells = cells_of(self._counted, typed_cells(self.record_form.autosave.answers))
        decided, beside = _is_decided(self._known()), 2 if self._earlier else 1
        found = hold_quarter(self._now(), cells, expected, decided=decided, tables=beside)
        said = "".join(f"<p>{safe(words)}</p>" for words in quarter_in_words(found, texts))
        caption = texts("follow_up.caption", name=self._name(found.quarter))
        tables = self._table(found, caption)
        if self._earlier:
            since = self._since(cells, expected)
            ends = {"from": self._name(since.quarter), "to": self._name(found.quarter)}
            tables += self._table(since, texts("follow_up.together", **ends))
        explained = method_in_words(found, texts, added=bool(self._earlier))
        method = "".join(f"<li>{safe(words)}</li>" for words in explained)
        if expected.other_program:
            said += f'<p class="vv-saved">{safe(texts("follow_up.other_program"))}</p>'
        return (
            f'<div class="vv-answer" role="status">{said}</div>{tables}'
            f'<details class="vv-source"><summary>{safe(texts("follow_up.method"))}</summary>'
            f"<ul>{method}</ul></details>"
        )

    def _since(self, cells: tuple[Cell, ...], expected: Expected) -> FollowedQuarter:
        """Return the quarters since the decision added up, *cells* being those of the last."""
        from simulation.experiments.follow_up import hold_quarter  # noqa: PLC0415 (slow)

        added, span = together([*self._earlier, cells]), len(self._earlier) + 1
        first, decided = self._now().later(1 - span), _is_decided(self._known())
        return hold_quarter(first, added, expected, decided=decided, span=span, tables=2)

    def _table(self, found: FollowedQuarter, caption: str) -> str:
        from simulation.experiments.follow_up import lines_in_words  # noqa: PLC0415 (slow)

        texts = self._page.texts
        names = ("figure", "counted", "expected", "verdict")
        head = "".join(
            f'<th scope="col"{_words(name)}>{safe(texts(f"follow_up.column_{name}"))}</th>'
            for name in names
        )
        rows = "".join(
            f'<tr data-indicator="{line.indicator}" data-quarters="{found.span}"{_look(line.look)}>'
            f'<th scope="row">{safe(line.label)}</th><td>{safe(line.counted)}</td>'
            f'<td>{safe(line.expected)}</td><td class="vv-words">{safe(line.verdict)}</td></tr>'
            for line in lines_in_words(found, texts)
        )
        return (
            f'<div class="vv-scroll"><table class="vv-table"><caption>{safe(caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _name(self, quarter: Quarter, *, seen: bool = False) -> str:
        texts = self._page.texts
        name = quarter_name(quarter, texts)
        return texts("follow_up.quarter_seen", name=name) if seen else name

    def _known(self) -> Record:
        assert self._decision is not None  # noqa: S101 (nothing is clicked before show())
        return self._decision

    def _now(self) -> Quarter:
        assert self._quarter is not None  # noqa: S101 (as above)
        return self._quarter

    def _store(self) -> Store:
        return self.record_form.autosave.store


def followed_lines(
    store: Store, decision: Record, texts: Texts
) -> list[tuple[str, tuple[FollowedLine, ...]]]:
    """Return the quarters of *decision* that were looked at, each with its lines, the first one first.

    None where it has no numbers from the model, or they were never held against any. Raises
    :exc:`~data.store_errors.StoreError` where the store cannot be read.
    """
    seen = followed(store.list_records(UNIT, FORM)).get(decision.occasion, set())
    code = decision.answers.get("code")
    if not seen or not code:
        return []
    from simulation.experiments.expectation import read_expectation  # noqa: PLC0415 (slow)
    from simulation.experiments.follow_up import hold_quarter, lines_in_words  # noqa: PLC0415 (slow)
    from simulation.experiments.quarters import read_expected  # noqa: PLC0415 (slow)

    expected = read_expectation(store, decision) or read_expected(code)
    if expected is None:
        return []
    told = []
    for quarter in sorted(seen):
        cells = _cells(store, decision.occasion, quarter)
        found = hold_quarter(quarter, cells, expected, decided=_is_decided(decision))
        told.append((quarter_name(quarter, texts), lines_in_words(found, texts)))
    return told


def quarter_name(quarter: Quarter, texts: Texts) -> str:
    """Return what *quarter* is called."""
    return texts("follow_up.quarter_name", number=quarter.number, year=quarter.year)


def _counted(store: Store, quarter: Quarter) -> tuple[Cell, ...]:
    """Return what is told of *quarter* by the latest edition of the leadership report, if there is any.

    Without editions it is what the checklists say; nothing where there are none.
    """
    if kept := editions(store):
        return told_cells(quarter, max(kept, key=lambda edition: edition.period.last))
    cells = count_quarter(quarter, store.cases(), store.list_records(form="meeting"))
    return cells if any(cell.most for cell in cells) else ()


def _cells(store: Store, decision: str, quarter: Quarter) -> tuple[Cell, ...]:
    """Return what was typed or counted of *quarter* for the decision with this number."""
    answers = store.load(UNIT, FORM, occasion_of(decision, quarter)).answers
    counted = _counted(store, quarter) if store.settings().real_cases else ()
    return cells_of(counted, typed_cells(answers))


def _quarters_before(first: Quarter, last: Quarter) -> list[Quarter]:
    """Return the quarters from *first* on to before *last*, of which there are at most eleven."""
    count = 4 * (last.year - first.year) + last.number - first.number
    return [last.later(-back) for back in range(min(count, 11), 0, -1)]


def _is_decided(decision: Record) -> bool:
    return decision.answers.get("outcome") not in _AS_TODAY


def _words(name: str) -> str:
    return ' class="vv-words"' if name == "verdict" else ""


def _look(look: str) -> str:
    return f' class="vv-{look}"' if look else ""


def _style() -> str:
    return f"<style>{_CSS.read_text(encoding='utf-8')}</style>"
