"""Lets PostgreSQL itself hold to the roles: each person has a login, and sees the rows of that role alone.

Whatever is sent to the database by that login, and not by Vejviser alone, is held to it: row-level
security asks ``session_user``, which no statement can change. Answers and birthdays are columns that an
administrator's login has no right to. A line of the audit trail can be added in one's own name only, and
the database itself moves the end of the chain. Whoever owns the tables is held to nothing: with that
login Vejviser is set up, copied and counted, and no visitor gets it.

The rules are written from the table of roles in ``access.py``; where that changes, the version of the
tables grows, and a migration calls :func:`protect` again.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from data.access import CASES, DEEDS, EXERCISE, NOT_UNIT, ROLES, UNIT, Deed, Person, Role
from data.case_life import UNSEEN
from data.store_tables import audit, case_files, people, records, sessions, tables, versions

_CHANGE = "SELECT, INSERT, UPDATE"
_MAINTAIN = 170_000  # From this version on, clearing up is a right that can be given.


def protect(connection: Connection) -> None:
    """Switch row-level security on for the tables of the store, with the rules of today's roles.

    Can be called again; on SQLite it does nothing, since nothing there holds to anything.
    """
    if connection.dialect.name != "postgresql":
        return
    for statement in (*_functions(), *_chain(), *_policies()):
        connection.exec_driver_sql(statement)


def grant(connection: Connection, person: Person) -> None:
    """Give the login of *person* the rights of the role, and no others."""
    login = quoted(person.name)
    withdraw(connection, person.name)
    database = quoted(connection.exec_driver_sql("SELECT current_database()").scalar_one())
    # Whoever has no role in Vejviser has no business in its database.
    connection.exec_driver_sql(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {database} TO {login}")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {_schema(connection)} TO {login}")
    version = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    numbers = "SELECT pg_get_serial_sequence('record', 'id')"
    sequence = connection.exec_driver_sql(numbers).scalar_one()
    rights = [
        *_rights(person.role),
        *_rights_to_cases(person.role, sequence, maintain=int(version) >= _MAINTAIN),
    ]
    for right, thing in rights:
        connection.exec_driver_sql(f"GRANT {right} ON {thing} TO {login}")


def withdraw(connection: Connection, login: str) -> None:
    """Take every right in this database from *login*; a connection that is open can do nothing more."""
    schema, name = _schema(connection), quoted(login)
    database = quoted(connection.exec_driver_sql("SELECT current_database()").scalar_one())
    for thing in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        connection.exec_driver_sql(f"REVOKE ALL ON ALL {thing} IN SCHEMA {schema} FROM {name}")
    connection.exec_driver_sql(f"REVOKE ALL ON SCHEMA {schema} FROM {name}")
    connection.exec_driver_sql(f"REVOKE ALL ON DATABASE {database} FROM {name}")


def quoted(name: str) -> str:
    """Return *name* as it stands in a statement, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def _schema(connection: Connection) -> str:
    return quoted(connection.exec_driver_sql("SELECT current_schema()").scalar_one())


def _rights(role: Role) -> Iterator[tuple[str, str]]:
    """Yield what *role* may do to tables that hold no case, before any row is looked at."""
    for name in ("about", "setting", "person", "audit"):
        yield "SELECT", name
    yield "INSERT", "audit"
    if role in _who_may("sessions"):
        for name in ("session", "participant", "sheet"):
            yield f"{_CHANGE}, DELETE", name
    elif role in _who_may("delete_sessions"):
        yield "SELECT, DELETE", "session"
    if role in _who_may("settings"):
        yield f"{_CHANGE}, DELETE", "setting"


def _rights_to_cases(role: Role, sequence: str, *, maintain: bool) -> Iterator[tuple[str, str]]:
    """Yield what *role* may do to tables with cases, before any row is looked at."""
    if CASES[role].get("read_case"):
        for table in (records, case_files, versions):
            yield _CHANGE, table.name
        yield "USAGE", f"SEQUENCE {sequence}"
        yield "EXECUTE", "FUNCTION case_is_taken(text)"
    else:
        for table in (records, case_files, versions):
            seen = ", ".join(f'"{each.name}"' for each in table.columns if each.name not in UNSEEN)
            yield f"SELECT ({seen})", table.name
    if CASES[role].get("delete_case"):
        for table in (records, case_files, versions):
            yield "DELETE", table.name
            if maintain:
                yield "MAINTAIN", table.name


