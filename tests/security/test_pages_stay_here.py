"""Nothing leaves: what pages ask for, what they run, and what address they give away.

``outside_requests`` (conftest.py) fails a test whose pages ask for anything elsewhere; here the
processes behind them are watched as well. ``VEJVISER_PAGES=all`` opens every page.
"""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from handbook.voila_settings import HANDBOOK

FEW = ("da/01_koordinator", "en/kapacitet")
ALL = tuple(
    sorted(
        str(page.relative_to(HANDBOOK).with_suffix(""))
        for page in HANDBOOK.glob("[de][an]/*.ipynb")
    )
)
PAGES = ALL if os.environ.get("VEJVISER_PAGES") == "all" else FEW
OWN_FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
"""What JupyterLab keeps for its user."""
TOLD = "Content Security Policy|Content-Security-Policy|Refused to|violates"

# Python runs this in each process that finds it; forked kernels inherit the hook.
WATCH = """
import os, sys
def _watch(event, words):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        where = words[0] if event.startswith("socket.get") else words[1]
        name = where[0] if isinstance(where, tuple) else where
        if event == "socket.sendto" and isinstance(where, (bytes, str)):
            return
        if isinstance(name, (str, bytes)) and str(name) not in (
            "127.0.0.1", "localhost", "::1", "", "0.0.0.0", "None"
        ) and not str(name).startswith(("/", "\\x00", "b'")):
            with open(os.environ["VEJVISER_WATCH"], "a") as told:
                told.write(f"{event} {name!r}\\n")
sys.addaudithook(_watch)
with open(os.environ["VEJVISER_WATCH"], "a") as told:
    told.write(f"watching {os.getpid()}\\n")
"""


@pytest.fixture
def watching(tmp_path, monkeypatch):
    """Have every Python that is started write down where it connects to."""
    folder = tmp_path / "watch"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    found = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(folder), found))))
    monkeypatch.setenv("VEJVISER_WATCH", str(folder / "told"))
    return folder / "told"


def outward(watching):
    lines = watching.read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("watching") for line in lines)
    return [line for line in lines if not line.startswith("watching")]


def test_the_watch_sees_a_process_that_asks_for_elsewhere(watching):
    code = "import socket\ntry: socket.getaddrinfo('elsewhere.invalid', 80)\nexcept OSError: pass"
    subprocess.run([sys.executable, "-c", code], check=True)

    assert outward(watching) == ["socket.getaddrinfo 'elsewhere.invalid'"]


def test_no_process_behind_the_pages_asks_for_anything_elsewhere(
    watching, start_app, open_page, monkeypatch
):
    app = start_app("--preheat")
    for page in PAGES:
        lang, _, name = page.partition("/")
        opened = open_page(name, lang, on=app, alive=True)
        opened.close()
    app.stop()

    assert outward(watching) == []


def test_a_page_runs_no_script_of_its_own_text_and_breaks_no_rule(open_page):
    said = []
    for page in PAGES:
        opened = open_page("/", page[:2])
        opened.on("console", lambda told: said.append(told.text))
        opened.goto(
            re.sub(r"/$", "", opened.url) + f"/voila/render/{page}.ipynb", wait_until="commit"
        )
        opened.wait_for_selector("html[data-client=alive]", state="attached")
        inline = opened.evaluate(
            "() => [...document.querySelectorAll('script')]"
            ".filter(one => !one.src && !/json/.test(one.type)).length"
        )
        assert inline == 0, page
        # What somebody might get into a page does not run.
        opened.evaluate(
            "() => { const one = document.createElement('div');"
            "one.innerHTML = '<img src=x onerror=\"window.ran = 1\"><script>window.ran = 1</scr' + 'ipt>';"
            "const script = document.createElement('script'); script.textContent = 'window.ran = 1';"
            "document.body.append(one, script); }"
        )
        assert opened.evaluate("() => window.ran === undefined")
        opened.close()
    ours = [one for one in said if re.search(TOLD, one)]
    tried = [one for one in ours if "inline" in one.lower()]

    assert tried  # the three that were tried, and nothing else
    assert ours == tried
    assert len(ours) <= 3 * len(PAGES)


def test_the_token_stays_in_no_address_referrer_history_or_storage(app, new_context):
    page = new_context().new_page()
    sent = []
    page.on("request", lambda one: sent.append((one.url, one.headers.get("referer", ""))))
    first = f"{app.address}/?token={app.token}"
    page.goto(first)
    page.goto(f"{app.address}/voila/render/da/velkommen.ipynb", wait_until="commit")
    page.wait_for_selector("html[data-ready=true]", state="attached")

    assert len(sent) > 20
    assert [url for url, _ in sent if app.token in url] == [first]
    assert not [referrer for _, referrer in sent if app.token in referrer]
    assert app.token not in page.evaluate(
        "() => JSON.stringify([document.referrer, location.href, document.cookie, {...localStorage},"
        " {...sessionStorage}, document.documentElement.outerHTML])"
    )
    page.go_back(wait_until="commit")
    assert app.token not in page.url


def test_what_the_researchers_use_asks_for_nothing_elsewhere_by_itself(
    watching, new_context, tmp_path, until
):
    words = ["lab", "--no-browser", "--port", "0", "--folder", str(tmp_path / "own")]
    told = (tmp_path / "lab.txt").open("w", encoding="utf-8")
    lab = subprocess.Popen(
        [sys.executable, "-m", "handbook", *words, "--data-folder", str(tmp_path / "data")],
        stdout=told,
        stderr=subprocess.STDOUT,
        env={**os.environ, **{name: str(tmp_path / name) for name in OWN_FOLDERS}},
    )
    watchdog = threading.Timer(120, lab.kill)
    watchdog.start()
    try:
        address = re.compile(r"http://(?:localhost|127\.0\.0\.1):(\d+)/lab\S*\?token=(\w+)")
        file = Path(told.name)
        assert until(lambda: address.search(file.read_text(encoding="utf-8")), 90)
        port, token = address.search(file.read_text(encoding="utf-8")).groups()
        page = new_context().new_page()
        page.goto(f"http://127.0.0.1:{port}/lab?token={token}", wait_until="commit")
        page.wait_for_selector("#jp-main-dock-panel", state="attached")
        page.wait_for_selector(".jp-Launcher, .jp-NotebookPanel", state="attached")
    finally:
        watchdog.cancel()
        lab.send_signal(signal.SIGTERM)
        lab.wait(30)
        told.close()

    assert outward(watching) == []
