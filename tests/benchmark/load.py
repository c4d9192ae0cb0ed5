"""A whole municipality at once: 50 sessions for half an hour, and what is broken on purpose meanwhile.

Of ten people, four are at the workbench, three fill in a form that is saved, two go in and out of the list
of cases and one in and out of a chapter. Meanwhile some tabs vanish without a word, a kernel of the
workbench and one with a form are killed, and so is the process that kernels are forked from. Whoever loses
a kernel opens the page again, as the banner says. All share the machine's cores with the app.
"""

import asyncio
import os
import re
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from tornado.httpclient import AsyncHTTPClient

from data.case_files import CaseFile
from data.store import Store
from data.texts import Texts

from .load_watch import Watch, kernels
from .tab import Tab, WorkbenchTab
from .visitors import TOKEN, app

HEAD = ("", "how many", "p50", "p95", "slowest", "p95 at most", "")
PACE, WRITING, READING = 40.0, 15.0, 60.0
"""Seconds between two moves of a control, two answers in a form (forty in ten minutes), and two pages."""
IDLE = 60
"""Seconds after which a kernel that nobody is at is ended; 900 where nobody sets it."""
SILENT = 8.0
"""Seconds without a sign of life after which somebody opens the page again."""
WHAT = {
    "page": ("a page is sent", 5.0),
    "alive": ("… its kernel answers", 8.0),
    "opened": ("… of the workbench: its first answer", 10.0),
    "list": ("… of the cases: the list", 10.0),
    "form": ("… of a case: its form", 10.0),
    "first": ("a control is moved: a first answer", 2.0),
    "settled": ("… the settled answer", 8.0),
    "figure": ("… its figure is redrawn", 10.0),
    "chapter": ("a chapter's experiment is answered", 8.0),
    "save": ("what was typed in a form is saved", 2.0),
    "beat": ("a sign of life is answered", 1.0),
    "again": ("a kernel was killed: noticed, and the page is there again", 20.0),
}
"""What is waited for, and seconds that 95 of 100 may take; our own bounds for two cores."""
SHARES = {"workbench": 4, "form": 3, "list": 2, "chapter": 1}
GROWTH = 60
"""MiB an hour that the server may grow by, once all have come."""
DANISH = Texts.read("da")


@dataclass
class Run:
    """What was found."""

    took: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in WHAT})
    faults: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    """Case → the last text that the page called saved."""
    saves: int = 0
    lost: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    """The kernels whose tabs were gone without a word."""
    recovered: list[str] = field(default_factory=list)


class Person:
    """Somebody who goes on for the whole time; what goes wrong is counted, and they begin anew."""

    def __init__(self, address: str, run: Run, number: int) -> None:
        self.run, self.address, self.number = run, address, number
        self.case = f"K{number:05}"
        self.tab: Tab = self._tab()
        self.end = 0.0

    def _tab(self) -> Tab:
        return Tab(self.address, TOKEN, self.run.took, self.number)

    async def go_on(self, begin: float, end: float) -> None:
        """Come at *begin*, and stay until *end*."""
        self.end = end
        await asyncio.sleep(max(begin - time.monotonic(), 0))
        while time.monotonic() < end:
            try:
                await self.visit()
            except Exception as failure:  # noqa: BLE001 (each is counted)
                self.run.faults.append(f"{type(self).__name__}: {failure!r}")
                print(self.run.faults[-1], file=sys.stderr)  # noqa: T201
                await asyncio.sleep(5)
            await self._leave()

    async def _leave(self) -> None:
        with suppress(Exception):
            await self.tab.leave()
        self.tab = self._tab()

    async def visit(self) -> None:
        """Open a page, and stay there until the time is over or it is left."""
        raise NotImplementedError

    async def stay(self, act: Callable[[], Awaitable[None]], pace: float, again: Any) -> None:
        """Do *act* at about every *pace* seconds; open the page *again* where its kernel is gone."""
        self.tab.beat_on("beat")
        while time.monotonic() < self.end:
            until = time.monotonic() + self.tab.chance.uniform(0.5, 1.5) * pace
            while time.monotonic() < until and not self._is_silent():
                await asyncio.sleep(0.5)
            begun = time.perf_counter()
            acting = asyncio.ensure_future(act())
            while not acting.done():
                await asyncio.wait({acting}, timeout=1)
                if self._is_silent():
                    acting.cancel()
                    break
            if not self._is_silent():
                await acting
                continue
            begun = self.tab.killed or begun
            with suppress(Exception):  # what a browser asks for while it loads a page again
                await self.tab.leave()
            await again()
            self.tab.note("again", begun)
            self.run.recovered.append(type(self).__name__)
            self.tab.beat_on("beat")

    def _is_silent(self) -> bool:
        return self.tab.asked > 0 and time.perf_counter() - self.tab.asked > SILENT


