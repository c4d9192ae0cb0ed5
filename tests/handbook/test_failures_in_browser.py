"""What a person at a page sees when something breaks."""

import json
import os
import signal
import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from data.texts import Texts

pytestmark = pytest.mark.browser

DANISH = Texts.read("da")
BANNER = ".vv-connection"

STEPS = """
import time
import ipywidgets as ipw
from data.texts import Texts
from widgets import Page
page = Page(Texts.read("da"))
def button(words, act):
    made = ipw.Button(description=words)
    made.on_click(page.guard(act))
    return made
def fail(_):
    note = "hemmelig note"
    raise ValueError(f"kan ikke bruge {note}")
def work(_):
    time.sleep(11)
    page.notice("<b>Færdig</b>")
page.show(button("Fejl", fail), button("Arbejd", work))
page
"""


class Relay:
    """A network between browser and app that can be cut."""

    def __init__(self, app):
        self._to = urlsplit(app.address).port
        self._links = []
        self.cut = False
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                near = self._door.accept()[0]
                if self.cut:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._to))
                self._links += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one, other):
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def break_off(self):
        self.cut = True
        for link in self._links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.break_off()
        self._door.close()


@pytest.fixture(scope="module")
def own(start_app, write_pages):
    """An app that serves pages which break."""
    folder = write_pages(steps=STEPS, broken="raise ValueError('hemmelig note')")
    app = start_app("--no-preheat", "--pages", str(folder))
    yield app
    app.stop()


def kernel_process(app, page):
    config = page.locator("#jupyter-config-data").text_content()
    kernel = json.loads(config)["kernelId"]
    return next(one for one in app.kernels() if any(kernel in word for word in one.cmdline()))


def test_a_failing_callback_says_so_and_reaches_the_log(open_page, own):
    page = open_page("steps", on=own)
    page.get_by_role("button", name="Fejl").click()

    sentence = page.get_by_role("alert").inner_text()
    mark = sentence.rsplit(" ", 1)[1].rstrip(")")
    assert sentence == DANISH("notice.failed", mark=mark)
    event = own.log.split(f"event {mark}")[1]
    assert "in fail" in event
    assert "ValueError" in event
    assert "hemmelig" not in own.log.replace('note = "hemmelig note"', "")


def test_a_page_that_cannot_start_says_so_and_offers_to_load_again(open_page, own):
    page = open_page("broken", on=own)

    alert = page.get_by_role("alert")
    assert DANISH("start.failed") in alert.inner_text()
    assert alert.get_by_role("link", name=DANISH("start.reload")).is_visible()
    assert "ValueError" not in page.locator("body").inner_text()


def test_a_killed_kernel_shows_a_banner_and_a_way_back(open_page, own):
    page = open_page("steps", on=own, alive=True)
    os.kill(kernel_process(own, page).pid, signal.SIGKILL)

    page.wait_for_selector(BANNER, timeout=15_000)
    assert DANISH("connection.lost") in page.inner_text(BANNER)
    # The kernel is restarted, but empty: the banner must not go.
    page.wait_for_timeout(6000)
    assert page.locator(BANNER).is_visible()

    page.get_by_role("button", name=DANISH("connection.reload")).click()
    page.wait_for_selector(BANNER, state="detached")
    page.wait_for_selector("html[data-client=alive]", state="attached")
    assert page.get_by_role("button", name="Fejl").is_visible()


def test_a_lost_connection_shows_a_banner_that_goes_when_it_is_back(open_page, own):
    relay = Relay(own)
    away = type(own)(relay.address, own.token, own.data, own.process)
    page = open_page("steps", on=away, alive=True)

    relay.break_off()
    page.wait_for_selector(BANNER, timeout=12_000)
    assert DANISH("connection.lost") in page.inner_text(BANNER)

    relay.cut = False
    page.wait_for_selector(BANNER, state="detached", timeout=60_000)
    page.get_by_role("button", name="Fejl").click()
    page.get_by_role("alert").wait_for()
    relay.close()


def test_a_kernel_that_works_is_not_called_lost(open_page, own):
    page = open_page("steps", on=own, alive=True)
    page.get_by_role("button", name="Arbejd").click()

    page.wait_for_timeout(10_000)
    assert not page.locator(BANNER).is_visible()
    page.wait_for_selector("main [role=status]")
    # And what was said is words, never markup.
    assert page.locator("main [role=status]").inner_text() == "<b>Færdig</b>"
