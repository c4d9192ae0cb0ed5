"""The door: where participants of a session come in, each from a machine of their own.

It is a small server beside the app, on a port of its own. It answers participants and the board, and
nothing else: it starts no kernel, lists no folder, and knows no record but those of its sessions.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence

from tornado.httpserver import HTTPServer
from tornado.web import Application

from data.log import log_to_file
from data.sessions import SessionStore
from handbook import door_pages as pages
from handbook.door_guards import SlowDown
from handbook.door_rooms import Rooms

_BODY = 512 * 1024
"""Bytes of the largest request: all fields of the longest exercise, filled to the brim."""
_ID = r"([a-z][a-z0-9_]{0,39})"
_CODE = r"([A-Za-z0-9]{1,12})"


class Door:
    """The door of an installation, listening on *sockets* once :meth:`open` is called.

    *address* is where participants reach it, and *network* tells whether that is from other machines.
    """

    def __init__(
        self,
        sockets: Sequence[socket.socket],
        address: str,
        *,
        network: bool,
        open_store: Callable[[], SessionStore] = SessionStore.open,
        slow: SlowDown | None = None,
    ) -> None:
        self._sockets = list(sockets)
        self.address = address
        self.network = network
        self._open_store = open_store
        self._slow = slow or SlowDown()

    def open(self) -> None:
        """Begin to answer, in the loop that runs."""
        self.rooms = Rooms(self._open_store)
        self._server = HTTPServer(
            application(self.rooms, self.address, self._slow, network=self.network),
            max_body_size=_BODY,
            max_header_size=16 * 1024,
            idle_connection_timeout=60,
            body_timeout=20,
        )
        self._server.add_sockets(self._sockets)

    def close(self) -> None:
        """Answer nobody any more, and let go of the store."""
        self._server.stop()
        self.rooms.close()


def application(rooms: Rooms, address: str, slow: SlowDown, *, network: bool) -> Application:
    """Return the pages of the door, which know the sessions in *rooms* alone."""
    return Application(
        [
            ("/", pages.JoinPage),
            ("/joined", pages.Joined),
            ("/room", pages.RoomPage),
            ("/room/state", pages.RoomState),
            (f"/room/exercise/{_ID}", pages.ExerciseSaid),
            (f"/room/answers/{_ID}", pages.Answers),
            ("/leave", pages.LeavePage),
            (f"/board/{_CODE}", pages.BoardPage),
            (f"/board/{_CODE}/state", pages.BoardState),
            (r"/static/([a-z]+\.(?:css|js))", pages.OwnFile),
        ],
        default_handler_class=pages.Nothing,
        template_path=str(pages.SOURCES),
        rooms=rooms,
        address=address,
        network=network,
        slow=slow,
        turn=asyncio.Lock(),
        log=log_to_file(),
        log_function=_say_nothing,
    )


def _say_nothing(handler: object) -> None:
    """Keep addresses and codes out of the log; what fails is written by the page."""
    logging.getLogger(__name__).debug("answered %s", type(handler).__name__)
