"""No secret and no field content in the log or on the terminal, whatever is sent to the app.

Canaries go in through everything that takes a text: addresses, headers, the login, each widget of a
page, in kinds and shapes that no page sends. ``VEJVISER_PAGES=all`` does it on every page.
"""

import json
import os
import re
import stat
import subprocess
import sys
import threading
from contextlib import suppress

import pytest
import websocket

from data.log import log_to_file
from data.places import DATA_VARIABLE
from handbook.voila_settings import HANDBOOK
from tests.security.visitor import Visitor, message

TOKEN = "canary-token-5b1f"  # noqa: S105 (what must not be found)
WORD = "kanariefugl"
FEW = ("da/01_koordinator", "da/kapacitet")
ALL = tuple(
    sorted(
        str(page.relative_to(HANDBOOK).with_suffix(""))
        for page in HANDBOOK.glob("[de][an]/*.ipynb")
    )
)
PAGES = ALL if os.environ.get("VEJVISER_PAGES") == "all" else FEW


class Watched:
    """An app whose terminal is kept, too."""

    def __init__(self, folder):
        self.data = folder / "data"
        self.said = (folder / "terminal").open("w+", encoding="utf-8")
        words = ["-m", "handbook", "app", "--port", "0", "--no-browser", "--no-preheat"]
        self.token = TOKEN
        self.process = subprocess.Popen(
            [sys.executable, *words, "--token", TOKEN, "--data-folder", str(self.data)],
            stdout=subprocess.PIPE,
            stderr=self.said,
            text=True,
        )
        watchdog = threading.Timer(90, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        while line and "http" not in line:
            line = self.process.stdout.readline()
        watchdog.cancel()
        self.address = re.search(r"(http://127\.0\.0\.1:\d+)/", line)[1]
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self):
        for line in self.process.stdout:
            self.said.write(line)

    @property
    def told(self):
        """All that stands in the log and on the terminal."""
        self.said.flush()
        log = self.data / "log" / "vejviser.log"
        with open(self.said.name, encoding="utf-8") as terminal:  # noqa: PTH123
            return log.read_text(encoding="utf-8") + terminal.read()

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        self.said.close()


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    app = Watched(tmp_path_factory.mktemp("watched"))
    yield app
    app.stop()


def hear(link, wanted):
    """Return the content of the first message of the kind *wanted*."""
    while True:
        said = json.loads(link.recv())
        if said["header"]["msg_type"] == wanted:
            return said["content"]


HOSTILE = (
    f"{WORD} <b>x</b>",
    f"{WORD} 010190-1234",
    [f"{WORD} i en liste", {"value": f"{WORD} i et felt"}],
    {"value": f"{WORD} i et felt", f"{WORD}": 1},
    None,
    -1e308,
)
TRAITS = (
    "value",
    "query",
    "stored",
    "state",
    "index",
    "asked",
    "answers",
    "children",
    "layout",
    "words",
)


@pytest.mark.parametrize("page", PAGES)
def test_what_is_sent_to_the_widgets_of_a_page_stands_in_no_log(watched, page):
    visitor = Visitor.let_in(watched)
    kernel = visitor.open(page)
    link = visitor.speak_to(kernel)
    link.send(message("comm_info_request", {}))
    comms = list(hear(link, "comm_info_reply")["comms"])
    assert len(comms) > 20

    for comm in comms:
        for trait in TRAITS:
            for one in HOSTILE[:4] if trait == "value" else HOSTILE[2:4]:
                data = {"method": "update", "state": {trait: one}, "buffer_paths": []}
                link.send(message("comm_msg", {"comm_id": comm, "data": data}))
        for content in ({"kind": WORD, "values": WORD, "name": f"../{WORD}"}, WORD, [WORD], None):
            data = {"method": "custom", "content": content}
            link.send(message("comm_msg", {"comm_id": comm, "data": data}))
    for data in ({"state": {"_model_name": WORD}}, {"state": {"_model_module": WORD}}, WORD):
        link.send(
            message("comm_open", {"comm_id": WORD, "target_name": "jupyter.widget", "data": data})
        )
    link.send(message("comm_open", {"comm_id": WORD, "target_name": WORD, "data": {}}))
    link.send(message(f"{WORD}\n2026-01-01 00:00:00,000 1 INFO vejviser: a line of one's own", {}))
    # The kernel answers in turn, and is alive after all of it.
    link.send(message("kernel_info_request", {}))
    hear(link, "kernel_info_reply")
    link.close()
    visitor.leave(kernel)

    assert "2026-01-01" not in [line[:10] for line in watched.told.splitlines()]
    assert WORD not in watched.told


def test_what_stands_in_an_address_a_header_or_the_login_stands_in_no_log(watched):
    visitor = Visitor.let_in(watched)
    stranger = Visitor(watched.address)
    for who in (visitor, stranger):
        for path in (
            f"/?token={TOKEN}&x={WORD}",
            f"/voila/render/da/sag.ipynb?lang=da&sag={WORD}",
            f"/voila/render/da/nosuch.ipynb?sag={WORD}",
            f"/nosuch?{WORD}",
            f"/voila/files/x?{WORD}",
            f"/voila/templates/x?{WORD}",
            f"/login?next=%2F{WORD}%3Fx",
            f"/api/kernels/a-b-c-d-e?{WORD}",
        ):
            who.ask(path, Referer=f"{watched.address}/?x={WORD}", User_Agent=WORD, X_Own=WORD)
        who.ask(f"/login?x={WORD}", "POST", Origin=watched.address)
    refused = Visitor(watched.address, f"username-x={WORD}; {WORD}={WORD}")
    refused.ask("/")
    kernel = visitor.open()
    link = visitor.speak_to(kernel)
    for sent in (
        WORD,
        json.dumps(WORD),
        json.dumps({WORD: WORD}),
        json.dumps({"header": {"msg_type": 5}}),
    ):
        with suppress(websocket.WebSocketException, OSError):
            link.send(sent)
            link.send_binary(sent.encode())
    with suppress(websocket.WebSocketException, OSError):
        link.close()
    visitor.leave(kernel)

    told = watched.told
    assert TOKEN not in told
    assert WORD not in told
    assert visitor.cookie.partition("=")[2][:60] not in told
    assert "/nosuch" in told  # what failed is told, without what stood after it


def test_the_log_is_for_its_owner_alone(watched):
    folder = watched.data

    assert (folder / "log" / "vejviser.log").exists()
    assert not folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def test_a_library_that_fails_with_what_it_was_given_says_where_and_not_what(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    logger = log_to_file("tests.library")
    logger.propagate = False
    file = logger.handlers[-1]
    try:
        raise ValueError(f"{WORD} cannot be a number") from KeyError(WORD)
    except ValueError:
        logger.exception("GET /page?%s failed\n2026-01-01 forged", WORD)
    file.close()
    logger.removeHandler(file)

    told = (tmp_path / "log" / "vejviser.log").read_text(encoding="utf-8")
    assert WORD not in told
    assert "ValueError" in told
    assert "test_logs.py" in told
    assert not [line for line in told.splitlines() if line.startswith("2026-01-01 forged")]
