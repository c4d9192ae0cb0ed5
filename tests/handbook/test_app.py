"""The server as a visitor, a stranger and a hostile page meet it; no browser needed."""

import json
import re
import subprocess
import sys
import urllib.request

import psutil
import pytest
import websocket

from data.texts import Texts
from handbook.voila_settings import CONTENT_SECURITY_POLICY, HANDBOOK, voila_settings

PAGES = sorted(page.relative_to(HANDBOOK).as_posix() for page in HANDBOOK.glob("[de][an]/*.ipynb"))

# What made one load in nine hang: messages between server and kernel while a page starts.
TALKATIVE = """
import ipywidgets as ipw
out = ipw.Output()
for number in range(80):
    with out:
        print(number)
ipw.VBox([ipw.IntSlider(description="Antal"), out])
"""


def kernel_of(html):
    config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', html, re.DOTALL)[1]
    return json.loads(config)["kernelId"]


def leave(app, html):
    """Leave a page as the browser does when its tab is closed."""
    address = f"{app.address}/voila/api/shutdown/{kernel_of(html)}"
    headers = {"Authorization": f"token {app.token}"}
    request = urllib.request.Request(address, method="POST", headers=headers)  # noqa: S310
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310


@pytest.fixture(scope="module")
def loaded(app):
    """A page as the server sends it, its kernel still running."""
    html = app.get("/voila/render/da/kapacitet.ipynb")[2]
    yield html
    leave(app, html)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_whole_and_says_its_language(app, page):
    status, headers, html = app.get(f"/voila/render/{page}")
    leave(app, html)

    assert status == 200
    assert f'<html lang="{page[:2]}">' in html
    assert Texts.read(page[:2])("page.help_cpr") in html
    assert Texts.read(page[:2])("start.failed") not in html
    assert html.rstrip().endswith("</html>")
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_twenty_loads_in_a_row_all_end(start_app, write_pages):
    app = start_app("--no-preheat", "--pages", str(write_pages(talkative=TALKATIVE)))

    for _ in range(20):
        html = app.get("/voila/render/da/talkative.ipynb")[2]
        leave(app, html)
        assert "application/vnd.jupyter.widget-view+json" in html
        assert Texts.read("da")("start.failed") not in html
    app.stop()


@pytest.mark.parametrize(
    ("path", "lang"), [("/", "da"), ("/voila/tree", "da"), ("/voila/tree/en", "en")]
)
def test_the_landing_page_offers_four_places_without_a_kernel(app, path, lang):
    before = len(app.kernels())
    status, headers, html = app.get(path)

    assert status == 200
    assert f'<html lang="{lang}"' in html
    for place in ("landing.handbook", "landing.workbench", "landing.cases", "landing.session"):
        assert Texts.read(lang)(place) in html
    assert "Content-Security-Policy" in headers
    assert len(app.kernels()) == before


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/voila/render/da/kapacitet.ipynb?a=1&lang=en", "/voila/render/en/kapacitet.ipynb?a=1"),
        (
            "/voila/render/en/kapacitet.ipynb?lang=da&a=%C3%A6",
            "/voila/render/da/kapacitet.ipynb?a=%C3%A6",
        ),
        ("/?lang=en", "/voila/tree/en"),
        ("/?lang=en&x=y", "/voila/tree/en?x=y"),
        ("/voila/tree/en?lang=da", "/"),
        ("/?token=test-token", "/"),
        ("/voila/render/da/sager.ipynb?token=test-token&a=1", "/voila/render/da/sager.ipynb?a=1"),
    ],
)
def test_language_and_token_leave_the_address_and_the_rest_stays(app, path, to):
    before = len(app.kernels())
    status, headers, _ = app.get(path)

    assert (status, headers["Location"]) == (302, to)
    assert len(app.kernels()) == before


@pytest.mark.parametrize(
    "query", ["theme=dark", "template=lab", "template=nosuch", "template=../x"]
)
def test_theme_and_template_in_the_address_are_ignored(app, query):
    status, _, html = app.get(f"/voila/render/da/velkommen.ipynb?{query}")
    leave(app, html)

    assert status == 200
    assert "theme-light" in html
    assert "vejviser.css" in html


def test_a_theme_in_the_address_runs_no_script(app):
    html = app.get("/voila/render/da/velkommen.ipynb?theme=%22%3E%3Cscript%3Emark()%3C/script%3E")[
        2
    ]
    leave(app, html)

    assert "mark()" not in html


@pytest.mark.parametrize(
    "path",
    ["/", "/voila/tree/en", "/voila/render/da/kapacitet.ipynb", "/voila/render/en/sager.ipynb"],
)
def test_without_the_token_a_page_leads_to_the_login(app, path):
    status, headers, html = app.get(path, token=False)

    assert status == 302
    assert headers["Location"].startswith("/login?next=")
    assert "voila" not in html


def test_without_the_token_kernels_are_out_of_reach(app, loaded):
    kernel = kernel_of(loaded)
    address = f"/api/kernels/{kernel}"

    assert app.get(address, token=False)[0] == 403
    assert app.get(address)[0] == 200
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        websocket.create_connection(f"{app.address.replace('http', 'ws')}{address}/channels")


