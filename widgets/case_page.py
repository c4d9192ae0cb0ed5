"""One case with all its tools: chosen at the top, filled in below, brought out and deleted at the foot."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import ipywidgets as ipw

from data.case_files import CaseFile, is_exercise, is_real
from data.case_summary import CaseSummary, case_forms, summaries
from data.cases import Case, fictional_cases
from data.export.whole_case import case_heading
from data.meeting_calendar import danish_today
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from widgets.case_details import CaseDetails
from widgets.case_form import CaseForm
from widgets.case_life import CaseLife
from widgets.case_list import case_address, styles
from widgets.case_story import CaseStory
from widgets.page import Page, safe
from widgets.views import DEVELOPMENTS

CALENDAR = "calendar"
"""The tool that is no form: the dates of the meetings."""


class CasePage(Page):
    """The page of one case: ``sag.ipynb?sag=K00012&redskab=meeting``.

    A tool is built when it is chosen, and the address remembers which. What was typed in one is saved
    before another is shown.
    """

    def __init__(
        self,
        language: str = "da",
        *,
        open_store: Callable[[], Store] = Store.open,
        today: Callable[[], date] = danish_today,
    ) -> None:
        super().__init__(Texts.read(language))
        self._open_store, self._today = open_store, today
        self.case: CaseFile | None = None
        self._tools: dict[str, Page] = {}
        self._records: list[Record] = []
        self._head = ipw.HTML().add_class("vv-case-head")
        self._place = ipw.VBox().add_class("vv-case-tool")
        self._told = ipw.VBox().add_class("vv-case-told")
        self._story: CaseStory | None = None
        self._picture = ipw.VBox()
        self._offered = ""  # The tool whose picture can be asked for by the button that is shown.
        self._foot = ipw.VBox()
        self._looks = styles()
        self._build_choice()
        self._follows = False
        # Until the browser has told which case, there is nothing to show.
        self.client.on_arrival(self.guard(self._on_arrival))

    def _build_choice(self) -> None:
        names = {form.id: form.title.in_(self.texts.language) for form in case_forms()}
        names[CALENDAR] = self.texts("cases.calendar")
        self.choice = {
            name: ipw.ToggleButton(description=title, value=False) for name, title in names.items()
        }
        self._states = {name: ipw.HTML() for name in names}
        for name, each in self.choice.items():
            each.observe(self.guard(self._on_choice(name)), "value")
        self._choosing = ipw.VBox(
            [ipw.VBox([each, self._states[name]]) for name, each in self.choice.items()]
        ).add_class("vv-case-tools")

    # --- Which case ---------------------------------------------------------------------------

    def _on_arrival(self) -> None:
        query = self.client.query
        self.show_case(query.get("sag", ""), query.get("redskab", ""))

    def show_case(self, ref: str, tool: str = "") -> None:
        """Show the case *ref* with *tool* open, if there are such."""
        self.case = None
        case, there = None, [each.id for each in fictional_cases()]
        may_delete = False
        try:
            store = self._open_store()
            try:
                real = store.settings().real_cases
                there = [each.ref for each in store.cases() if real or each.exercise]
                # Only what there is is opened: an address can hold anything, and a read is written down.
                case = self._found(store, ref)
                may_delete = store.access.may("delete_case", ref)
            finally:
                store.close()
        except StoreError as error:
            self.notice(error.say(self.texts), problem=True)
        if case is None:
            self.show(self._looks, ipw.HTML(self._no_case(ref, there)))
            return
        self.case = case
        self._build_foot(may_delete)
        fictional = _fictional(ref)
        self._story = None if fictional is None else CaseStory(self, fictional)
        parts = (self._head, self._choosing, self._told, self._place, self._picture, self._foot)
        self.show(self._looks, *parts)
        self.refresh()
        self.choose(tool if tool in self.choice else "")

    def _found(self, store: Store, ref: str) -> CaseFile | None:
        """Return the case *ref*; one that has forms and nothing else has no birthday."""
        known = {each.ref: each for each in store.cases()}
        if ref in known:
            return store.case(ref)
        if any(
            record.case == ref and record.form in self.choice for record in store.list_records()
        ):
            return CaseFile(ref=ref, opened=self._today(), exercise=is_exercise(ref))
        if is_real(ref) and not store.access.is_whole:
            return store.case(
                ref
            )  # Which says so where it is another's, and writes down who asked.
        return None

    def _no_case(self, ref: str, there: list[str]) -> str:
        said = self.texts("cases.unknown") if ref else self.texts("cases.choose")
        links = "".join(
            f'<li><a href="{case_address(each)}">{safe(case_heading(each, self.texts))}</a></li>'
            for each in there
        )
        return f'<p class="vv-notice vv-notice-look">{safe(said)}</p><ul>{links}</ul>'

    def _build_foot(self, may_delete: bool) -> None:
        assert self.case is not None  # noqa: S101 (the caller has just set it)
        life = CaseLife(
            self, self.case, self._open_store, self._today, self._leave, self._close_all
        )
        # The store holds to it; what one may not do is only not offered.
        life.delete.layout.display = None if may_delete else "none"
        parts: list[ipw.Widget] = []
        if not self.case.exercise:
            details = CaseDetails(self, self._open_store, self._today, self._on_details, self.case)
            fold = ipw.Accordion([details], titles=(self.texts("cases.details"),))
            parts.append(fold)
        self._foot.children = [*parts, life]

    def _on_details(self, case: CaseFile) -> None:
        self.case = case
        self._tools.pop(CALENDAR, None)  # Its dates come from the birthday.
        self.refresh()

    # --- Which tool ---------------------------------------------------------------------------

    def _on_choice(self, name: str) -> Callable[[Any], None]:
        def chosen(_: Any) -> None:
            if not self._follows:
                self.choose(name)

        return chosen

    def choose(self, name: str) -> None:
        """Show the tool *name*, built anew if it was not open before; nothing is the first view."""
        self._leave()
        self._follows = True
        for other, each in self.choice.items():
            each.value = other == name
        self._follows = False
        if self.client.query.get("redskab", "") != name:
            self.client.remember(redskab=name or None, dag=None)
        self._place.children = [self._tool(name)] if name else [self._first_view()]
        self._tell(folded=bool(name))
        self._show_development(name)

    def _tool(self, name: str) -> Page:
        if name not in self._tools:
            self._tools[name] = self._built(name)
        else:
            self._reopen(self._tools[name])
        return self._tools[name]

    def _built(self, name: str) -> Page:
        assert self.case is not None  # noqa: S101 (a tool is chosen on a case only)
        words = (self.texts.language, self.case.ref)
        if name == CALENDAR:
            from widgets.meeting_calendar import MeetingCalendar  # noqa: PLC0415 (seldom needed)

            return MeetingCalendar(*words, open_store=self._open_store, today=self._today)
        tool = CaseForm(name, words[0], case=words[1], open_store=self._open_store)
        tool.record_form.autosave.observe(self.guard(self._on_saved), "saves")
        return tool

    def _reopen(self, tool: Page) -> None:
        if isinstance(tool, CaseForm):
            tool.record_form.open_if_behind()
        elif hasattr(tool, "refresh"):
            tool.refresh()

    def _leave(self) -> None:
        """Save what waits in the tool that is open."""
        for tool in self._place.children:
            if isinstance(tool, CaseForm):
                tool.record_form.leave()

    def _close_all(self) -> None:
        """Save what waits and close every tool: the case is about to be deleted."""
        self._leave()
        self._tools.clear()
        self.choose("")

    def _on_saved(self, _: Any) -> None:
        self.refresh()
        chosen = [name for name, each in self.choice.items() if each.value]
        # A second meeting is something to draw; a picture of what was there before is not.
        self._show_development(*chosen)

    # --- How far it is --------------------------------------------------------------------------

    def refresh(self) -> None:
        """Say anew how far the case is."""
        if self.case is None:
            return
        with suppress(StoreError):  # The tool that is open says what is wrong with the store.
            store = self._open_store()
            try:
                self._records = store.list_records(self.case.ref)
            finally:
                store.close()
        (found,) = summaries([self.case], self._records, self._today())
        self._head.value = self._head_words(found)
        for tool in found.tools:
            words = safe(tool.in_words(self.texts))
            self._states[tool.form.id].value = f'<p class="vv-saved">{words}</p>'
        late = len(found.overdue)
        words = (
            self.texts("cases.overdue_number", number=late) if late else self.texts("cases.dates")
        )
        self._states[CALENDAR].value = f'<p class="vv-saved">{safe(words)}</p>'

    def _head_words(self, found: CaseSummary) -> str:
        texts, case = self.texts, found.case
        mark = (
            f' <span class="vv-exercise-mark">{safe(texts("cases.mark"))}</span>'
            if case.exercise
            else ""
        )
        said = [texts("cases.no_age") if found.age is None else texts("cases.years", age=found.age)]
        if case.unit:
            said.append(texts("cases.unit_line", unit=case.unit))
        if case.coordinator:
            said.append(texts("cases.coordinator_line", coordinator=case.coordinator))
        if case.closed is not None:
            said.append(texts("cases.closed", date=texts.date(case.closed)))
        if found.to_move:
            said.append(texts("cases.wait", number=found.to_move))
        line = safe(" · ".join(said))
        return f"<h2>{safe(case_heading(case.ref, texts))}{mark}</h2><p>{line}</p>"

    def _first_view(self) -> ipw.HTML:
        """Return what to do next."""
        return ipw.HTML(f"<p>{safe(self.texts('cases.choose_tool'))}</p>")

    def _tell(self, *, folded: bool) -> None:
        """Show the story of a fictional case with its papers; beside a tool, behind a fold."""
        if self._story is None:
            self._told.children = []
        elif folded:
            opened = ipw.ToggleButton(description=self.texts("cases.story"), value=False)
            opened.observe(self.guard(self._on_story), "value")
            self._told.children = [opened]
        else:
            self._told.children = [self._story]

    def _on_story(self, change: Any) -> None:
        opened, story = change.owner, self._story
        self._told.children = [opened, story] if change.new and story is not None else [opened]

    # --- How it has gone ------------------------------------------------------------------------

    def _show_development(self, name: str = "") -> None:
        """Offer the picture of the tool over time, where there is one and something to draw."""
        records = [record for record in self._records if record.form == name]
        drawable = name in DEVELOPMENTS and len(records) > 1
        if not drawable or self._offered != name:
            self._picture.children, self._offered = [], ""
        if drawable and not self._offered:
            draw = ipw.Button(description=self.texts("cases.development"))
            draw.on_click(self.guard(self._on_development(name)))
            self._picture.children, self._offered = [draw], name

    def _on_development(self, name: str) -> Callable[[Any], None]:
        def drawn(_: Any) -> None:
            self._leave()
            self.refresh()
            records = [record for record in self._records if record.form == name]
            (form,) = (form for form in case_forms() if form.id == name)
            self._picture.children = [ipw.HTML(DEVELOPMENTS[name](form, records, self.texts))]
            self._offered = ""

        return drawn


def _fictional(ref: str) -> Case | None:
    return next((case for case in fictional_cases() if case.id == ref), None)