class AtTheWorkbench(Person):
    """Moves a control now and then, and reads the answer."""

    tab: WorkbenchTab

    def _tab(self) -> WorkbenchTab:
        return WorkbenchTab(self.address, TOKEN, self.run.took, self.number)

    async def visit(self) -> None:
        """Stay at the workbench."""
        await self._open()
        await self.stay(self.tab.move, PACE, self._open)

    async def _open(self) -> None:
        self.tab.state = ""
        await self.tab.open(("page", "alive", "opened"))


class AtAForm(Person):
    """Types in a form, each time until the page calls it saved; leaves it now and then."""

    written = 0

    async def visit(self) -> None:
        """Open the form of an own case, and write."""
        await self._open()
        before = self.end
        self.end = min(before, time.monotonic() + 20 * WRITING)
        await self.stay(self._write, WRITING, self._open)
        self.end = before

    async def _open(self) -> None:
        query = {"sag": self.case, "redskab": "coordinator"}
        begun = await self.tab.load("sag", ("page", "alive"), query)
        await self.tab.until(lambda: self._fields() is not None)
        kept, fields = self.run.kept.get(self.case, ""), str(self._fields())
        try:
            await self.tab.until(lambda: self._shown(fields) == kept, 20)
        except TimeoutError:
            shown = self._shown(fields)
            self.run.lost.append(f"{self.case}: {shown!r} is shown, {kept!r} was called saved")
        self.tab.note("form", begun)

    def _shown(self, fields: str) -> str:
        return str(self.tab.models[fields]["typed"]["next_step"])

    def _fields(self) -> str | None:
        models = self.tab.models.items()
        return next((id for id, each in models if "next_step" in each.get("typed", ())), None)

    async def _write(self) -> None:
        self.written += 1
        text, fields = f"Aftal en dag på værkstedet. Skridt {self.written}", str(self._fields())
        begun = time.perf_counter()
        typed = {"kind": "typed", "key": "next_step", "value": text, "number": self.written}
        await self.tab.say(fields, {"method": "custom", "content": {**typed, "half": False}})
        await self.tab.until(
            lambda: self.tab.models[fields]["heard"] >= self.written and self._is_saved()
        )
        self.tab.note("save", begun)
        self.run.kept[self.case] = text
        self.run.saves += 1

    def _is_saved(self) -> bool:
        said = [str(each.get("value", "")) for each in self.tab.models.values()]
        state = next(value for value in said if 'class="vv-saved" role="status"' in value)
        waits = (DANISH("form.saving"), DANISH("form.unsaved"), DANISH("form.not_saved_yet"))
        return not any(words in state for words in waits)


class AtTheList(Person):
    """Opens the list of cases, reads it, and leaves; each third time without a word."""

    visits = 0

    async def visit(self) -> None:
        """Open the list, and leave."""
        begun = await self.tab.load("sager", ("page", "alive"))
        await self.tab.until(
            lambda: any("<table" in str(each.get("value")) for each in self.tab.models.values())
        )
        self.tab.note("list", begun)
        await asyncio.sleep(self.tab.chance.uniform(0.5, 1.5) * READING)
        self.visits += 1
        if self.visits % 3 == 0 and time.monotonic() < self.end:
            self.tab.vanish()
            self.run.vanished.append(self.tab.kernel)
            self.tab = self._tab()


class InAChapter(Person):
    """Opens a chapter, tries its experiment, and leaves."""

    async def visit(self) -> None:
        """Open the chapter, move a control, read the answer."""
        await self.tab.load("01_koordinator", ("page", "alive"))
        await asyncio.sleep(self.tab.chance.uniform(0.5, 1.5) * READING)
        choice = next(
            id
            for id, each in self.tab.models.items()
            if each.get("_model_name") == "ToggleButtonsModel"
        )
        now = self.tab.models[choice]["index"]
        places = len(self.tab.models[choice]["_options_labels"])
        place = self.tab.chance.choice([each for each in range(places) if each != now])
        begun = time.perf_counter()
        await self.tab.say(choice, {"method": "update", "state": {"index": place}})
        await self.tab.until(
            lambda: any(
                'class="vv-answer' in str(each.get("value")) for each in self.tab.models.values()
            )
        )
        self.tab.note("chapter", begun)
        await asyncio.sleep(self.tab.chance.uniform(0.5, 1.5) * READING)


KINDS: dict[str, type[Person]] = {
    "workbench": AtTheWorkbench,
    "form": AtAForm,
    "list": AtTheList,
    "chapter": InAChapter,
}


