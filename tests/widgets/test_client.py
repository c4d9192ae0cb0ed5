"""The Python side of the link to the browser."""

import pytest

from data.texts import Texts
from widgets import Client


@pytest.fixture
def client(monkeypatch):
    made = Client(Texts.read("da"))
    made.sent = []
    monkeypatch.setattr(
        made, "send", lambda content, buffers=None: made.sent.append((content, buffers))
    )
    return made


def test_a_ping_is_answered(client):
    client._handle_custom_msg({"kind": "ping"}, [])

    assert client.sent == [({"kind": "pong"}, None)]


@pytest.mark.parametrize("odd", [None, "ping", 7, {"kind": "shutdown"}, {}])
def test_an_odd_message_is_left_alone(client, odd):
    client._handle_custom_msg(odd, [])

    assert client.sent == []


def test_what_is_remembered_stands_in_the_query_and_goes_to_the_browser(client):
    client.query = {"a": "1", "b": "2"}
    client.remember(b=None, c="3")

    assert client.query == {"a": "1", "c": "3"}
    assert client.sent == [({"kind": "remember", "values": {"b": None, "c": "3"}}, None)]


def test_only_texts_are_taken_from_the_browser(client):
    client.set_state({"query": {"a": "1", "b": 2, "c": None}, "stored": {"d": ["x"]}})

    assert client.query == {"a": "1"}
    assert client.stored == {}


def test_whoever_waits_for_the_browser_is_called_once(client):
    heard = []
    client.on_arrival(lambda: heard.append(dict(client.query)))
    assert heard == []

    client.set_state({"query": {"a": "1"}, "arrived": True})
    client.arrived = False
    client.arrived = True
    client.on_arrival(lambda: heard.append("late"))

    assert heard == [{"a": "1"}, "late"]


def test_whoever_waits_for_the_reader_is_called_once(client):
    heard = []
    client.on_near(lambda: heard.append("near"))
    assert heard == []

    client.set_state({"near": True})
    client.near = False
    client.near = True

    assert heard == ["near"]


def test_a_download_sends_the_bytes_beside_the_message(client):
    client.download("a.csv", b"1;2", "text/csv")

    assert client.sent == [({"kind": "download", "name": "a.csv", "mime": "text/csv"}, [b"1;2"])]
