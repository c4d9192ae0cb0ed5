"""The door as a participant, a stranger and a hostile page meet it; no browser needed."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from data.sessions import SessionStore
from data.store_errors import StoreError
from data.texts import Texts
from handbook.door_address import DoorTaken, bind, network_address
from handbook.door_guards import HEADERS, SlowDown
from handbook.door_pages import FILES, SOURCES
from tests.handbook.at_the_door import FIRST, LATER, TABLE, OpenDoor

DA = Texts.read("da")
ROOT = Path(__file__).parents[2]
EVERYWHERE = "0.0.0.0"  # noqa: S104 (what is looked for)
MARK = "xyzzy sagde den ene"


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    """Let the door read a session anew each time, and not once a second."""
    monkeypatch.setattr("handbook.door_rooms.FRESH", 0.0)


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    """An open door that never slows anybody down."""
    opened = OpenDoor(tmp_path_factory.mktemp("door"), slow=SlowDown(10**6, 10**6))
    yield opened
    opened.shut()


@pytest.fixture
def new_door(tmp_path):
    made = []

    def make(**given):
        made.append(OpenDoor(tmp_path, **given))
        return made[-1]

    yield make
    for each in made:
        each.shut()


# --- Nobody without the code ----------------------------------------------------------------------


def test_the_code_and_a_group_let_a_participant_in(door):
    session = door.begin()
    asked = door.post("/", {"code": f" {session.code[:3].lower()}-{session.code[3:]}"})
    let_in = door.post("/", {"code": session.code, "group": "2"})

    assert asked.status == 200
    assert asked.text.count('name="group"') == 2
    assert (let_in.status, let_in.headers["Location"]) == (303, "/room")
    assert door.ask("/room", cookie=let_in.cookie).status == 200
    state = door.ask("/room/state", cookie=let_in.cookie).said
    assert state["who"] == DA("door.who", number=1, group=2)
    assert [each.group for each in door.store.participants(session.id)] == [2]


def test_the_cookie_is_for_the_door_alone_and_says_nothing(door):
    session = door.begin()
    set_ = door.post("/", {"code": session.code, "group": "1"}).headers["Set-Cookie"]

    assert "HttpOnly" in set_
    assert "SameSite=Strict" in set_
    secret = set_.split(";")[0].split(".")[1]
    assert len(secret) >= 40
    assert secret not in Path(door.url.removeprefix("sqlite:///")).read_bytes().decode("latin-1")


@pytest.mark.parametrize("code", ["", "AAAAAA", "CCCCCC", "' OR 1=1", "%", "C" * 5000])
def test_a_wrong_code_lets_nobody_in_and_says_so(door, code):
    session = door.begin()
    answer = door.post("/", {"code": code, "group": "1"})

    assert answer.status == 403
    assert answer.cookie == ""
    assert DA("door.wrong") in answer.text
    assert door.store.participants(session.id) == []


def test_the_code_of_a_closed_session_lets_nobody_in(door):
    session = door.begin()
    door.store.close(session)

    assert door.post("/", {"code": session.code, "group": "1"}).status == 403
    assert door.ask(f"/board/{session.code}").status == 404


@pytest.mark.parametrize("group", ["0", "3", "-1", "x", "1; drop", "٢"])
def test_a_group_that_is_none_is_asked_for_again(door, group):
    session = door.begin()
    answer = door.post("/", {"code": session.code, "group": group})

    assert answer.status == 200
    assert answer.text.count('name="group"') == 2
    assert door.store.participants(session.id) == []


def test_who_joins_twice_from_one_browser_is_one_participant(door):
    session = door.begin()
    cookie = door.join(session)
    again = door.post("/", {"code": session.code, "group": "2"}, cookie=cookie)

    assert again.headers["Location"] == "/room"
    assert len(door.store.participants(session.id)) == 1


def test_a_full_session_says_so(door, monkeypatch):
    monkeypatch.setattr("data.sessions.session_store.MOST_PARTICIPANTS", 1)
    session = door.begin()
    door.join(session)
    answer = door.post("/", {"code": session.code, "group": "1"})

    assert answer.status == 409
    assert DA("sessions.full", most=1) in answer.text


@pytest.mark.parametrize(
    "path", ["/room/state", f"/room/exercise/{FIRST}", "/room/exercise/nothing"]
)
def test_without_a_cookie_nothing_of_a_session_is_told(door, path):
    session = door.begin(title="Hemmelig titel")
    cookie = door.join(session)
    other = door.join(door.begin())
    stolen = f"{cookie.rsplit('.', 1)[0]}.{other.rsplit('.', 1)[1]}"

    for wrong in ("", "vejviser_participant=x", cookie[:-1], stolen, f"{cookie}{'x' * 200}"):
        answer = door.ask(path, cookie=wrong)
        assert answer.status == 401
        assert "Hemmelig" not in answer.text
    assert door.ask("/room", cookie=stolen).headers["Location"] == "/"
    assert door.save("", {"in_charge": "caseworker"}).status == 401
    assert door.store.sheets(session.id) == []


# --- Guessing is slow -----------------------------------------------------------------------------


def test_after_ten_wrong_codes_even_the_right_one_waits(new_door):
    now = [1000.0]
    door = new_door(slow=SlowDown(clock=lambda: now[0]))
    session = door.begin()
    inside = door.join(session)
    for _ in range(10):
        assert door.post("/", {"code": "CCCCCC"}).status == 403

    refused = door.post("/", {"code": session.code, "group": "1"})
    now[0] += 30
    later = door.post("/", {"code": session.code, "group": "1"})

    assert (refused.status, refused.headers["Retry-After"]) == (429, "120")
    assert DA("door.wait", seconds=120) in refused.text
    assert later.headers["Retry-After"] == "90"
    assert door.ask(f"/board/{session.code}").status == 429
    assert door.ask(f"/board/{session.code}/state").status == 429
    assert door.ask("/room/state", cookie=inside).status == 200
    now[0] += 90
    assert door.post("/", {"code": session.code, "group": "1"}).status == 303


def test_codes_tried_on_the_board_count_too(new_door):
    door = new_door()
    for _ in range(10):
        assert door.ask("/board/CCCCCC").status == 404

    assert door.post("/", {"code": "CCCCCC"}).status == 429


def test_many_tries_at_the_same_moment_are_counted_one_by_one(new_door):
    door = new_door()
    with ThreadPoolExecutor(20) as at_once:
        found = list(at_once.map(lambda _: door.post("/", {"code": "CCCCCC"}).status, range(40)))

    assert found.count(403) == 10
    assert found.count(429) == 30


def test_one_address_that_guesses_does_not_stop_another_until_all_together_do():
    now = [0.0]
    slow = SlowDown(per_address=3, in_all=5, within=60, clock=lambda: now[0])
    for _ in range(3):
        slow.wrong("one")
    assert (slow.wait("one"), slow.wait("other")) == (60, 0)
    now[0] = 20
    slow.wrong("other")
    slow.wrong("third")
    assert slow.wait("fourth") == 40
    now[0] = 61
    assert (slow.wait("one"), slow.wait("fourth")) == (0, 0)


# --- Nobody sees what others answered -------------------------------------------------------------


def all_told(door, cookie, session):
    """All that the door tells whoever has *cookie*, and the board."""
    paths = ["/room", "/room/state", f"/room/exercise/{FIRST}", f"/board/{session.code}"]
    paths.append(f"/board/{session.code}/state")
    return "\n".join(door.ask(path, cookie=cookie).text for path in paths)


def test_answers_are_seen_by_their_own_participant_until_they_are_shown(door):
    session = door.begin()
    one, other = door.join(session, 1), door.join(session, 1)
    door.save(one, {"in_charge_why": MARK, "not_at_table": f"{MARK} også"})

    assert MARK in door.ask(f"/room/exercise/{FIRST}", cookie=one).text
    assert MARK not in all_told(door, other, session)

    door.show(session, f"{FIRST}/in_charge_why")
    assert MARK in all_told(door, other, session)
    assert f"{MARK} også" not in all_told(door, other, session)
    shown = door.ask("/room/state", cookie=other).said["shown"]
    assert [each["label"] for part in shown for each in part["questions"]] == [
        "Hvad svarer I, når han spørger: »Hvem er det, der bestemmer?«"
    ]

    door.show(session, f"{FIRST}/in_charge_why", on=False)
    assert MARK not in all_told(door, other, session)


def test_a_whole_exercise_is_shown_by_group_and_without_participants(door):
    session = door.begin()
    cookies = [door.join(session, group) for group in (1, 2, 2)]
    for cookie, answer in zip(cookies, ("contact", "contact", "caseworker"), strict=True):
        assert door.save(cookie, {"in_charge": answer}).said["revision"] == 1
    door.show(session, FIRST)
    assert door.ask("/room/state", cookie=cookies[0]).said["shown"]

    [part] = door.ask(f"/board/{session.code}/state").said["shown"]
    question = part["questions"][0]
    assert [each["name"] for each in question["groups"]] == ["Gruppe 1", "Gruppe 2"]
    assert [count["count"] for count in question["groups"][1]["counts"]] == [1, 1]
    assert question["agreement"] == DA("door.agreement", share=DA.percent(2 / 3))
    assert "Deltager" not in str(part)


def test_the_board_tells_how_far_each_group_is_and_no_answer(door):
    session = door.begin()
    cookie = door.join(session, 2)
    door.save(cookie, {"in_charge": "caseworker", "in_charge_why": MARK})

    told = door.ask(f"/board/{session.code}/state")
    assert MARK not in told.text
    first, second = told.said["groups"]
    assert (first["share"], second["share"]) == (0.0, 0.4)
    assert second["said"] == DA("door.done", done=0, all=1)


def test_an_exercise_is_not_seen_before_the_trainer_is_there(door):
    session = door.begin(None)
    cookie = door.join(session)
    assert door.ask("/room/state", cookie=cookie).said["exercises"] == []
    assert door.ask(f"/room/exercise/{FIRST}", cookie=cookie).status == 404
    assert door.save(cookie, {"in_charge": "caseworker"}).status == 404

    door.at(session, TABLE)
    assert door.ask(f"/room/exercise/{FIRST}", cookie=cookie).status == 200
    seen = [each["id"] for each in door.ask("/room/state", cookie=cookie).said["exercises"]]
    assert seen == [FIRST, TABLE]
    assert door.ask(f"/room/exercise/{LATER}", cookie=cookie).status == 404
    # What was worked on stays, also where the trainer goes back.
    door.at(session, FIRST)
    assert door.ask(f"/room/exercise/{TABLE}", cookie=cookie).status == 200


# --- What is typed is kept ------------------------------------------------------------------------


def test_two_tabs_of_one_participant_keep_what_both_typed(door):
    session = door.begin()
    cookie = door.join(session)
    with ThreadPoolExecutor(2) as tabs:
        sent = [{"in_charge_why": "fra den ene"}, {"not_at_table": "fra den anden"}] * 5
        assert {answer.status for answer in tabs.map(lambda it: door.save(cookie, it), sent)} == {
            200
        }

    typed = door.ask(f"/room/exercise/{FIRST}", cookie=cookie).said["sheet"]["typed"]
    assert (typed["in_charge_why"], typed["not_at_table"]) == ("fra den ene", "fra den anden")


def test_rows_come_go_and_are_read_as_in_other_forms(door):
    session = door.begin(TABLE)
    cookie = door.join(session)
    row = "agreements.001abcde"
    half = door.save(cookie, {f"{row}.what": "Ring", f"{row}.by": "3/1"}, TABLE, [f"{row}.by"])
    whole = door.save(cookie, {f"{row}.by": "3/1"}, TABLE)
    right = door.save(cookie, {f"{row}.by": "3/12-2026"}, TABLE)

    assert half.said["faults"] == {}
    assert whole.said["faults"] == {f"{row}.by": DA("form.date_fault", value="3/1")}
    assert right.said["faults"] == {}
    assert right.said["headings"][row][0] == "Ring · 3. december 2026"
    sheet = door.ask(f"/room/exercise/{TABLE}", cookie=cookie).said["sheet"]
    assert sheet["typed"][f"{row}.by"] == "03-12-2026"

    gone = door.save(cookie, {f"{row}.what": None, f"{row}.by": None, f"{row}.who": None}, TABLE)
    assert gone.said["headings"] == {}
    assert door.store.sheets(session.id)[0].answers == {}


def test_too_many_rows_are_refused_and_the_others_stay(door):
    session = door.begin(TABLE)
    cookie = door.join(session)
    door.save(cookie, {"his_words": "ro"}, TABLE)
    many = {f"agreements.{n:03}aaaaa.what": "x" for n in range(1, 50)}
    answer = door.save(cookie, many, TABLE)

    assert answer.status == 409
    assert answer.said["problem"] == DA("sessions.not_allowed")
    assert door.store.sheets(session.id)[0].answers == {"his_words": "ro"}


def test_what_is_personal_is_refused_and_kept_nowhere(new_door):
    door = new_door()
    session = door.begin()
    cookie = door.join(session)
    answer = door.save(
        cookie, {"in_charge_why": "Ring til ham på 20 45 67 89", "in_charge": "caseworker"}
    )

    assert "20 45 67 89" in answer.said["faults"]["in_charge_why"]
    kept = door.store.sheets(session.id)[0].answers
    assert kept == {"in_charge_why": "Ring til ham på", "in_charge": "caseworker"}
    files = Path(door.url.removeprefix("sqlite:///")).parent.glob("sessions.db*")
    assert not any(b"20 45 67 89" in file.read_bytes() for file in files)


def test_what_no_page_of_ours_sends_changes_nothing(door):
    session = door.begin()
    cookie = door.join(session)
    answer = door.save(cookie, {"nothing": "x", "in_charge": "everybody", "a.b.c": "x", "": "x"})

    assert answer.status == 200
    assert door.store.sheets(session.id)[0].answers == {"in_charge": None}
    for body in (
        "x",
        "[]",
        "{}",
        '{"changes": 1, "half": []}',
        '{"changes": {"in_charge": 5}, "half": []}',
        '{"changes": {}, "half": [5]}',
    ):
        sent = door.post(
            f"/room/answers/{FIRST}", body, cookie=cookie, Content_Type="application/json"
        )
        assert sent.status == 400
    form = door.post(f"/room/answers/{FIRST}", "changes=x", cookie=cookie)
    assert form.status == 400


def test_a_closed_session_takes_no_answer_and_says_so(door):
    session = door.begin()
    cookie = door.join(session)
    door.save(cookie, {"in_charge": "caseworker"})
    door.store.close(session)

    answer = door.save(cookie, {"in_charge": "contact"})
    assert (answer.status, answer.said) == (409, {"problem": DA("sessions.closed")})
    assert not door.ask("/room/state", cookie=cookie).said["open"]
    assert door.ask(f"/room/exercise/{FIRST}", cookie=cookie).said["sheet"]["locked"]
    assert door.store.sheets(session.id)[0].answers == {"in_charge": "caseworker"}


def test_a_deleted_session_is_gone_for_its_participants(door):
    session = door.begin()
    cookie = door.join(session)
    assert door.ask("/room/state", cookie=cookie).status == 200
    door.store.delete(door.store.session(session.id))

    assert door.ask("/room/state", cookie=cookie).status == 401
    assert door.save(cookie, {"in_charge": "caseworker"}).status == 401


def test_a_page_that_asks_is_a_sign_of_life(door, monkeypatch, until):
    for place in ("data.sessions.session_store", "handbook.door_rooms"):
        monkeypatch.setattr(f"{place}.SEEN_SECONDS", 0)
    session = door.begin()
    cookie = door.join(session)
    [joined] = door.store.participants(session.id)
    door.ask("/room/state", cookie=cookie)

    assert until(lambda: door.store.participants(session.id)[0].last_seen > joined.last_seen)


def test_many_who_ask_in_one_second_are_told_what_one_of_them_found(door, monkeypatch):
    monkeypatch.setattr("handbook.door_rooms.FRESH", 60.0)
    session = door.begin()
    cookies = [door.join(session) for _ in range(5)]
    read = []
    sheets = SessionStore.sheets
    monkeypatch.setattr(SessionStore, "sheets", lambda *given: read.append(1) or sheets(*given))

    with ThreadPoolExecutor(5) as at_once:
        told = at_once.map(lambda it: door.ask("/room/state", cookie=it).said["who"], cookies * 4)
    assert len(set(told)) == 5
    assert len(read) == 1


def test_whoever_leaves_is_a_stranger_again(door):
    session = door.begin()
    cookie = door.join(session)
    left = door.post("/leave", cookie=cookie)

    assert left.headers["Location"] == "/"
    assert left.cookie == 'vejviser_participant=""'
    assert door.ask("/room").headers["Location"] == "/"


def test_a_store_that_cannot_answer_is_told_in_a_sentence(door, monkeypatch):
    session = door.begin()
    cookie = door.join(session)

    def full(*_):
        raise StoreError("store.full")

    monkeypatch.setattr(SessionStore, "save_sheet", full)
    answer = door.save(cookie, {"in_charge": "caseworker"})
    assert (answer.status, answer.said) == (503, {"problem": DA("store.full")})
    monkeypatch.setattr(SessionStore, "participant", full)
    page = door.ask("/room", cookie=cookie)
    assert page.status == 503
    assert DA("store.full") in page.text


# --- Foreign pages --------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["", "null", "http://elsewhere.example", "http://127.0.0.1:1"])
def test_what_a_foreign_page_sends_is_refused(door, origin):
    session = door.begin()
    cookie = door.join(session)
    body = {"changes": {"in_charge": "caseworker"}, "half": []}

    saved = door.post(f"/room/answers/{FIRST}", body, cookie=cookie, origin=origin)
    joined = door.post("/", {"code": session.code, "group": "1"}, origin=origin)
    left = door.post("/leave", cookie=cookie, origin=origin)

    assert {saved.status, joined.status, left.status} == {403}
    assert joined.cookie == left.cookie == ""
    assert door.store.sheets(session.id) == []
    assert len(door.store.participants(session.id)) == 1


def test_a_foreign_name_for_this_machine_is_refused(door):
    session = door.begin()
    cookie = door.join(session)
    for host in ("elsewhere.example", f"elsewhere.example:{door.port}", "127.0.0.1.example"):
        for path in ("/", "/room/state", f"/board/{session.code}"):
            assert door.ask(path, cookie=cookie, headers={"Host": host}).status == 421
    assert door.ask("/", headers={"Host": f"localhost:{door.port}"}).status == 200
    assert door.ask("/", headers={"Host": f"192.168.1.20:{door.port}"}).status == 200


def test_every_answer_has_the_headers_that_guard_it(door):
    session = door.begin()
    cookie = door.join(session)
    told = [
        door.ask(path, cookie=cookie)
        for path in ("/", "/room", "/room/state", "/nothing", "/static/door.css")
    ]
    told += [door.post("/", {"code": "x"}), door.post("/", origin="http://elsewhere.example")]

    for answer in told:
        for name, value in HEADERS.items():
            if name != "Cache-Control":
                assert answer.headers[name] == value
        assert "Server" not in answer.headers
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert door.ask("/room", cookie=cookie).headers["Cache-Control"] == "no-store"


def test_words_of_a_trainer_are_words_on_every_page(door):
    session = door.begin(title='"><script>mark()</script>')
    cookie = door.join(session)

    asked = door.post("/", {"code": session.code})
    for page in (asked, door.ask("/room", cookie=cookie), door.ask(f"/board/{session.code}")):
        assert "&lt;script&gt;mark()" in page.text
        assert "<script>mark" not in page.text
    assert "<script>mark" not in door.ask("/?code=%22%3E%3Cscript%3Emark()").text


# --- Nothing else is there ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/api/kernels",
        "/api/contents",
        "/api/sessions",
        "/voila/render/da/velkommen.ipynb",
        "/voila/tree",
        "/login",
        "/static/",
        "/static/room.html",
        "/static/../door.py",
        "/static/..%2fdoor.py",
        "/static/%2e%2e/%2e%2e/door.py",
        "/static/vejviser.js",
        "/board/",
        "/board/%27%20OR%201=1",
        "/room/exercise/../../x",
        "/vejviser.db",
    ],
)
def test_what_is_no_page_of_the_door_is_not_there(door, path):
    cookie = door.join(door.begin())
    answer = door.ask(path, cookie=cookie)

    assert answer.status == 404
    assert DA("error.missing") in answer.text
    assert "import " not in answer.text


@pytest.mark.parametrize("name", sorted(FILES))
def test_each_own_file_is_served_and_asked_for_by_a_page(door, name):
    answer = door.ask(f"/static/{name}")

    assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (200, FILES[name][1])
    pages = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES.iterdir())
    assert name in pages


def test_a_request_without_end_is_cut_off(door):
    cookie = door.join(door.begin())
    try:
        status = door.save(cookie, {"in_charge_why": "x" * 2_000_000}).status
    except ConnectionError:
        status = 0
    assert status in {0, 400, 413}
    assert door.save(cookie, {"in_charge_why": "x"}).status == 200


def test_nobody_from_another_machine_reaches_it_unless_that_is_asked_for():
    here, address = bind(0, 0, network=False)
    everywhere, shown = bind(0, 0, network=True)
    try:
        assert {each.getsockname()[0] for each in here} == {"127.0.0.1"}
        assert address == f"http://127.0.0.1:{here[0].getsockname()[1]}"
        assert {each.getsockname()[0] for each in everywhere} == {EVERYWHERE}
        assert shown == f"http://{network_address()}:{everywhere[0].getsockname()[1]}"
        # The usual place is taken: another one. A named place is taken: said so.
        port = here[0].getsockname()[1]
        free, _ = bind(None, port - 2, network=False)
        assert free[0].getsockname()[1] != port
        everywhere += free
        with pytest.raises(DoorTaken):
            bind(port, 0, network=False)
    finally:
        for each in (*here, *everywhere):
            each.close()


def test_the_join_page_says_what_an_open_network_means(new_door):
    assert DA("door.plain") in new_door(network=True).ask("/").text


def test_each_page_speaks_the_language_of_its_session(door):
    session = door.begin(language="en")
    cookie = door.join(session)
    english = Texts.read("en")

    assert english("door.join_title") in door.ask("/?lang=en").text
    assert english("door.leave") in door.ask("/room", cookie=cookie).text
    assert english("door.way_code") in door.ask(f"/board/{session.code}").text
    state = door.ask("/room/state", cookie=cookie).said
    assert state["who"] == "Participant 1 · Group 1"


def test_every_word_of_the_door_is_used():
    python = "\n".join(file.read_text(encoding="utf-8") for file in ROOT.glob("handbook/*.py"))
    pages = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES.iterdir())
    for name in DA.words:
        if name.startswith(("door.room_", "door.board_")):
            short = re.sub(r"door\.(room|board)_", "", name)
            assert re.search(rf"words\.{short}\b|words\[kind\]|\b{short}\b", pages), name
        elif name.startswith("door."):
            assert f'"{name}"' in python + pages or f"'{name}'" in pages, name


# --- Beside the app -------------------------------------------------------------------------------


def listening(app):
    links = psutil.Process(app.process.pid).net_connections("tcp")
    return {link.laddr for link in links if link.status == "LISTEN"}


def test_the_app_opens_the_door_beside_itself_and_its_kernels_know_it(app, until):
    assert {place.ip for place in listening(app)} == {"127.0.0.1"}
    # Any kernel tells; other tests have often left one.
    if not app.kernels():
        app.get("/voila/render/da/sag.ipynb")
    assert until(app.kernels, 20)
    address = app.kernels()[0].environ()["VEJVISER_DOOR"]

    port = int(address.rsplit(":", 1)[1])
    assert port in {place.port for place in listening(app)}
    link = OpenDoor.__new__(OpenDoor)
    link.port, link.address = port, address
    assert DA("door.join_title") in link.ask("/").text
    assert DA("door.plain") not in link.ask("/").text
    assert link.ask("/api/kernels", headers={"Authorization": f"token {app.token}"}).status == 404


def test_only_the_door_is_opened_to_the_network(start_app):
    app = start_app("--no-preheat", "--participants-from-network", "--participants-port", "0")
    told = app.process.stdout.readline()
    open_to_all = [place for place in listening(app) if place.ip != "127.0.0.1"]
    app.process.kill()  # It has no kernels; how an app stops is told by other tests.
    app.process.wait()

    assert [place.ip for place in open_to_all] == [EVERYWHERE]
    address = f"http://{network_address()}:{open_to_all[0].port}"
    assert told.strip() == DA("command.door", address=address)
