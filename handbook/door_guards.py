"""What keeps strangers out of the door: slow guessing, one origin, one address, strict headers.

The door is plain http, since a laptop in a meeting room has no certificate. So whoever can listen on
the network can read along; what stands here is against everybody else.
"""

import ipaddress
import math
import socket
import time
from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

from tornado.httputil import HTTPServerRequest

HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "img-src 'self' data:",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not stricter: a browser that may name no page names no origin either, and is refused.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What every answer of the door carries."""


class SlowDown:
    """Counts wrong codes, of one address and in all, and says how long to wait.

    There are 64 million codes. Whoever tries *in_all* of them every *within* seconds, from as many
    addresses as they like, finds that of a session in a day in less than one case of a thousand.
    Who has joined is not held up, whoever else is guessing.
    """

    def __init__(
        self,
        per_address: int = 10,
        in_all: int = 60,
        within: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = (per_address, in_all)
        self._within = within
        self._clock = clock
        self._wrong: dict[str, deque[float]] = {}
        self._all: deque[float] = deque()

    def wait(self, address: str) -> int:
        """Return the seconds after which *address* may try again; 0 is now."""
        now = self._clock()
        self._forget(now)
        waits = [
            times[-most] + self._within - now
            for times, most in zip(
                (self._wrong.get(address, ()), self._all), self._limits, strict=True
            )
            if len(times) >= most
        ]
        return max((math.ceil(wait) for wait in waits), default=0)

    def wrong(self, address: str) -> None:
        """Write down that *address* has tried a wrong code."""
        now = self._clock()
        self._wrong.setdefault(address, deque()).append(now)
        self._all.append(now)

    def _forget(self, now: float) -> None:
        for times in (self._all, *self._wrong.values()):
            while times and times[0] <= now - self._within:
                times.popleft()
        for address in [address for address, times in self._wrong.items() if not times]:
            del self._wrong[address]


def is_own_page(request: HTTPServerRequest) -> bool:
    """Tell whether *request* was sent by a page of the door, as far as the browser says.

    Every browser names the origin of a POST. Where it is missing, so is the browser.
    """
    origin = request.headers.get("Origin", "")
    return origin != "" and origin == f"{request.protocol}://{request.host}"


def is_known_host(request: HTTPServerRequest) -> bool:
    """Tell whether *request* asks for this machine by a number or by its own name.

    A foreign page may give its own name the number of this machine, and is then one origin with it.
    """
    name = urlsplit(f"//{request.host}").hostname or ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        own = socket.gethostname().lower()
        return name in {"localhost", own, own.split(".")[0], f"{own.split('.')[0]}.local"}
    return True
