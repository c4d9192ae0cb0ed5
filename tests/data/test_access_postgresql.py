"""What PostgreSQL itself refuses a person's login, whatever is sent to it: a stolen kernel, in raw SQL."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy.engine import make_url

from data.access import AccessRefused
from data.audit import line_digest
from data.people import People
from data.records import Record
from data.store import Store
from data.store_errors import StoreError
from tests.data.test_access import DAY, HELD, NORTH, PEOPLE, SOUTH, TRIED, filled  # noqa: F401

SECRET = HELD["next_step"]


@pytest.fixture
def url(postgresql_url):
    """For the store that ``test_access.py`` fills."""
    return postgresql_url


@pytest.fixture
def stolen(filled):  # noqa: F811 (the fixture)
    """Connect as a person, past Vejviser."""
    people, opened = People.open(filled), []

    def connect(name):
        opened.append(psycopg.connect(people.grant_password(name), autocommit=True))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()
    people.close()


TABLES = ("case_file", "record", "version", "session", "participant", "sheet", "audit", "person")


def whatever_can_be_read(connection):
    """Return all that the login gets out of each table, by columns where it gets no row whole."""
    found = {}
    for table in TABLES:
        columns = [
            row[0]
            for row in connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
            )
        ]
        for column in columns:
            try:
                asked = psycopg.sql.SQL("SELECT {} FROM {}").format(
                    psycopg.sql.Identifier(column), psycopg.sql.Identifier(table)
                )
                found[table, column] = [row[0] for row in connection.execute(asked)]
            except psycopg.errors.InsufficientPrivilege:
                continue
    return found


@pytest.mark.parametrize("name", ["leder", "underviser"])
def test_a_leaders_or_trainers_login_reads_nothing_of_a_real_case(stolen, name):
    found = whatever_can_be_read(stolen(name))

    assert found["record", "case"], "it reads its own"
    assert not {NORTH, SOUTH} & {str(value) for values in found.values() for value in values}
    answers = found["record", "answers"]
    assert sum(SECRET in str(each) for each in answers) == 1, "the fictional case's alone"
    assert len(found["version", "answers"]) == (2 if name == "leder" else 1)


def test_an_administrators_login_reads_no_answer_and_no_birthday(stolen):
    found = whatever_can_be_read(stolen("admin"))

    assert {NORTH, SOUTH, TRIED} <= set(found["record", "case"])
    unseen = {("record", "answers"), ("record", "salt"), ("version", "answers")}
    unseen |= {("case_file", "birthday"), ("case_file", "salt"), ("sheet", "answers")}
    assert not unseen & set(found)
    assert SECRET not in str(found)


def test_a_coordinators_login_reads_its_own_unit_alone(stolen):
    found = whatever_can_be_read(stolen("kim"))

    assert set(found["case_file", "ref"]) == {NORTH}
    assert set(found["record", "case"]) == {NORTH, TRIED, "ENHED"}
    assert SOUTH not in str(found)
    assert found["person", "login"] == ["kim"]
    assert "decision" not in found["record", "form"]


# Ways out of one's role; each must be refused or do nothing.
ATTEMPTS = [
    "SET row_security = off; SELECT * FROM record",
    "SET ROLE vejviser",
    "SET SESSION AUTHORIZATION vejviser",
    "UPDATE person SET role = 'everything'",
    "INSERT INTO person VALUES ('leder2', 'everything', '[]')",
    "UPDATE setting SET value = 'true'",
    "UPDATE about SET value = '0:' WHERE key = 'audit_head'",
    "UPDATE audit SET actor = 'kim'",
    "DELETE FROM audit",
    "DELETE FROM record",
    "TRUNCATE record",
    "ALTER TABLE record DISABLE ROW LEVEL SECURITY",
    "DROP POLICY seen_select ON record",
    "ALTER ROLE leder SUPERUSER",
    "ALTER ROLE kim PASSWORD 'x'",
    "CREATE ROLE extra LOGIN",
    "CREATE TEMPORARY TABLE about (key text, value text)",
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT 1'",
    "COPY record TO PROGRAM 'cat'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT rolpassword FROM pg_authid",
    "SELECT set_config('session_authorization', 'vejviser', false)",
    'INSERT INTO record ("case", form, occasion, state, version, revision, saved, salt, answers)'
    " VALUES ('K00012', 'meeting', '2026-09-09', 'draft', 0, 1, now(), '', '{}')",
    "INSERT INTO case_file VALUES ('K00077', NULL, 'Nord', '', '2026-01-01', NULL, 1, true, '')",
    "UPDATE record SET \"case\" = 'K00012' WHERE \"case\" = 'ENHED'",
    "UPDATE record SET form = 'report' WHERE form = 'decision'",
]


def test_there_is_no_way_out_of_a_leaders_role(stolen, filled):  # noqa: F811
    before = contents(filled)

    for attempt in ATTEMPTS:
        connection = stolen("leder")
        try:
            connection.execute(attempt)
            # What is not refused has found no row that it may touch.
            assert connection.execute("SELECT session_user").fetchone() == ("leder",), attempt
            assert NORTH not in str(whatever_can_be_read(connection)), attempt
        except psycopg.Error:
            pass
        assert contents(filled) == before, attempt


def contents(url):
    store = Store.open(url)
    held = (store.list_records(), store.cases(), store.settings(), store.history())
    assert store.check_audit().whole
    store.close()
    people = People.open(url)
    everybody = people.all()
    people.close()
    # Letting somebody in is a line.
    return (*held[:3], [line for line in held[3] if line["action"] != "let_in"], everybody)


def test_a_function_that_tells_what_it_sees_is_not_run_on_rows_that_may_not_be_seen(stolen):
    connection = stolen("leder")

    # Dividing by zero, or a cast that fails, tells by its error what stands in a row.
    told = connection.execute(
        "SELECT count(*) FROM record WHERE 1 / (CASE \"case\" WHEN 'K00012' THEN 0 ELSE 1 END) = 1"
    ).fetchone()

    assert told is not None


def test_a_line_of_the_trail_is_added_in_ones_own_name_and_place(stolen, filled):  # noqa: F811
    connection = stolen("leder")
    head = Store.open(filled).check_audit().head
    number, _, digest = head.partition(":")
    line = {"at": datetime.now(UTC), "action": "read", "case": "", "form": "", "occasion": ""}
    line |= {"field": None, "value_hash": None, "revision": 0, "purpose": ""}

    def add(actor, number):
        new = {"id": number, **line, "actor": actor}
        columns = ", ".join(f'"{name}"' for name in new)
        signs = ", ".join(["%s"] * len(new))
        values = [*new.values(), line_digest(digest, new)]
        connection.execute(f"INSERT INTO audit ({columns}, digest) VALUES ({signs}, %s)", values)  # noqa: S608

    for actor, where in (("kim", int(number) + 1), ("leder", int(number) + 2), ("leder", 1)):
        with pytest.raises(psycopg.Error):
            add(actor, where)
    add("leder", int(number) + 1)

    state = Store.open(filled).check_audit(head)
    assert (state.whole, state.lines) == (True, int(number) + 1)


def test_a_password_is_kept_hashed_is_another_each_time_and_ends(filled):  # noqa: F811
    people = People.open(filled)
    asked = "SELECT rolpassword, rolvaliduntil FROM pg_authid WHERE rolname = 'leder'"
    seen = []
    for hours in (1, 2):
        password = make_url(people.grant_password("leder", hours=hours)).password
        with psycopg.connect(filled) as connection:
            hashed, until = connection.execute(asked).fetchone()
        assert is_of(hashed, password)
        assert abs(until - datetime.now(UTC) - timedelta(hours=hours)) < timedelta(minutes=5)
        seen.append((hashed, password))
    assert not is_of(seen[1][0], seen[0][1]), "the one before is worth nothing"

    people.revoke_password("leder")
    with psycopg.connect(filled) as connection:
        assert connection.execute(asked).fetchone()[0] is None
    lines = Store.open(filled).history()
    assert not any(password in str(lines) for _, password in seen)


def is_of(hashed, password):
    """Tell whether *hashed* is that of *password*, as RFC 5803 says it."""
    kind, rounds_and_salt, keys = hashed.split("$")
    rounds, salt = rounds_and_salt.split(":")
    assert kind == "SCRAM-SHA-256"
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    client = hmac.new(salted, b"Client Key", hashlib.sha256).digest()
    stored = base64.b64encode(hashlib.sha256(client).digest()).decode()
    return hmac.compare_digest(stored, keys.split(":")[0])


def test_who_is_removed_can_do_nothing_more_also_over_an_open_connection(stolen, filled):  # noqa: F811
    people = People.open(filled)
    people.add("ny", "leader")
    connection = stolen("ny")
    assert connection.execute("SELECT count(*) FROM record").fetchone() != (0,)

    people.remove("ny")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT count(*) FROM record")


def test_a_login_that_is_not_ours_is_left_alone(filled):  # noqa: F811
    owner = make_url(filled).username
    with pytest.raises(StoreError) as caught:
        People.open(filled).add(owner, "leader")

    assert caught.value.id == "access.login_taken"


def test_two_people_who_write_at_once_leave_a_whole_trail(filled):  # noqa: F811
    people = People.open(filled)
    leader, trainer = (Store.open(people.grant_password(name)) for name in ("leder", "underviser"))

    for number in range(10):
        leader.save(Record(case="ENHED", form="decision", occasion=f"1{number}"))
        trainer.save(Record(case="ØVELSE-02", form="meeting", occasion=f"2026-01-1{number}"))
        with pytest.raises(AccessRefused):
            trainer.load(NORTH, "meeting", DAY)

    store = Store.open(filled)
    assert store.check_audit().whole
    assert {line["actor"] for line in store.history()} >= {"leder", "underviser"}
    assert len(PEOPLE) == 4
