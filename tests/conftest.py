"""The real app and a real browser, for the tests that need them.

``app`` is the app as a user starts it, ``open_page`` a page of it in Chromium. No page may ask for
anything outside this machine: a request that does fails the test that made it.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request, sync_playwright

from data.places import DATA_VARIABLE
from simulation.machine_code import compile_aside, is_ready

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
BROWSER_WORDS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY = "html[data-ready=true]"
PATIENCE = 60_000  # ms; a busy machine with two cores starts a kernel slowly


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests, the notebooks among them, away from the user's own records and log."""
    folder = tempfile.mkdtemp(prefix="vejviser-tests-")
    os.environ[DATA_VARIABLE] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files with browser tests last: Playwright keeps an event loop running until the end.

    Files stay whole, because that is how they are dealt out where the tests run side by side; in a
    file, too, the browser tests come last.
    """
    with_browser = {item.path for item in items if _drives_a_browser(item)}
    first_seen = {item.path: place for place, item in reversed(list(enumerate(items)))}

    def turn(item: pytest.Item) -> tuple[bool, int, bool]:
        return item.path in with_browser, first_seen[item.path], _drives_a_browser(item)

    items.sort(key=turn)


def _drives_a_browser(item: pytest.Item) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


@pytest.fixture(autouse=True)
def _own_data_folder() -> Iterator[None]:
    """Undo what a test of the command says about the data folder."""
    before = os.environ[DATA_VARIABLE]
    yield
    os.environ[DATA_VARIABLE] = before


@dataclass
class App:
    """A running app."""

    address: str
    """The address without a slash at its end, such as ``http://127.0.0.1:8866``."""
    token: str
    data: Path
    """Its data folder."""
    process: subprocess.Popen[str]

    @property
    def log(self) -> str:
        """All that stands in its log."""
        file = self.data / "log" / "vejviser.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def kernels(self) -> list[psutil.Process]:
        """Return the kernel processes that are alive."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if _is_kernel(child)]

    def get(self, path: str, *, token: bool = True) -> tuple[int, dict[str, str], str]:
        """Return status, headers and text of *path*; redirects are not followed."""
        request = urllib.request.Request(self.address + path)  # noqa: S310 (our own app)
        if token and self.token:
            request.add_header("Authorization", f"token {self.token}")
        try:
            with _stay.open(request, timeout=90) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read().decode()

    def stop(self) -> None:
        """Stop it as Ctrl-C does, and wait until it is gone."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_stay = urllib.request.build_opener(_Stay)


def _is_kernel(process: psutil.Process) -> bool:
    try:
        return any("ipykernel" in word for word in process.cmdline())
    except psutil.Error:
        return False


def pytest_sessionstart() -> None:
    """Compile the simulation before any test asks it something, where the rules have changed."""
    if not is_ready():
        compile_aside()


def _start(data: Path, *words: str, token: str = "test-token") -> App:  # noqa: S107
    command = [sys.executable, "-m", "handbook", "app", "--port", "0", "--no-browser"]
    process = subprocess.Popen(
        [*command, "--token", token, "--data-folder", str(data), *words],
        stdout=subprocess.PIPE,
        text=True,
        cwd=data,
    )
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    line = process.stdout.readline() if process.stdout else ""
    watchdog.cancel()
    found = re.search(r"(http://127\.0\.0\.1:\d+)/", line)
    assert found, f"the app printed no address but {line!r}"
    return App(found[1], token, data, process)


@pytest.fixture(scope="session")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., App]]:
    """Start ``vejviser app`` with *words* on a free port; all are stopped when the tests end."""
    running: list[App] = []

    def start(*words: str, token: str = "test-token") -> App:  # noqa: S107
        running.append(_start(tmp_path_factory.mktemp("data"), *words, token=token))
        return running[-1]

    yield start
    for one in running:
        one.stop()


@pytest.fixture(scope="session")
def app(start_app: Callable[..., App]) -> App:
    """The app, started by its command with a data folder of its own and no waiting kernels."""
    return start_app("--no-preheat")


@pytest.fixture(scope="session")
def write_pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write Danish test pages, name → code of their one cell, and return the folder to serve."""

    def write(**pages: str) -> Path:
        root = tmp_path_factory.mktemp("pages")
        (root / "da").mkdir()
        for name, code in pages.items():
            kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
            cell = {"cell_type": "code", "id": "page", "source": code, "metadata": {}}
            notebook = {
                "cells": [{**cell, "execution_count": None, "outputs": []}],
                "metadata": {"kernelspec": kernel, "title": name},
                "nbformat": 4,
                "nbformat_minor": 5,
            }
            (root / "da" / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        return root

    return write


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one that VEJVISER_CHROMIUM names, else the first found on the path."""
    named = os.environ.get("VEJVISER_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, BROWSER_NAMES)), None)
    if path is None:
        pytest.fail("no Chromium was found; put its path in VEJVISER_CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=BROWSER_WORDS)
        yield chromium
        chromium.close()


@pytest.fixture
def outside_requests() -> Iterator[list[str]]:
    """Collect the requests that leave this machine; the test fails if there is one."""
    left: list[str] = []
    yield left
    assert not left, f"asked for outside this machine: {left}"


@pytest.fixture
def new_context(
    browser: Browser, outside_requests: list[str]
) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser contexts, of *width* pixels, whose requests are watched."""
    made: list[BrowserContext] = []

    def watch(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.hostname != "127.0.0.1":
            outside_requests.append(request.url)

    def make(width: int = 1280, height: int = 900) -> BrowserContext:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="da-DK")
        context.on("request", watch)
        context.set_default_timeout(PATIENCE)
        made.append(context)
        return context

    yield make
    for context in made:
        for page in context.pages:
            with suppress(Error):
                page.goto("about:blank")  # left as a person leaves it, so that its kernel ends
        context.close()


@pytest.fixture
def open_page(app: App, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Open a page, signed in, and wait until it is ready.

    ``open_page("kapacitet")`` is the Danish page, ``open_page("kapacitet?x=1", "en")`` the English
    one with a parameter; a path that begins with ``/`` is taken as it stands. ``on`` is another
    app, ``alive`` waits until the page's Client has heard from its kernel.
    """

    def open_(
        path: str,
        lang: str = "da",
        width: int = 1280,
        *,
        on: App = app,
        alive: bool = False,
    ) -> Page:
        page = new_context(width).new_page()
        page.goto(f"{on.address}/?token={on.token}")
        if not path.startswith("/"):
            name, mark, query = path.partition("?")
            path = f"/voila/render/{lang}/{name.removesuffix('.ipynb')}.ipynb{mark}{query}"
        if path != "/":
            page.goto(on.address + path, wait_until="commit")
        page.wait_for_selector(READY, state="attached")
        if alive:
            page.wait_for_selector("html[data-client=alive]", state="attached")
        return page

    return open_


@pytest.fixture
def until() -> Callable[..., bool]:
    """Wait until something is true, for at most some seconds; tell whether it became so."""

    def wait(true: Callable[[], bool], seconds: float = 20) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if true():
                return True
            time.sleep(0.1)
        return true()

    return wait