@pytest.mark.parametrize(
    "path",
    [
        "/voila/files/da/kapacitet.ipynb",
        "/voila/files/server.py",
        "/voila/files/../server.py",
        "/voila/files/..%2Fserver.py",
        "/voila/files/da/public/..%2f..%2fserver.py",
        "/voila/files/%2e%2e/pyproject.toml",
        "/voila/files/share/jupyter/voila/templates/vejviser/conf.json",
        "/voila/templates/vejviser/static/..%2findex.html.j2",
        "/voila/static/..%2f..%2fapp.py",
        "/voila/render/research/da/eksempel.ipynb",
        "/voila/render/server.py",
        "/voila/render/da/..%2f..%2fpyproject.toml",
        "/voila/render/da/no_such_page.ipynb",
        "/voila/tree/research",
        "/voila/tree/da/..",
        "/voila/api/contents",
        "/api/contents",
        "/api/kernels",
        "/api/sessions",
        "/no/such/page",
    ],
)
def test_what_is_no_page_is_not_handed_out(app, path):
    status, _, text = app.get(path)

    assert status >= 400
    assert "nbformat" not in text
    assert "import " not in text


@pytest.mark.parametrize(("path", "lang"), [("/no", "da"), ("/voila/render/en/no.ipynb", "en")])
def test_an_unknown_address_says_so_in_words(app, path, lang):
    status, headers, html = app.get(path)

    assert status == 404
    assert Texts.read(lang)("error.missing") in html
    assert "Content-Security-Policy" in headers


@pytest.mark.parametrize(
    ("path", "lang"),
    [("/login", "da"), ("/login?next=%2Fvoila%2Ftree%2Fen", "en"), ("/login?lang=en", "en")],
)
def test_the_login_page_is_our_own(app, path, lang):
    html = app.get(path, token=False)[2]

    assert Texts.read(lang)("login.why") in html
    assert "Jupyter" not in html
    assert "new_password" not in html


def test_the_log_keeps_the_token_to_itself(app):
    app.get("/no/such/page?token=test-token")

    assert "/no/such/page" in app.log
    assert "test-token" not in app.log


def test_a_second_start_on_the_same_port_says_so(app, tmp_path):
    port = app.address.rsplit(":", 1)[1]
    words = ["app", "--no-browser", "--port", port, "--data-folder", str(tmp_path)]
    second = subprocess.run(
        [sys.executable, "-m", "handbook", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert second.returncode == 2
    sentence = Texts.read("da")("command.port_taken", port=port, next=int(port) + 1)
    assert second.stderr == f"vejviser: {sentence}\n"
    assert second.stdout == ""


def test_a_stopped_server_leaves_no_kernel(start_app, until):
    app = start_app("--preheat")
    app.get("/voila/render/da/sager.ipynb")
    assert until(lambda: len(app.kernels()) >= 2, 60)
    kernels = app.kernels()

    app.stop()

    assert app.process.returncode == 0
    assert not psutil.wait_procs(kernels, timeout=15)[1]


def test_ctrl_c_in_the_first_moment_ends_all_that_is_being_started(start_app):
    app = start_app("--preheat")
    started = psutil.Process(app.process.pid).children(recursive=True)

    app.stop()

    assert app.process.returncode == 0
    assert not psutil.wait_procs(started, timeout=15)[1]


@pytest.mark.parametrize(
    ("said", "seconds"), [("", 900), ("120", 120), ("5", 30), ("-60", 900), ("soon", 900)]
)
def test_kernels_that_nobody_is_at_end_after_a_while_that_can_be_set(monkeypatch, said, seconds):
    monkeypatch.setenv("VEJVISER_IDLE_SECONDS", said)

    kernels = voila_settings("token", 0, HANDBOOK, 0).MappingKernelManager

    assert kernels.cull_idle_timeout == seconds
    assert kernels.cull_interval <= min(60, seconds)
    # An open tab keeps its kernel, however long one reads.
    assert "cull_connected" not in kernels


def test_kernels_are_reached_by_files_of_their_owner_where_the_path_has_room(monkeypatch):
    def transport():
        return voila_settings("token", 0, HANDBOOK, 0).KernelManager.get("transport", "tcp")

    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("tempfile.tempdir", "/" + 39 * "t")
    assert transport() == "ipc"
    monkeypatch.setattr("tempfile.tempdir", "/" + 40 * "t")
    assert transport() == "tcp"


def test_an_empty_token_lets_everyone_in(start_app):
    app = start_app("--no-preheat", token="")

    assert app.get("/", token=False)[0] == 200
    app.stop()


def test_a_page_that_is_left_while_it_starts_leaves_no_kernel(start_app, write_pages, until):
    slow = write_pages(slow="import time; time.sleep(4)")
    app = start_app("--no-preheat", "--pages", str(slow))
    headers = {"Authorization": f"token {app.token}"}
    request = urllib.request.Request(  # noqa: S310 (our own app)
        f"{app.address}/voila/render/da/slow.ipynb", headers=headers
    )
    answer = urllib.request.urlopen(request, timeout=30)  # noqa: S310
    assert until(lambda: len(app.kernels()) == 1)

    answer.close()

    assert until(lambda: not app.kernels(), 20)
    app.stop()
