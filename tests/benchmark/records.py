"""A store of 10,000 meeting checklists: filling it, listing it, counting, and bringing it out.

Times are CPU time, with the time on the clock in brackets; those of opening and of 50 writers are
judged by the clock. So many writers are more than two cores can run at once, so that what else the
machine does decides about them: the load stands at the top of the page.
"""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import ModuleType

from data import audit
from data.case_files import CaseFile
from data.case_summary import listing
from data.export import records_workbook
from data.forms import Form, Item, read_form
from data.indicators import editions, make_edition
from data.periods import Quarter
from data.records import Record
from data.store import Store
from data.texts import Texts

HEAD = ("", "measured", "at most", "")
TODAY = date(2026, 11, 22)
CASES, EACH = 800, (12, 13)
"""As many cases as five years leave in a medium municipality, half of them closed."""
NOTE = """
[[items]]
id = "own_note"
kind = "note"
origin = "local"
limit = 2000
label.da = "Note"
label.en = "Note"
"""
WORDS = "Vi talte om praktikken på værkstedet og om, hvad der skal til for at komme op om morgenen."
SAVES, WRITERS, TIMES, BIG = 100, 50, 20, 50_000_000
SAVING = Path(__file__).parents[1] / "data" / "saving.py"
_ROUNDS = 5
_TYPED = 1000


