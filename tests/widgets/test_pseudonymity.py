"""Pseudonymity from end to end (T23): 200 canaries typed wherever text is taken, then looked for.

What is refused may be in no file, no log and no export. What is accepted, a probable name among it,
may be in no log. ``VEJVISER_CANARIES=2000`` types more of them.
"""

import io
import logging
import os
import zipfile
from contextlib import suppress
from datetime import date
from random import Random

import pytest

from data.case_summary import case_forms
from data.export import journal_text, records_workbook
from data.export.whole_case import case_archive
from data.forms import Form
from data.places import DATA_VARIABLE
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from data.texts import Texts
from widgets import CaseList, CasePage
from widgets.case_details import CaseDetails
from widgets.case_life import CaseLife

CANARIES = int(os.environ.get("VEJVISER_CANARIES", "200"))
DAY = date(2026, 11, 22)


def canaries(random):
    """Yield so many things that are refused, no two alike, each spelled in some way."""
    seen = set()
    while len(seen) < CANARIES:
        day, month, year = random.randint(1, 28), random.randint(1, 12), random.randint(88, 99)
        last = f"{random.randint(1, 3)}{random.randint(100, 999)}"
        number = random.randint(20_000_000, 79_999_999)
        pairs = " ".join(str(number)[place : place + 2] for place in range(0, 8, 2))
        one = random.choice(
            [
                f"{day:02}{month:02}{year}-{last}",
                f"{day:02}{month:02}{year}{last}",
                f"{day:02}{month:02}{year} {last}",
                f"{day:02}.{month:02}.{year}-{last}",
                pairs,
                f"+45 {pairs}",
                f"kanin{number}@eksempel.dk",
                f"kanin{number} @ eksempel.dk",
            ]
        )
        if one not in seen:
            seen.add(one)
            yield one


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    for handler in logging.getLogger("vejviser").handlers[:]:
        logging.getLogger("vejviser").removeHandler(handler)
    return tmp_path


def everything_in(folder, downloads):
    """Return the name and content of each file, with what is packed in it."""
    waiting = [(str(one), one.read_bytes()) for one in folder.rglob("*") if one.is_file()]
    waiting += downloads.items()
    while waiting:
        name, content = waiting.pop()
        yield name, content
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                waiting += [(f"{name}/{one}", archive.read(one)) for one in archive.namelist()]


def note_keys(form: Form, fields):
    """Return the keys under which *fields* takes free text, one row of each table among them."""
    keys = [item.id for item in form.items if item.kind == "note"]
    for table in form.tables:
        row = fields.add_row(table.id)
        keys += [f"{table.id}.{row}.{item.id}" for item in table.items if item.kind == "note"]
    return keys


def children(widget, kind):
    found = [widget] if isinstance(widget, kind) else []
    return found + [
        one for child in getattr(widget, "children", ()) for one in children(child, kind)
    ]


def holding(files, words):
    """Return the files that hold *words*, as text or as JSON writes it."""
    spelled = {words.encode(), words.encode("ascii", "backslashreplace")}
    return [name for name, content in files if any(one in content for one in spelled)]


def type_into_tools(page, planted, accepted):
    """Type each of *planted* into some note of some tool; return those that were typed."""
    forms, typed = case_forms(), set()
    for place, form in enumerate(forms):
        page.choose(form.id)
        opened = page._place.children[0]
        if form.occasion == "dated":
            opened._open("ØVELSE-01", "2026-05-03")
        fields = opened.record_form.fields
        keys = note_keys(form, fields)
        for number, one in enumerate(planted[place :: len(forms)] if keys else ()):
            fields.write(keys[number % len(keys)], f"Ring til {one} i dag")
            typed.add(one)
        if keys:
            fields.write(keys[0], accepted[place])
        opened.record_form.leave()
    return typed


def type_into_the_rest(store, page, planted):
    """Type each of *planted* into a new case, the address and the purposes."""
    (details,) = children(CaseList("da", today=lambda: DAY), CaseDetails)
    for number, one in enumerate(planted):
        good = {"ref": f"K{number:05}", "birthday": "03-05-2010", "unit": "U", "coordinator": "KO3"}
        name = list(good)[number % len(good)]
        for other, words in (good | {name: one}).items():
            details.fields[other].value = words
        details.save.click()
        if number % 5 == 0:
            page.client.query = {"sag": one, "redskab": one}
            page.show_case(one)
        with suppress(StoreError):
            store.note("search", "", one)
        with suppress(StoreError):
            store.export_case("ØVELSE-01", one)


def test_what_is_refused_is_nowhere_and_what_is_accepted_is_in_no_log(folder, monkeypatch):
    downloads = {}
    monkeypatch.setattr(
        "widgets.page.Page.download",
        lambda _page, name, content, _mime: downloads.update({name: content}),
    )
    store = Store.open()
    store.change_settings(real_cases=True)
    page = CasePage("da", today=lambda: DAY)
    page.show_case("ØVELSE-01")
    planted = [*canaries(Random(7))]  # noqa: S311 - nothing secret
    accepted = [f"Mette Hansen {number}kanin taler pænt" for number in range(20)]

    assert len(type_into_tools(page, planted, accepted)) > CANARIES // 2
    type_into_the_rest(store, page, planted)
    assert [case.ref for case in store.cases() if not case.exercise] == []
    page.show_case("ØVELSE-01")
    (life,) = children(page, CaseLife)
    life.export.click()
    life.delete.click()
    for one in planted[:20]:
        life.purpose.value = one
        life.sure.click()
    records = store.list_records("ØVELSE-01")
    assert len(records) >= 5
    danish = Texts.read("da")
    for form in case_forms():
        own = [one for one in records if one.form == form.id]
        downloads[f"{form.id}.xlsx"] = records_workbook(form, own, danish)
        for one in own:
            downloads[f"{form.id}.txt"] = journal_text(form, "ØVELSE-01", one, danish).encode()
    store.close()

    files = [*everything_in(folder, downloads)]
    assert {one: holding(files, one) for one in planted if holding(files, one)} == {}
    logs = [file for file in files if "/log/" in file[0]]
    kept = {one for one in accepted if holding(files, one)}
    assert len(kept) >= 4
    assert {one: holding(logs, one) for one in kept if holding(logs, one)} == {}
    trail = str(Store.open().history())
    assert all(one not in trail for one in [*planted, *kept])


def test_a_failure_is_logged_without_what_was_typed(folder):
    page = CasePage("da", today=lambda: DAY)

    typed = " ".join(("Mette", "Hansen", "311299-4321"))

    def fail(_):
        raise ValueError(typed)

    page.guard(fail)(None)

    log = (folder / "log" / "vejviser.log").read_text("utf-8")
    assert "ValueError" in log
    assert typed not in log


def test_a_record_that_was_written_past_the_page_leaves_without_what_is_personal(folder):
    store = Store.open("sqlite://")
    answers = {"next_step": "Ring til mor 311299-4321 nu"}
    record = store.save(Record(case="ØVELSE-01", form="coordinator", answers=answers))

    archive = case_archive(
        {**store.export_case("ØVELSE-01"), "records": []}, [record], Texts.read("da"), exercise=True
    )

    files = [*everything_in(folder, {"whole.zip": archive})]
    assert holding(files, "311299-4321") == []
