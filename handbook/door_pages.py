"""What the door answers: the page to join on, the page of a participant, the board, our own files."""

import asyncio
import json
import time
from functools import cache
from pathlib import Path
from typing import Any

from tornado import web

from data.log import where
from data.sessions import Participant, Session, read_exercise
from data.store_errors import StoreError
from data.texts import LANGUAGES, Texts
from handbook.door_guards import HEADERS, SlowDown, is_known_host, is_own_page
from handbook.door_rooms import Rooms
from handbook.door_sheet import MOST_CHANGES, exercise_page, take
from handbook.door_state import Room

COOKIE = "vejviser_participant"
_HANDBOOK = Path(__file__).parent
SOURCES = _HANDBOOK / "share" / "door"
"""The templates and files of the door."""
_FRAME = _HANDBOOK / "share" / "jupyter" / "voila" / "templates" / "vejviser" / "static"
_WIDGETS = _HANDBOOK.parent / "widgets" / "static"
FILES = {
    "vejviser.css": (_FRAME, "text/css"),
    "content.css": (_FRAME, "text/css"),
    "form.css": (_WIDGETS, "text/css"),
    "elements.js": (_WIDGETS, "text/javascript"),
    "questions.js": (_WIDGETS, "text/javascript"),
    "door.css": (SOURCES, "text/css"),
    **{
        f"{name}.js": (SOURCES, "text/javascript")
        for name in ("ask", "board", "clock", "join", "room", "sheet", "shown")
    },
}
"""All files that the door serves: name → folder and type."""


class DoorPage(web.RequestHandler):
    """An answer of the door: its guards, its words, and how it says that something is wrong."""

    @property
    def rooms(self) -> Rooms:
        """The sessions."""
        rooms: Rooms = self.settings["rooms"]
        return rooms

    @property
    def texts(self) -> Texts:
        """The words of the language that is asked for, until a session says which is its own."""
        asked = self.get_query_argument("lang", self.get_body_argument("lang", "da"))
        return Texts.read(asked if asked in LANGUAGES else "da")

    def set_default_headers(self) -> None:
        """Set the headers that every answer has."""
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.set_header("Vejviser-Now", str(round(time.time() * 1000)))
        self.clear_header("Server")

    def prepare(self) -> None:
        """Refuse what a foreign page sends, before anything is looked up."""
        if not is_known_host(self.request):
            raise web.HTTPError(421)
        if self.request.method == "POST" and not is_own_page(self.request):
            raise web.HTTPError(403)

    async def who(self) -> tuple[Participant, Room] | None:
        """Return the participant who asks, and the session as it stands; None is nobody.

        Whoever asks is there, so that is written down.
        """
        session, _, secret = self.get_cookie(COOKIE, "").partition(".")
        if not session or not secret or len(secret) > 100:
            return None
        found = await self.rooms.ask(lambda store: store.participant(session, secret))
        room = await self.rooms.room(session) if found else None
        if found is None or room is None:
            return None
        self.rooms.note_seen(found)
        return found, room

    def page(self, name: str, texts: Texts, **values: Any) -> None:
        """Send the template *name*, in which ``texts`` says the words."""
        words = {**values, "texts": texts, "language": texts.language}
        self.finish(self.render_string(f"{name}.html", **words))

    def write_error(self, status_code: int, **information: Any) -> None:
        """Say in a sentence what is wrong; the log gets the place and no word that was typed."""
        error = information.get("exc_info", (None, None))[1]
        texts = self.texts
        if isinstance(error, StoreError):
            status_code, words = 503, error.say(texts)
        elif status_code == 404:
            words = texts("error.missing")
        else:
            words = texts("door.refused" if status_code < 500 else "door.failed")
        if error is not None and status_code >= 500:
            self.settings["log"].error("door %s\n%s", status_code, where(error))
        self.set_status(status_code)
        self.problem(words, texts)

    def problem(self, words: str, texts: Texts) -> None:
        """Answer with *words* on what is wrong."""
        self.page("problem", texts, problem=words)

    def log_exception(self, *_: Any) -> None:
        """Leave it to :meth:`write_error`: a message may quote what somebody typed."""


