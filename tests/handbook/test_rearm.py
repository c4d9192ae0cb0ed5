"""The mend for hanging page loads applies to the libraries that are installed."""

import pytest
import zmq
import zmq.asyncio
from jupyter_client.session import Session

from handbook.rearm import rearm_after_send


@pytest.fixture
def plain_send(monkeypatch):
    """Put back what the mend replaces, before and after the test."""
    send = getattr(Session.send, "__wrapped__", Session.send)
    monkeypatch.setattr(Session, "send", send)


@pytest.mark.usefixtures("plain_send")
def test_each_send_on_an_asyncio_socket_looks_for_messages_again(monkeypatch):
    looked = []

    def look(*_):
        looked.append(1)

    monkeypatch.setattr(zmq.asyncio.Socket, "_schedule_remaining_events", look)
    rearm_after_send()
    rearm_after_send()
    session = Session(key=b"")
    with zmq.asyncio.Context() as context:
        socket = context.socket(zmq.DEALER)
        socket.connect("inproc://nobody")
        before = len(looked)
        session.send(socket, "comm_msg", {})
        after = len(looked)
        socket.close(linger=0)

    assert after > before


@pytest.mark.usefixtures("plain_send")
def test_a_pyzmq_without_the_method_is_refused(monkeypatch):
    monkeypatch.setattr(zmq.asyncio.Socket, "_schedule_remaining_events", None, raising=False)

    with pytest.raises(RuntimeError, match="install the pyzmq version"):
        rearm_after_send()
