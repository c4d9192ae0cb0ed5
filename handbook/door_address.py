"""Where the door is: its port, and the address that participants type."""

import socket
from collections.abc import Sequence

from tornado.netutil import bind_sockets

_LOCAL = "127.0.0.1"
_EVERYWHERE = "0.0.0.0"  # noqa: S104 (only where somebody asked for it)
_ELSEWHERE = ("192.0.2.1", 9)
"""An address that RFC 5737 keeps for examples; nothing is sent to it."""


class DoorTaken(OSError):  # noqa: N818 - what it is, not that it is an error
    """The port that was named for the door is taken."""

    def __init__(self, port: int, error: OSError) -> None:
        super().__init__(error.errno, error.strerror)
        self.port = port


def bind(port: int | None, beside: int, *, network: bool) -> tuple[list[socket.socket], str]:
    """Take a port for the door; return its sockets and its address.

    None is the second port after *beside*, which the app has, or a free one where that is taken;
    0 is a free one. With *network*, other machines reach it. Raises
    :exc:`DoorTaken` where *port* is named and taken.
    """
    ip = _EVERYWHERE if network else _LOCAL
    try:
        # The one beside a port that was picked by chance is a free one as well.
        sockets = bind_sockets(min(beside + 2, 65_535) if port is None else port, ip)
    except OSError as error:
        if port is not None:
            raise DoorTaken(port, error) from error
        sockets = bind_sockets(0, ip)
    return sockets, address_of(sockets, network=network)


def address_of(sockets: Sequence[socket.socket], *, network: bool) -> str:
    """Return the address of the door, such as ``http://127.0.0.1:8868``."""
    host = network_address() if network else _LOCAL
    return f"http://{host}:{sockets[0].getsockname()[1]}"


def network_address() -> str:
    """Return the number of this machine in its network; ``127.0.0.1`` where it is in none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            # A datagram socket that is connected sends nothing; it only learns its own address.
            asking.connect(_ELSEWHERE)
        except OSError:
            return _LOCAL
        return str(asking.getsockname()[0])