class Said(DoorPage):
    """An answer to a script of ours, as JSON."""

    def problem(self, words: str, texts: Texts) -> None:
        """Answer with *words* on what is wrong."""
        del texts
        self.finish({"problem": words})

    async def participant(self) -> tuple[Participant, Room]:
        """Return who asks and the session; 401 is nobody."""
        found = await self.who()
        if found is None:
            raise web.HTTPError(401)
        return found

    async def exercise(self, id: str) -> tuple[Participant, Room]:
        """Return who asks and the session, where the exercise *id* is theirs to see; else 404."""
        participant, room = await self.participant()
        if id not in room.reached_by(participant):
            raise web.HTTPError(404)
        return participant, room


class JoinPage(DoorPage):
    """Where one types the code, and then chooses a group."""

    async def get(self) -> None:
        """Ask for the code; who has joined already goes on."""
        if await self.who():
            self.redirect("/room")
            return
        await self.rooms.ready()  # While the code is typed there is time for it.
        self.ask_code(self.texts, self.get_query_argument("code", "")[:12])

    async def post(self) -> None:
        """Take the code, then the group, and let the participant in."""
        texts, code = self.texts, self.get_body_argument("code", "")[:40]
        session, wait = await look_up(self, code)
        if wait:
            self.set_status(429)
            self.set_header("Retry-After", str(wait))
            self.ask_code(texts, "", texts("door.wait", seconds=wait))
        elif session is None:
            self.set_status(403)
            self.ask_code(texts, code, texts("door.wrong"))
        else:
            await self._let_in(session, self.get_body_argument("group", ""))

    async def _let_in(self, session: Session, chosen: str) -> None:
        found = await self.who()
        if found and found[0].session == session.id:
            self.redirect("/room", status=303)  # Whoever pressed twice is one participant.
            return
        own = Texts.read(session.language)
        groups = range(1, session.groups + 1)
        group = 1 if session.groups == 1 else int(chosen) if chosen in map(str, groups) else 0
        if not group:
            self.page("group", own, session=session, groups=groups)
            return
        try:
            participant, secret = await self.rooms.write(
                lambda store: store.join(session.id, group)
            )
        except StoreError as error:
            self.set_status(409)
            self.ask_code(own, "", error.say(own))
            return
        value = f"{participant.session}.{secret}"
        self.set_cookie(COOKIE, value, expires=session.ends, httponly=True, samesite="Strict")
        self.redirect("/room", status=303)

    def ask_code(self, texts: Texts, code: str, problem: str = "") -> None:
        """Show the page that asks for the code."""
        network = self.settings["network"]
        self.page("join", texts, code=code, problem=problem, network=network)


class Joined(Said):
    """What the page to join on asks, since a link from elsewhere brings no cookie along."""

    async def get(self) -> None:
        """Tell whether whoever asks has joined."""
        self.finish({"joined": await self.who() is not None})


class RoomPage(DoorPage):
    """The page of a participant; its scripts ask for the rest."""

    async def get(self) -> None:
        """Show it, or lead to where one joins."""
        found = await self.who()
        if found is None:
            self.redirect("/")
            return
        participant, room = found
        # Whoever joins another session finds nothing of the last one in the fields.
        key = f"{room.session.id[:12]}-{participant.number}"
        values = {"session": room.session, "key": key, "words": _words("room", room.texts)}
        self.page("room", room.texts, **values)


class RoomState(Said):
    """What the page of a participant asks every few seconds."""

    async def get(self) -> None:
        """Tell how the session stands."""
        participant, room = await self.participant()
        current = room.participant(participant.number) or participant
        self.finish(room.for_participant(current))


class ExerciseSaid(Said):
    """An exercise: what to read, what to answer, and what was answered."""

    async def get(self, id: str) -> None:
        """Tell all of the exercise *id*."""
        participant, room = await self.exercise(id)
        sheet = await self.rooms.ask(lambda store: store.sheet(participant, id))
        locked = not room.session.open
        self.finish(exercise_page(read_exercise(id), sheet, room.texts, locked=locked))