def _functions() -> Iterator[str]:
    """Yield what the rules below ask; bodies of this form cannot be led astray by a search path."""
    yield """
        CREATE OR REPLACE FUNCTION my_role() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
        BEGIN ATOMIC
            SELECT role FROM person WHERE login = CAST(session_user AS text);
        END
    """
    yield """
        CREATE OR REPLACE FUNCTION my_units() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
        BEGIN ATOMIC
            SELECT ARRAY(SELECT json_array_elements_text(units))
            FROM person WHERE login = CAST(session_user AS text);
        END
    """
    yield f"""
        CREATE OR REPLACE FUNCTION subject_of(name text, form text) RETURNS text
        LANGUAGE sql IMMUTABLE
        BEGIN ATOMIC
            SELECT CASE
                WHEN starts_with(name, '{EXERCISE}') THEN 'exercise'
                WHEN name ~ '{NOT_UNIT}' OR name !~ '{UNIT}' THEN 'real'
                WHEN starts_with(form, 'assessment_') THEN 'assessment'
                WHEN form = 'report' THEN 'report'
                ELSE 'decision'
            END;
        END
    """
    rows = ", ".join(
        f"('{role}', '{deed}', {_array(sorted(subjects))})"
        for role, deeds in CASES.items()
        for deed, subjects in deeds.items()
    )
    yield f"""
        CREATE OR REPLACE FUNCTION my_subjects(wanted text) RETURNS text[]
        LANGUAGE sql STABLE SECURITY DEFINER
        BEGIN ATOMIC
            SELECT coalesce((
                SELECT subjects FROM (VALUES {rows}) AS allowed(role, deed, subjects)
                WHERE allowed.role = my_role() AND allowed.deed = wanted
            ), CAST(ARRAY[] AS text[]));
        END
    """  # noqa: S608 (our own words)
    # A reference is given once, also where one does not see who has it.
    yield """
        CREATE OR REPLACE FUNCTION case_is_taken(wanted text) RETURNS boolean
        LANGUAGE sql STABLE SECURITY DEFINER
        BEGIN ATOMIC
            SELECT EXISTS (SELECT FROM case_file WHERE ref = wanted);
        END
    """
    yield "REVOKE ALL ON FUNCTION case_is_taken(text) FROM PUBLIC"


def _chain() -> Iterator[str]:
    """Yield what makes the database move the end of the audit trail, which nobody else may write."""
    yield """
        CREATE OR REPLACE FUNCTION audit_goes_on() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER AS $$
        DECLARE
            last integer; first_new integer; last_new integer; number integer; end_of_it text;
        BEGIN
            SELECT CAST(split_part(value, ':', 1) AS integer) INTO last
            FROM about WHERE key = 'audit_head' FOR UPDATE;
            SELECT min(id), max(id), count(*) INTO first_new, last_new, number FROM added;
            IF number = 0 THEN
                RETURN NULL;
            END IF;
            IF first_new <> last + 1 OR last_new - last <> number THEN
                RAISE EXCEPTION 'a line of the audit trail comes right after the one before'
                    USING ERRCODE = 'serialization_failure';
            END IF;
            SELECT last_new || ':' || digest INTO end_of_it FROM added WHERE id = last_new;
            UPDATE about SET value = end_of_it WHERE key = 'audit_head';
            RETURN NULL;
        END $$
    """
    # Without this, a temporary table of the same name would be taken for ours.
    yield """
        DO $$ BEGIN
            EXECUTE 'ALTER FUNCTION audit_goes_on() SET search_path = '
                || quote_ident(current_schema()) || ', pg_temp';
        END $$
    """
    yield """
        CREATE OR REPLACE TRIGGER audit_goes_on AFTER INSERT ON audit
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION audit_goes_on()
    """