def table() -> Iterator[tuple[str, str, str, str]]:
    """Yield a line for each thing that is measured."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        local = folder / "meeting.toml"
        local.write_text(NOTE, encoding="utf-8")
        form = read_form("meeting", local)
        yield from _many(folder, form)
        yield from _typed(folder, form)
        yield from _syncs_of_saves(folder)
        yield from _writers("SQLite", f"sqlite:///{folder / 'saves.db'}")
        servers = _postgresql_server()
        with servers.a_server() as server, servers.a_database(server) as url:
            yield from _writers("PostgreSQL", url)
        yield from _big(folder, form)


def checklists(form: Form) -> tuple[list[CaseFile], list[Record]]:
    """Return cases and 10,000 filled checklists, every question answered and a note."""
    random = Random(1)  # noqa: S311 - nothing secret
    cases, records = [], []
    for number in range(CASES):
        closed = TODAY - timedelta(number) if number % 2 else None
        born = date(2003, 1, 1) + timedelta(3 * number)
        ref, opened = f"K{number:05}", date(2024, 1, 8)
        cases.append(CaseFile(ref=ref, birthday=born, opened=opened, closed=closed))
        for meeting in range(EACH[number % 2]):
            day = opened + timedelta(60 * meeting)
            answers = {item.id: _answer(item, day, random) for item in form.items} | {
                "outcome": "held"
            }
            records.append(Record(case=ref, form=form.id, occasion=str(day), answers=answers))
    return cases, records


def _answer(item: Item, day: date, random: Random) -> str:
    if item.kind == "note":
        return WORDS
    if item.kind == "date":
        return str(day)
    if item.kind == "number":
        return str(random.randint(item.low, item.high))
    return str(random.choice(item.choices()))


def _many(folder: Path, form: Form) -> Iterator[tuple[str, str, str, str]]:
    file = folder / "many.db"
    store = Store.open(f"sqlite:///{file}")
    store.change_settings(real_cases=True)
    cases, records = checklists(form)
    for case in cases:
        store.save_case(case)
    size = f"{len(records):,} checklists, {len(form.items) - 1} answers and a note"
    with _clock() as took:
        store.add_records(records, "benchmark")
    yield size + ", taken in", _seconds(took), "5 s", _verdict(took[0] <= 5)
    store.close()
    megabytes = file.stat().st_size / 1e6
    yield "file with its audit trail", f"{megabytes:.1f} MB", "20 MB", _verdict(megabytes <= 20)
    # A process that opens a store does not carry 10,000 forms with it, to be swept through at every turn.
    del records
    store = Store.open(f"sqlite:///{file}")
    once = _median(lambda: listing(store, store.cases(), TODAY), 1)
    yield f"list of {CASES} cases, first page, first time in a process", _ms(once), "", ""
    yield from _lists(store, file)
    count = _median(lambda: store.count_answers("meeting"))
    yield "every answer of every question counted", _ms(count), "500 ms", _verdict(count[0] <= 0.5)
    yield from _editions(store)
    told: list[int] = []
    with _clock() as took:
        held = store.list_records(form="meeting")
        words = (form, held, Texts.read("da"))
        book = records_workbook(*words, report=lambda done, _: told.append(done))
    what = f"workbook of all ({len(book) / 1e6:.1f} MB), progress told {len(told)} times"
    yield what, _seconds(took), "15 s", _verdict(took[0] <= 15)
    with _clock() as took:
        whole = store.check_audit().whole and not store.check_answers()
    yield "audit trail and each answer checked", _seconds(took), "", _verdict(whole)
    store.close()


def _editions(store: Store) -> Iterator[tuple[str, str, str, str]]:
    """Yield what editions of the leadership report take: five years at once, then a quarter more."""
    with _clock() as took:
        first = make_edition(store, Quarter(2026, 2))
    what = f"leadership report: first edition, {len(first.blocks)} numbers of five years"
    yield what, _ms(took), "1,000 ms", _verdict(took[0] <= 1)
    with _clock() as took:
        make_edition(store, Quarter(2026, 3))
    yield "… each edition after it", _ms(took), "500 ms", _verdict(took[0] <= 0.5)
    read = _median(lambda: [len(each.cells) for each in editions(store)])
    yield "… both read again", _ms(read), "100 ms", _verdict(read[0] <= 0.1)


def _lists(store: Store, file: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield what the list takes at once after opening, and when somebody saved since."""
    fresh, later = [], []
    for record in store.records_of({"K00002"})[:_ROUNDS]:
        other = Store.open(f"sqlite:///{file}")
        with _clock() as took:
            listing(other, other.cases(), TODAY)
        fresh.append(took)
        other.close()
        store.save(replace(record, answers={**record.answers, "own_note": "x"}))
        with _clock() as took:
            listing(store, store.cases(), TODAY)
        later.append(took)
    names = ("list, a page of 25, most overdue first, store just opened", "… after each save")
    for name, found in zip(names, (fresh, later), strict=True):
        took = sorted(found)[_ROUNDS // 2]
        yield name, _ms(took), "100 ms", _verdict(took[0] <= 0.1)


def _typed(folder: Path, form: Form) -> Iterator[tuple[str, str, str, str]]:
    """Yield the size of the trail of forms that were typed and not taken in: a line an answer."""
    file = folder / "typed.db"
    store = Store.open(f"sqlite:///{file}")
    sizes, (_, records) = [], checklists(form)
    for number in (0, _TYPED):
        with store._opened.writing() as connection:
            audit.append(connection, [line for one in records[:number] for line in _lines(one)])
        store.close()
        sizes.append(file.stat().st_size)
    each = (sizes[1] - sizes[0]) / _TYPED
    what = f"audit trail of {len(records):,} checklists that were typed, a save an answer"
    yield what, f"{each * len(records) / 1e6:.0f} MB", "", ""


def _lines(record: Record) -> Iterator[dict[str, object]]:
    """Yield the lines that saving each answer of *record* by itself leaves."""
    key = {"case": record.case, "form": record.form, "occasion": record.occasion}
    for revision, (field, answer) in enumerate(record.answers.items(), 1):
        line = {"actor": "local", "action": "change", "field": field, "revision": revision}
        yield {**key, **line, "value_hash": audit.fingerprint("salt", answer)}


def _syncs_of_saves(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    url = f"sqlite:///{folder / 'syncs.db'}"
    if shutil.which("strace"):
        syncs = _syncs([sys.executable, str(SAVING), "save_each", url, str(SAVES)])
        found = f"{syncs} in {SAVES} saves"
        yield "syncs to the disk (T2)", found, "1 a save", _verdict(syncs >= SAVES)


def _writers(database: str, url: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield what 50 processes wait that add one to the same number at once, 20 times each."""
    Store.open(url).close()
    begun = time.perf_counter(), _cpu_of_children()
    nursery = subprocess.Popen(
        [sys.executable, str(SAVING)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    said, _ = nursery.communicate(f"{WRITERS} add_up {url} {TIMES}\n")
    took = [_cpu_of_children() - begun[1], time.perf_counter() - begun[0]]
    _, *waits, ended = said.splitlines()
    faults = sum(word != "0" for word in ended.split()[1:])
    store = Store.open(url)
    lost = WRITERS * TIMES - int(store.load("ØVELSE-01", "coordinator").answers["count"] or 0)
    store.close()
    what, found = f"{database}: {WRITERS} writers × {TIMES} on one form", f"{faults}, {lost}"
    yield f"{what}: errors, lost", found, "0, 0", _verdict(not faults and not lost)
    yield "… all of it, with their CPU", _seconds(took), "", ""
    kept, attempts = zip(*(map(float, line.split()) for line in waits), strict=True)
    late, last = sorted(kept)[int(len(kept) * 0.95)], max(kept)
    yield "… p95 of a save that was kept", f"{late:.0f} ms", "150 ms", _verdict(late <= 150)
    yield "… slowest save that was kept", f"{last:.0f} ms", "2,000 ms", _verdict(last <= 2000)
    longest = max(attempts)
    what = "… longest wait, also of who then came too late"
    yield what, f"{longest:.0f} ms", "2,000 ms", _verdict(longest <= 2000)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _postgresql_server() -> ModuleType:
    """Return what starts a server for the tests; they are no package that could be imported."""
    spec = spec_from_file_location("postgresql_server", SAVING.with_name("postgresql_server.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _big(folder: Path, form: Form) -> Iterator[tuple[str, str, str, str]]:
    """Time the opening of 50 MB, whole and damaged; opening looks through every page."""
    file = folder / "big.db"
    store = Store.open(f"sqlite:///{file}")
    _, records = checklists(form)
    made = 0
    while made * 1700 < BIG:
        some = [replace(each, case=f"ØVELSE-{made // 10_000}{each.case[-3:]}") for each in records]
        made += store.add_records(some, "benchmark")
    store.close()
    size = file.stat().st_size
    opened = _median(lambda: Store.open(f"sqlite:///{file}").close())
    yield f"a file of {size / 1e6:.0f} MB opened", _ms(opened), "1,000 ms", _verdict(opened[1] <= 1)
    with file.open("r+b") as damaged:
        damaged.seek(size * 3 // 4 // 4096 * 4096)
        damaged.write(os.urandom(4096))
    said = ""
    with _clock() as took:
        try:
            Store.open(f"sqlite:///{file}").close()
        except Exception as error:  # noqa: BLE001 - what it is, is shown
            said = getattr(error, "id", repr(error))
    good = took[1] <= 1 and said == "store.corrupt"
    yield "… with a damaged page: told", f"{_ms(took)}, {said}", "1,000 ms", _verdict(good)


def _syncs(command: list[str]) -> int:
    """Return how often *command* asked for its bytes to be on the disk."""
    asked = ["strace", "-f", "-c", "-e", "trace=fsync,fdatasync", *command]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stderr.splitlines()]
    return sum(int(line[3]) for line in lines if line and line[-1] in {"fsync", "fdatasync"})


Took = list[float]
"""Seconds of CPU time, which other programs stretch less, and on the clock."""


@contextmanager
def _clock() -> Iterator[Took]:
    took: Took = []
    begun, spent = time.perf_counter(), time.process_time()
    yield took
    took += [time.process_time() - spent, time.perf_counter() - begun]


def _median(action: Callable[[], object], rounds: int = _ROUNDS) -> Took:
    found = []
    for _ in range(rounds):
        with _clock() as took:
            action()
        found.append(took)
    return sorted(found)[rounds // 2]


def _seconds(took: Took) -> str:
    return f"{took[0]:.1f} s ({took[1]:.1f} s)"


def _ms(took: Took) -> str:
    return f"{1000 * took[0]:.0f} ms ({1000 * took[1]:.0f} ms)"


def _verdict(good: bool) -> str:
    return "ok" if good else "**missed**"