class Answers(Said):
    """Where answers are saved."""

    async def post(self, id: str) -> None:
        """Save what changed in the exercise *id*."""
        participant, room = await self.exercise(id)
        changes, half = self._changes()
        try:
            self.finish(
                await self.rooms.write(
                    lambda store: take(store, participant, id, changes, half, room.texts)
                )
            )
        except StoreError as error:
            # What the session refuses it refuses again; what the disk cannot do may be mended.
            self.set_status(409 if error.id.startswith("sessions.") else 503)
            self.finish({"problem": error.say(room.texts)})

    def _changes(self) -> tuple[dict[str, str | None], list[str]]:
        """Return what stands in the body; 400 where it is not what our page sends."""
        if self.request.headers.get("Content-Type") != "application/json":
            raise web.HTTPError(400)
        try:
            body = json.loads(self.request.body)
            changes, half = dict(body["changes"]), list(body["half"])
        except (KeyError, TypeError, ValueError):
            raise web.HTTPError(400) from None
        given = [value for value in changes.values() if value is not None]
        if len(changes) > MOST_CHANGES or not all(isinstance(one, str) for one in (*given, *half)):
            raise web.HTTPError(400)
        return changes, half


class LeavePage(DoorPage):
    """Where one lets go of the session, such as on a machine that others use."""

    def post(self) -> None:
        """Forget who it was; the answers stay in the session."""
        self.clear_cookie(COOKIE, httponly=True, samesite="Strict")
        self.redirect("/", status=303)


class BoardPage(DoorPage):
    """The page for the projector; whoever has the code may see it."""

    async def get(self, code: str) -> None:
        """Show the board of the session with *code*."""
        session, wait = await look_up(self, code)
        if wait:
            self.set_header("Retry-After", str(wait))
            raise web.HTTPError(429)
        if session is None:
            raise web.HTTPError(404)
        texts = Texts.read(session.language)
        address = self.settings["address"]
        words = _words("board", texts)
        self.page("board", texts, session=session, address=address, words=words)


class BoardState(Said):
    """What the board asks every few seconds."""

    async def get(self, code: str) -> None:
        """Tell how the session with *code* stands."""
        session, wait = await look_up(self, code)
        room = await self.rooms.room(session.id) if session else None
        if room is None:
            raise web.HTTPError(429 if wait else 404)
        self.finish(room.for_board())


class OwnFile(DoorPage):
    """One of our own files; there is no folder to look into."""

    def get(self, name: str) -> None:
        """Send the file *name*."""
        if name not in FILES:
            raise web.HTTPError(404)
        self.set_header("Content-Type", f"{FILES[name][1]}; charset=utf-8")
        # Asked for again each time, and sent again only where it changed.
        self.set_header("Cache-Control", "no-cache")
        self.finish(_content(name))


class Nothing(DoorPage):
    """Any other address."""

    def prepare(self) -> None:
        """Answer 404."""
        super().prepare()
        raise web.HTTPError(404)


async def look_up(page: DoorPage, code: str) -> tuple[Session | None, int]:
    """Return the open session with *code*, and the seconds to wait where too many were wrong.

    One code at a time is looked up, so that nobody tries many at once before the first is counted.
    """
    slow: SlowDown = page.settings["slow"]
    turn: asyncio.Lock = page.settings["turn"]
    address = page.request.remote_ip or ""
    async with turn:
        wait = slow.wait(address)
        if wait:
            return None, wait
        session = await page.rooms.ask(lambda store: store.find(code))
        if session is None:
            slow.wrong(address)
        return session, 0


def _words(area: str, texts: Texts) -> str:
    """Return the words that a script of the page *area* says, as JSON; it fills slots itself."""
    before = f"door.{area}_"
    own = {
        id.removeprefix(before): words for id, words in texts.words.items() if id.startswith(before)
    }
    return json.dumps(own, ensure_ascii=False)


@cache
def _content(name: str) -> bytes:
    return (FILES[name][0] / name).read_bytes()
