"""A mend for page loads that hang for ever.

While Voilà starts a page it may send messages to the kernel. ``jupyter_client`` writes them on the
raw socket below an asyncio socket, and that can swallow the one wake-up that says a reply is there:
about one load in nine never ended. Telling the socket to look again after each send cures it.
"""

from functools import wraps
from typing import Any

import zmq.asyncio
from jupyter_client.session import Session


def rearm_after_send() -> None:
    """Make each ``Session.send`` on an asyncio socket look for waiting messages afterwards.

    Calling it again changes nothing. Raises :exc:`RuntimeError` where pyzmq no longer has the
    (private) method this needs, because then pages may hang again.
    """
    if getattr(Session.send, "rearms", False):
        return
    if not callable(getattr(zmq.asyncio.Socket, "_schedule_remaining_events", None)):
        raise RuntimeError(  # noqa: TRY004 (the caller passed nothing wrong)
            f"pyzmq {zmq.__version__} cannot look again after a send, so pages might hang; "
            "install the pyzmq version that stands in requirements.lock."
        )
    send: Any = Session.send

    @wraps(send)
    def send_and_rearm(self: Session, stream: Any, *words: Any, **named: Any) -> Any:
        sent = send(self, stream, *words, **named)
        if isinstance(stream, zmq.asyncio.Socket):
            stream._schedule_remaining_events()  # type: ignore[operator]
        return sent

    send_and_rearm.rearms = True  # type: ignore[attr-defined]
    setattr(Session, "send", send_and_rearm)  # noqa: B010 (to a checker, methods are fixed)
