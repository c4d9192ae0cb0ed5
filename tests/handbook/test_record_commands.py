"""The commands `vejviser records …`, as whoever runs Vejviser types them."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from openpyxl import load_workbook
from typer.testing import CliRunner

from data import backup
from data.backup import look_through
from data.case_files import CaseFile
from data.encryption import KEY_VARIABLE, is_encrypted
from data.places import DATA_VARIABLE
from data.records import Record
from data.sessions import SessionStore, read_plan
from data.store import Store
from data.texts import Texts
from handbook.__main__ import main

SENTENCE = Texts.read("da")("records.real_cases_sentence")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@pytest.fixture
def file(folder):
    with_store(
        lambda store: store.save(
            Record(case="ØVELSE-01", form="coordinator", answers={"named": "yes"})
        )
    )
    return folder / "vejviser.db"


def with_store(action):
    store = Store.open()
    try:
        return action(store)
    finally:
        store.close()


def vejviser(*words, typed=""):
    environment = {"COLUMNS": "200", "NO_COLOR": "1"}
    return CliRunner().invoke(main, ["records", *map(str, words)], env=environment, input=typed)


def real_case(ref="K00012"):
    def make(store):
        store.change_settings(real_cases=True)
        store.save_case(CaseFile(ref=ref, coordinator="KO3", opened=date(2026, 5, 1)))
        record = Record(case=ref, form="meeting", occasion="2026-05-03")
        kept = store.finish(store.save(record))
        return store.hand_over(kept, date(2026, 5, 4))

    return with_store(make)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_drill_backup_damage_restore_has_no_difference(file, tmp_path, lang):
    made = vejviser("backup", "copy.db", "--lang", lang)
    assert made.exit_code == 0, made.output
    digest = look_through(file).digest
    assert digest in made.output
    file.write_bytes(b"x" * 9000)
    assert vejviser("check", "--lang", lang).exit_code == 2

    done = vejviser("restore", "copy.db", "--yes", "--lang", lang)

    assert done.exit_code == 0, done.output
    assert digest in done.output
    assert (
        look_through(tmp_path / "copy.db").tables["record"] == look_through(file).tables["record"]
    )
    assert vejviser("check", "--lang", lang).exit_code == 0
    assert [one.read_bytes() for one in file.parent.glob("*replaced*.db")] == [b"x" * 9000]


def test_a_restore_asks_first_and_names_cases_that_are_back(file):
    real_case()
    vejviser("backup", "copy.db")
    vejviser("delete", "K00012", "--purpose", "fristen er udløbet", "--yes")
    no = vejviser("restore", "copy.db", typed="nej\n")
    assert no.exit_code == 2
    assert "intet er ændret" in no.output
    assert with_store(lambda store: store.list_records("K00012")) == []

    yes = vejviser("restore", "copy.db", typed="ja\n")

    assert yes.exit_code == 0, yes.output
    assert "K00012" in yes.output
    assert len(with_store(lambda store: store.list_records("K00012"))) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["backup", "there.db"], "intet bliver overskrevet"),
        (["restore", "none.db"], "findes ikke"),
        (["restore", "there.db", "--yes"], "beskadiget"),
        (["export", "K99999", "--out", "x.zip", "--purpose", "indsigt"], "ingen sag K99999"),
        (["delete", "K99999", "--purpose", "x", "--yes"], "ingen sag K99999"),
        (["real-cases", "maybe"], "on eller off"),
        (["decrypt"], "ikke krypteret"),
        (["delete", "ØVELSE-01", "--purpose", "ring 311299-4321", "--yes"], "CPR-nummer"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_2(file, tmp_path, words, said):
    (tmp_path / "there.db").write_text("mine")

    answer = vejviser(*words)

    assert answer.exit_code == 2
    assert said in answer.output
    assert "Traceback" not in answer.output
    assert (tmp_path / "there.db").read_text() == "mine"
    assert with_store(lambda store: len(store.list_records())) == 1


def test_a_check_finds_a_changed_answer_and_a_changed_log(file):
    assert vejviser("check").exit_code == 0
    content = file.read_bytes()
    file.write_bytes(content.replace(b'{"named": "yes"}', b'{"named": "xes"}'))
    changed = vejviser("check")
    assert changed.exit_code == 1
    assert "ØVELSE-01/coordinator" in changed.output
    file.write_bytes(content.replace(b"localcreate", b"localchange"))

    broken = vejviser("check")

    assert broken.exit_code == 1
    assert "Loggen er ændret" in broken.output


def test_the_log_is_told_for_one_case_and_without_staff(file, tmp_path):
    real_case()
    done = vejviser("log", "--case", "K00012", "--without-staff", "--out", "log.csv")

    assert done.exit_code == 0, done.output
    rows = [*csv.reader(io.StringIO((tmp_path / "log.csv").read_text("utf-8-sig")), delimiter=";")]
    assert "Hvem" not in rows[0]
    assert {row[rows[0].index("Sag")] for row in rows[1:]} == {"K00012"}
    assert "local" not in (tmp_path / "log.csv").read_text("utf-8-sig")
    told = vejviser("log")
    assert "Hvem" in told.output
    assert "loggen læst" in told.output


def test_a_case_is_exported_whole_and_deleted_with_the_same_digest(file, tmp_path):
    real_case()
    done = vejviser("export", "k00012", "--out", "case.zip", "--purpose", "indsigt")
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(tmp_path / "case.zip") as archive:
        held = json.loads(archive.read("sag.json"))
        endings = sorted(name.rpartition(".")[2] for name in archive.namelist())
    assert endings == ["csv", "csv", "docx", "json", "xlsx"]
    assert [record["occasion"] for record in held["records"]] == ["2026-05-03"]
    assert held["audit"][-1]["purpose"] == "indsigt"
    refused = vejviser("delete", "K00012", "--purpose", "fristen", typed="\n")
    assert refused.exit_code == 2

    gone = vejviser("delete", "K00012", "--purpose", "fristen", "--yes", "--receipt", "receipt.txt")

    assert gone.exit_code == 0, gone.output
    from data.case_life import digest_of  # noqa: PLC0415

    receipt = (tmp_path / "receipt.txt").read_text("utf-8")
    assert digest_of(held) in receipt
    assert "K00012/meeting/2026-05-03" in receipt
    assert "arkivreglerne" in gone.output
    assert with_store(lambda store: store.case("K00012")) is None
    actions = [line["action"] for line in with_store(lambda store: store.history("K00012"))]
    assert actions.count("delete") == actions.count("export") == 1


@pytest.mark.parametrize(
    ("real", "cases"), [(False, ["ØVELSE-01"]), (True, ["K00012", "ØVELSE-01"])]
)
def test_every_filled_form_leaves_in_one_workbook_and_each_case_is_logged_once(
    file, tmp_path, real, cases
):
    real_case()
    with_store(lambda store: store.save(Record(case="K00012", form="coordinator")))
    with_store(lambda store: store.change_settings(real_cases=real))
    words = ("table", "coordinator", "--out", tmp_path / "x.xlsx", "--purpose", "statistik")

    done = vejviser(*words)

    assert (done.exit_code, done.stderr.strip()) == (0, "")
    assert f"{len(cases)} udfyldte skemaer" in done.output
    sheet = load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=5)] == cases
    assert (tmp_path / "x.xlsx").stat().st_mode & 0o077 == 0
    trail = with_store(lambda store: store.history())
    logged = [line for line in trail if line["action"] == "export"]
    assert [(line["case"], line["purpose"]) for line in logged] == [(c, "statistik") for c in cases]
    assert vejviser(*words).exit_code == 2


def test_a_form_that_is_not_there_is_named_with_those_that_are(file, tmp_path):
    done = vejviser("table", "nothing", "--out", tmp_path / "x.xlsx", "--purpose", "statistik")

    assert done.exit_code == 2
    assert "Skemaet nothing findes ikke" in done.stderr
    assert "coordinator" in done.stderr


def test_prune_shows_asks_and_tells(file):
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
        shown = vejviser("prune", "--dry-run")
        assert "ØVELSE-01/coordinator" in shown.output
        assert vejviser("prune", typed="nej\n").exit_code == 2
        assert len(with_store(lambda store: store.list_records())) == 1

        done = vejviser("prune", "--yes")

        assert done.exit_code == 0, done.output
        assert "Kvittering" in done.output
        assert with_store(lambda store: store.list_records()) == []
        assert "ældre end sin frist" in vejviser("prune").output


def test_prune_deletes_the_sessions_that_ended_long_ago(folder):
    store = SessionStore.open()
    # At noon: five hours later is the same day, wherever and whenever the test runs.
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False):
        kept = [
            store.create(read_plan("two_hours"), title=title, language="da", groups=2)
            for title in ("Metodedag", "Endnu en")
        ]
        store.close(kept[0])
    ended = kept[0].created
    with time_machine.travel(ended + timedelta(days=30, hours=5), tick=False):
        shown = vejviser("prune", "--dry-run")
        assert "Metodedag" in shown.output
        assert "session, fristen udløb" in shown.output
        assert len(store.sessions()) == 2

        done = vejviser("prune", "--yes")

        assert done.exit_code == 0, done.output
        assert "Sessioner med alle deres svar: 1" in done.output
        assert [session.title for session in store.sessions()] == ["Endnu en"]
        assert with_store(lambda records: records.history())[-1]["form"] == "session"
    store.close_store()


def test_a_period_is_decided_by_the_municipality(file):
    vejviser("prune", "--exercise-days", 200, "--handed-over-days", 10, "--session-days", 7)

    settings = with_store(lambda store: store.settings())
    periods = (settings.exercise_days, settings.handed_over_days, settings.session_days)
    assert periods == (200, 10, 7)


def test_real_cases_need_a_typed_sentence(file):
    wrong = vejviser("real-cases", "on", typed="ja\n")
    assert wrong.exit_code == 2
    for meaning in ("Lejre", "dataansvarlig", "log", "ikke en journal"):
        assert meaning in wrong.output
    assert not with_store(lambda store: store.settings().real_cases)

    right = vejviser("real-cases", "on", typed=f"{SENTENCE}\n")

    assert right.exit_code == 0, right.output
    assert with_store(lambda store: store.settings().real_cases)
    assert vejviser("real-cases", "off").exit_code == 0
    assert not with_store(lambda store: store.settings().real_cases)


def test_records_are_encrypted_with_the_key_of_the_variable_and_back(file, monkeypatch):
    before = look_through(file)
    monkeypatch.setenv(KEY_VARIABLE, "fire æbler og en cykel")
    done = vejviser("encrypt")
    assert done.exit_code == 0, done.output
    assert "fire æbler" not in done.output
    assert is_encrypted(file)
    assert all(is_encrypted(one) for one in backup.backups(file))
    assert vejviser("encrypt").exit_code == 2
    assert vejviser("check").exit_code == 0
    monkeypatch.setenv(KEY_VARIABLE, "en anden nøgle her")
    assert "åbner ikke" in vejviser("check").output
    monkeypatch.setenv(KEY_VARIABLE, "fire æbler og en cykel")

    back = vejviser("decrypt", "--yes")

    assert back.exit_code == 0, back.output
    assert look_through(file) == before


def test_without_a_key_store_a_key_is_typed_twice(file):
    short = vejviser("encrypt", typed="kort\nkort\n")
    assert short.exit_code == 2
    assert "mindst 12 tegn" in short.output
    differ = vejviser("encrypt", typed="fire æbler og en cykel\nfire pærer og en cykel\n")
    assert differ.exit_code == 2
    assert not is_encrypted(file)

    done = vejviser("encrypt", typed="fire æbler og en cykel\n" * 2)

    assert done.exit_code == 0, done.output
    assert is_encrypted(file)
    assert KEY_VARIABLE in done.output


def test_a_drawn_key_lies_in_the_key_store_and_is_shown_once(file, monkeypatch):
    import keyring  # noqa: PLC0415

    kept = {}
    monkeypatch.setattr(keyring, "get_password", lambda *name: kept.get(name))
    monkeypatch.setattr(keyring, "set_password", lambda *name: kept.update({name[:2]: name[2]}))

    done = vejviser("encrypt")

    assert done.exit_code == 0, done.output
    (key,) = kept.values()
    assert key in done.output
    assert vejviser("check").exit_code == 0
    assert all(key.encode() not in one.read_bytes() for one in file.parent.rglob("*.*"))


@pytest.mark.parametrize(
    "name",
    [
        "backup",
        "restore",
        "check",
        "log",
        "export",
        "table",
        "delete",
        "prune",
        "encrypt",
        "decrypt",
    ],
)
def test_each_command_says_its_exit_status(name):
    answer = vejviser(name, "--help")

    assert answer.exit_code == 0
    assert "Exit status" in answer.output


def test_the_first_opening_of_a_day_leaves_a_backup(file):
    assert len(backup.backups(file)) == 1
    assert file.parent.stat().st_mode & 0o077 == 0