def table(sessions: int, minutes: float) -> Iterator[tuple[str, ...]]:
    """Yield a line for each thing that is waited for, and for memory, kernels and what was broken."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'vejviser.db'}"
        _cases(url, sessions)
        environment = {**os.environ, "VEJVISER_IDLE_SECONDS": str(IDLE)}
        with app(folder, environment) as (address, server):
            run = Run()
            watch = Watch(server)
            asyncio.run(_play(address, run, watch, sessions, 60 * minutes))
        yield from _times(run)
        yield from _outcome(run, url, watch, folder)
        yield from watch.lines(GROWTH)


def _cases(url: str, sessions: int) -> None:
    store = Store.open(url)
    store.change_settings(real_cases=True)
    for number in range(sessions):
        born = date(2008, 1, 1)
        store.save_case(CaseFile(ref=f"K{number:05}", birthday=born, opened=date(2024, 1, 8)))
    store.close()


async def _play(address: str, run: Run, watch: Watch, sessions: int, seconds: float) -> None:
    # Tornado's own limit of ten would let the others wait here, and not in the app.
    AsyncHTTPClient.configure(None, max_clients=2 * sessions)
    turns = [kind for kind, share in SHARES.items() for _ in range(share)]
    # Mixed, so that a short trial has some of each.
    kinds = [KINDS[turns[number * 7 % len(turns)]] for number in range(sessions)]
    people = [kind(address, run, number) for number, kind in enumerate(kinds)]
    begun = time.monotonic()
    end = begun + seconds
    watching = asyncio.create_task(watch.go_on(seconds))
    breaking = asyncio.create_task(_break(people, watch, begun, seconds))
    # They come within a minute, or the first tenth of the time, as when a working day begins.
    arrival = min(60.0, seconds / 10) / sessions
    await asyncio.gather(
        *(each.go_on(begun + place * arrival, end) for place, each in enumerate(people))
    )
    await breaking
    await watch.end(watching, patience=4 * IDLE)


async def _break(people: list[Person], watch: Watch, begun: float, seconds: float) -> None:
    """Kill what should come back: kernels, and the process that they are forked from."""

    async def at(share: float) -> None:
        await asyncio.sleep(max(begun + share * seconds - time.monotonic(), 0))

    await at(0.3)
    _kill_kernel(next(each for each in people if isinstance(each, AtTheWorkbench)), watch)
    await at(0.45)
    watch.kill_forerunner()
    await at(0.6)
    _kill_kernel(next(each for each in people if isinstance(each, AtAForm)), watch)


def _kill_kernel(person: Person, watch: Watch) -> None:
    for one in kernels(watch.server):
        with suppress(psutil.Error):
            if person.tab.kernel and person.tab.kernel in " ".join(one.cmdline()):
                one.kill()
                person.tab.killed = time.perf_counter()
                watch.killed += 1


def _times(run: Run) -> Iterator[tuple[str, ...]]:
    for what, (said, most) in WHAT.items():
        took = sorted(run.took[what])
        if not took:
            yield (said, "0", "", "", "", f"{most:.1f} s", "**never**")
            continue
        half, late = (took[int(len(took) * share)] for share in (0.5, 0.95))
        times = (f"{half:.2f} s", f"{late:.2f} s", f"{took[-1]:.2f} s")
        yield (said, f"{len(took):,}", *times, f"{most:.1f} s", verdict(late <= most))


def _outcome(run: Run, url: str, watch: Watch, folder: Path) -> Iterator[tuple[str, ...]]:
    """Yield what went wrong, what was lost, and what became of what was broken on purpose."""
    store = Store.open(url)
    lost = list(run.lost)
    for case, text in run.kept.items():
        there = store.load(case, "coordinator").answers.get("next_step")
        if there != text:
            lost.append(f"{case}: {there!r} in the store, {text!r} called saved")
    store.close()
    for each in lost:
        print(each, file=sys.stderr)  # noqa: T201
    yield line("visits that broke off", f"{len(run.faults)}", "0", not run.faults)
    yield line("saves called saved, and lost", f"{run.saves:,}, {len(lost)}", "0 lost", not lost)
    back = f"{len(run.recovered)} of {watch.killed}"
    yield line("killed kernels whose page came back", back, "", len(run.recovered) >= watch.killed)
    log = (folder / "log" / "vejviser.log").read_text(encoding="utf-8")
    errors = re.findall(r"^.* (?:ERROR|CRITICAL) .*$", log, re.MULTILINE)
    for each in errors[:20]:
        print(each, file=sys.stderr)  # noqa: T201
    yield line(
        "errors in the log; the killed forerunner is one", str(len(errors)), "1", len(errors) <= 1
    )
    left = watch.still_there(run.vanished)
    gone = f"{len(run.vanished) - len(left)} of {len(run.vanished)}"
    yield line("kernels of tabs that vanished, ended by the server", gone, "", not left)


def line(said: str, found: str, most: str, good: bool | None = None) -> tuple[str, ...]:
    """Return a line without times."""
    return (said, found, "", "", "", most, "" if good is None else verdict(good))


def verdict(good: bool) -> str:
    """Return the last word of a line."""
    return "ok" if good else "**missed**"