def _policies() -> Iterator[str]:
    """Yield the rules for rows; where there is none for a table, nobody sees a row of it."""
    for table in tables.sorted_tables:
        if table.name != "about":
            yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"
    yield from _policy(records.name, "SELECT", _are("list_case", '"case"', "form"))
    yield from _policy(records.name, "INSERT, UPDATE", _are("write_case", '"case"', "form"))
    yield from _policy(records.name, "DELETE", _are("delete_case", '"case"', "form"))
    # A version is seen and kept with its record; those that follow see the records by these rules.
    of_mine = "record IN (SELECT id FROM record WHERE {})"
    yield from _policy(versions.name, "SELECT", of_mine.format("true"))
    kept = of_mine.format(_are("write_case", '"case"', "form"))
    yield from _policy(versions.name, "INSERT", f"{kept} AND {_IN_MY_NAME}")
    gone = of_mine.format(_are("delete_case", '"case"', "form"))
    yield from _policy(versions.name, "DELETE", gone)
    for deed, commands in (
        ("list_case", "SELECT"),
        ("write_case", "INSERT, UPDATE"),
        ("delete_case", "DELETE"),
    ):
        yield from _policy(case_files.name, commands, _are(deed, "ref", "''", by_unit="unit"))
    for name in ("session", "participant", "sheet"):
        commands = "SELECT, INSERT, UPDATE, DELETE"
        yield from _policy(name, commands, _role_is_in(_who_may("sessions")))
    yield from _policy(
        sessions.name, "SELECT, DELETE", _role_is_in(_who_may("delete_sessions")), "cleared"
    )
    yield from _policy("setting", "SELECT", "(SELECT my_role()) IS NOT NULL")
    yield from _policy(
        "setting", "INSERT, UPDATE, DELETE", _role_is_in(_who_may("settings")), "changed"
    )
    own = "login = CAST(session_user AS text)"
    yield from _policy(people.name, "SELECT", f"{own} OR {_role_is_in(_who_may('people'))}")
    mine = _are("read_case", '"case"', "form")
    seen = f"{_role_is_in(_who_may('log'))} OR ({mine})"
    yield from _policy(audit.name, "SELECT", seen)
    yield from _policy(audit.name, "INSERT", _IN_MY_NAME)


_IN_MY_NAME = "actor = CAST(session_user AS text) AND (SELECT my_role()) IS NOT NULL"


def _are(deed: str, name: str, form: str, by_unit: str = "") -> str:
    """Return the condition that one may do *deed* to the record of *form* on the case *name*.

    *by_unit* is the column with the unit, where it stands in the row itself.
    """
    mine = "(SELECT my_units())::text[]"
    own = f"{name} IN (SELECT ref FROM case_file WHERE unit = ANY ({mine}))"  # noqa: S608 (our own words)
    if by_unit:
        own = f"{by_unit} = ANY ({mine})"
    return f"""
        subject_of({name}, {form}) = ANY ((SELECT my_subjects('{deed}'))::text[])
        AND (subject_of({name}, {form}) <> 'real' OR (SELECT my_role()) <> 'coordinator' OR {own})
    """


def _policy(table: str, commands: str, condition: str, kind: str = "seen") -> Iterator[str]:
    """Yield the statements that let rows of *table* that fulfil *condition* through for *commands*."""
    for command in commands.split(", "):
        name = f"{kind}_{command.lower()}"
        yield f"DROP POLICY IF EXISTS {name} ON {table}"
        using = "" if command == "INSERT" else f"USING ({condition})"
        check = f"WITH CHECK ({condition})" if command in {"INSERT", "UPDATE"} else ""
        yield f"CREATE POLICY {name} ON {table} FOR {command} {using} {check}"


def _who_may(deed: Deed) -> Sequence[Role]:
    return [role for role in ROLES if deed in DEEDS[role]]


def _role_is_in(roles: Iterable[Role]) -> str:
    return f"(SELECT my_role()) = ANY ({_array(roles)})"


def _array(words: Iterable[str]) -> str:
    return "CAST(ARRAY[" + ", ".join(f"'{word}'" for word in words) + "] AS text[])"
