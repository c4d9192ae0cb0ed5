"""Where it begins: which municipality is weighed, what the leaders load of their own, what they saved.

The page puts it above the controls. It changes nothing by itself but the list of what there is: each
choice is told to the page by *begin*, with the municipality and the scenario to try in it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import ipywidgets as ipw

from data import PRESETS, Upload, read_preset
from data.kept_files import NotKeptError
from simulation.kept import LONGEST_NAME, kept_municipality, name_fault, saved_scenario
from simulation.wording import counted
from widgets.workbench.municipality import Municipality, invented, municipality
from widgets.workbench.saved import Saved
from widgets.workbench.start_panel import StartPanel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from data.store import Store
    from simulation import Scenario
    from simulation.kept import KeptMunicipality
    from widgets.page import Page
    from widgets.workbench.loading import Loaded
    from widgets.workbench.weighing import Change, Weighing

DEFAULT = "medium"
"""The municipality that is weighed until another is chosen."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DENMARK = ZoneInfo("Europe/Copenhagen")


class Start(ipw.VBox):
    """Choose, load, open and save.

    Attributes:
        panel: What the browser draws.
        saved: What this browser knows; other parts list and save scenarios by it too.
    """

    def __init__(
        self,
        page: Page,
        weighing: Weighing,
        begin: Callable[[Municipality, Scenario], None],
        open_store: Callable[[], Store] | None = None,
    ) -> None:
        self._page, self._weighing, self._begin = page, weighing, begin
        self._open_store = open_store
        self.saved = Saved(page)
        self.panel = StartPanel(page.texts, page.guard(self._hear))
        super().__init__([self.panel])
        self.add_class("vv-start")
        self._follow()
        self._list()
        self.saved.observe(page.guard(self._list))
        weighing.observe(page.guard(self._on_change))
        page.client.on_arrival(page.guard(self._list))

    def choose(self, key: str) -> None:
        """Weigh the municipality *key* as it is today, as if a person had chosen it.

        Raises :exc:`~data.kept_files.NotKeptError` where there is none.
        """
        found = municipality(key, self._page.texts)
        self._begin(found, found.today)

    def restore(self, key: str) -> Municipality | None:
        """Return the municipality that the address calls *key*; empty words are our default.

        None where there is no such municipality, which the panel says; *begin* is not called.
        """
        try:
            found = municipality(key or DEFAULT, self._page.texts)
        except (NotKeptError, OSError):
            name = self._weighing.municipality.name
            self.panel.report("municipality", self._say("gone", name=name), problem=True)
            return None
        if not found.invented:
            self.saved.note("municipalities", found.key)
        return found

    # --- What the person does -------------------------------------------------------------------

    def _hear(self, message: Mapping[str, Any], content: bytes) -> None:
        """Do what the browser asks; it may ask anything."""
        kind, said = message.get("kind"), {k: v for k, v in message.items() if isinstance(v, str)}
        part, number = said.get("part", ""), said.get("number", "")
        match kind:
            case "choose":
                self._choose(said.get("key", ""))
            case "template" if part in {"figures", "cases"}:
                self._template(part)
            case "file" if part in {"figures", "cases", "scenarios"}:
                self._load(part, Upload(said.get("name", ""), content))
            case "checklists":
                self._load("checklists", "")
            case "code":
                self._load("scenarios", said.get("code", ""))
            case "remove":
                self._remove()
            case "save":
                self._save(said.get("name", ""))
            case "open" | "as_file" | "forget":
                self._saved(kind, number)

    def _choose(self, key: str) -> None:
        self.panel.clear()
        if key == self._weighing.municipality.key:
            return
        try:
            self.choose(key)
        except NotKeptError:
            self.panel.report("municipality", self._say("not_there"), problem=True)
            self._list()

    def _template(self, part: str) -> None:
        """Hand out a template; what is loaded is filled in, so that it can be put right."""
        texts, here = self._page.texts, self._weighing.municipality
        if part == "cases":
            from data.case_list import write_template  # noqa: PLC0415 (XlsxWriter is slow to load)

            today = here.today
            content = write_template(texts, cases=today.cases, posts=today.posts)
        else:
            from data.own_figures import write_own_figures  # noqa: PLC0415
            from widgets.workbench.loading import filled_figures  # noqa: PLC0415

            content = write_own_figures(texts, here.preset, filled_figures(here))
        self._page.download(self._say(f"{part}_file"), content, _XLSX)

    def _load(self, part: str, given: Upload | str) -> None:
        from widgets.workbench.loading import RefusedError  # noqa: PLC0415 (seldom)

        self.panel.clear()
        try:
            found = self._loaded(part, given)
        except RefusedError as error:
            self.panel.report(part, error.lead, error.items, problem=True)
            return
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.panel.report(part, self._say("not_written", reason=reason), problem=True)
            return
        if not found.municipality.invented:
            self.saved.note("municipalities", found.municipality.key)
        self._begin(found.municipality, found.scenario)
        self.panel.report(part, found.said, problem=False)

    def _loaded(self, part: str, given: Upload | str) -> Loaded:
        from widgets.workbench import loading  # noqa: PLC0415 (seldom)

        texts, here = self._page.texts, self._weighing.municipality
        if part == "checklists":
            from data.store import Store  # noqa: PLC0415 (loads SQLAlchemy)

            return loading.load_checklists(here, texts, _today(), self._open_store or Store.open)
        if isinstance(given, str):
            return loading.load_code(given, texts)
        if part == "scenarios":
            return loading.load_scenario_file(given, texts)
        load = loading.load_figures if part == "figures" else loading.load_cases
        return load(given, here, texts, _today())

    def _remove(self) -> None:
        """Delete what was loaded, and weigh the municipality of ours it was made from."""
        here = self._weighing.municipality
        if here.invented:
            return
        self.panel.clear()
        self.saved.forget_municipality(here.key)
        self.choose(here.preset)
        self.panel.report("municipality", self._say("removed"), problem=False)

    def _save(self, name: str) -> None:
        self.panel.clear()
        fault = name_fault(name)
        if fault:
            said = self._page.texts(f"start.name_{fault}", limit=LONGEST_NAME)
            self.panel.report("scenarios", said, problem=True)
            return
        weighing = self._weighing
        try:
            saved = self.saved.save(name, weighing.municipality.key, weighing.scenario)
        except NotKeptError:
            self.panel.report("scenarios", self._say("gone_before_saved"), problem=True)
            return
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.panel.report("scenarios", self._say("not_written", reason=reason), problem=True)
            return
        self.panel.report("scenarios", self._say("saved_as", name=saved.name), problem=False)

    def _saved(self, kind: str, number: str) -> None:
        """Open a saved scenario, hand it out as a file, or delete it."""
        self.panel.clear()
        try:
            saved = saved_scenario(number)
            place = municipality(saved.municipality, self._page.texts)
        except (NotKeptError, OSError):
            self.panel.report("scenarios", self._say("not_there"), problem=True)
            self._list()
            return
        if kind == "forget":
            self.saved.forget_scenario(number)
            self.panel.report("scenarios", self._say("deleted", name=saved.name), problem=False)
        elif kind == "as_file":
            from simulation.experiments.scenario_file import scenario_text  # noqa: PLC0415

            name = "".join(sign if sign.isalnum() else "-" for sign in saved.name)
            content = scenario_text(saved.scenario).encode()
            self._page.download(f"{name}.toml", content, "application/toml")
        else:
            self._open(place, saved.scenario, saved.name)

    def _open(self, place: Municipality, scenario: Scenario, name: str) -> None:
        if scenario.rules == place.today.rules:
            self._begin(place, scenario)
            self.panel.report("scenarios", self._say("opened", name=name), problem=False)
            return
        # Saved when the rules were others: they are kept as they were.
        from widgets.workbench.loading import weighable  # noqa: PLC0415 (seldom)

        found = weighable(scenario, name, name, self._page.texts)
        self.saved.note("municipalities", found.municipality.key)
        self._begin(found.municipality, found.scenario)
        self.panel.report("scenarios", found.said, problem=False)

    # --- What is shown --------------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        if change == "municipality":
            self._follow()
            self._list()

    def _follow(self) -> None:
        """Show the municipality that is weighed, and what in it is the leaders' own."""
        here, texts = self._weighing.municipality, self._page.texts
        rows = []
        if here.own:
            from simulation.own_scenario import own_in_words  # noqa: PLC0415 (loaded figures only)

            told = own_in_words(here.today, here.own, read_preset(here.preset), texts)
            rows = [{name: getattr(one, name) for name in one.__slots__} for one in told]
        panel = self.panel
        with panel.hold_sync():
            panel.own, panel.loaded, panel.about = rows, not here.invented, self._about(here)

    def _about(self, here: Municipality) -> str:
        if here.invented:
            return self._say("invented")
        texts = self._page.texts
        cases = counted(texts, "listed_cases", len(here.today.cases))
        parts = counted(texts, "own_figures", len(here.own))
        if here.today.cases:
            parts = self._say("parts", figures=parts, cases=cases)
        try:
            day = _day(kept_municipality(here.key).loaded)
        except NotKeptError:
            return self._say("not_there")  # deleted in another window
        size = texts(f"preset.{here.preset}").casefold()
        return self._say("loaded", parts=parts, day=texts.date(day), size=size)

    def _list(self) -> None:
        """Show which municipalities and which scenarios there are."""
        texts, here = self._page.texts, self._weighing.municipality
        listed = {name: invented(name, texts).name for name in PRESETS}
        own = self.saved.municipalities()
        listed[here.key] = here.name
        names = [one.name for one in own]
        for one in own:
            # The same file may have been loaded twice, put right in between.
            listed[one.number] = one.name if names.count(one.name) == 1 else self._timed(one)
        scenarios = []
        for saved in self.saved.scenarios():
            place = listed.get(saved.municipality, "")
            about = self._say("saved_about", place=place, day=texts.date(_day(saved.saved)))
            scenarios.append({"number": saved.number, "name": saved.name, "about": about})
        panel = self.panel
        with panel.hold_sync():
            panel.municipalities = [{"key": key, "name": name} for key, name in listed.items()]
            panel.chosen, panel.scenarios = here.key, scenarios

    def _timed(self, one: KeptMunicipality) -> str:
        day, clock = self._page.texts.date(_day(one.loaded)), self._page.texts.clock(one.loaded)
        return self._say("same_name", name=one.name, day=day, clock=clock)

    def _say(self, id: str, **slots: object) -> str:
        return self._page.texts(f"start.{id}", **slots)


def _today() -> date:
    return datetime.now(_DENMARK).date()


def _day(moment: datetime) -> date:
    return moment.astimezone(_DENMARK).date()
