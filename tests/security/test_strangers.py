"""Nobody gets in: what is tried against a running app, and what it answers (docs/security.md).

Each attack comes beside something allowed that goes through the same door, so that no test passes
because the door is walled up.
"""

import json
import os
import re
import stat
from urllib.parse import quote

import pytest
import websocket

from handbook.voila_settings import CONTENT_SECURITY_POLICY, HANDBOOK
from tests.security.visitor import PROTOCOL, Visitor, kinds_until, message

SOURCE = re.compile(r"nbformat|^(import|from) |root:x:0|\[project\]|execution_count", re.MULTILINE)
"""What stands in a notebook's source, a module, a file of the machine."""


@pytest.fixture(scope="module")
def owner(app):
    return Visitor.let_in(app)


@pytest.fixture(scope="module")
def kernel(owner):
    kernel = owner.open()
    yield kernel
    owner.leave(kernel)


def refused(visitor, kernel, **how):
    """Tell whether *visitor* is refused a socket to *kernel*."""
    try:
        visitor.speak_to(kernel, **how).close()
    except websocket.WebSocketBadStatusException as refusal:
        return refusal.status_code
    return None


# --- A raw request to run code ---------------------------------------------------------------


@pytest.mark.parametrize("protocol", [None, PROTOCOL])
@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub"])
def test_code_that_is_sent_to_a_kernel_does_not_run(owner, kernel, tmp_path, protocol, channel):
    mark = tmp_path / "ran"
    code = f"open({str(mark)!r}, 'w').close()"
    link = owner.speak_to(kernel, protocol=protocol)

    for kind, content in [
        ("execute_request", {"code": code, "silent": True, "store_history": False}),
        (
            "debug_request",
            {"type": "request", "command": "evaluate", "arguments": {"expression": code}},
        ),
        ("complete_request", {"code": "open('", "cursor_pos": 6}),
        ("inspect_request", {"code": "open", "cursor_pos": 4, "detail_level": 1}),
        ("history_request", {"hist_access_type": "tail", "n": 99, "output": True, "raw": True}),
        ("is_complete_request", {"code": code}),
        ("input_reply", {"value": code}),
    ]:
        put = link.send_binary if protocol else link.send
        put(message(kind, content, channel, protocol))
    # Messages of one channel are answered in turn: after these the code has had its chance.
    last = "control" if channel == "control" else "shell"
    put(message("kernel_info_request", {}, last, protocol))
    kinds = kinds_until(link, "kernel_info_reply")
    put(message("comm_info_request", {}, "shell", protocol))
    kinds += kinds_until(link, "comm_info_reply")
    link.close()

    assert not {kind for kind in kinds if kind.endswith("_reply")} - {
        "kernel_info_reply",
        "comm_info_reply",
    }
    assert not mark.exists()


def test_no_kernel_is_started_listed_restarted_or_interrupted(owner, kernel):
    assert owner.ask(f"/api/kernels/{kernel}").status == 200
    for method, path in [
        ("POST", "/api/kernels"),
        ("GET", "/api/kernels"),
        ("POST", f"/api/kernels/{kernel}/restart"),
        ("POST", f"/api/kernels/{kernel}/interrupt"),
        ("POST", f"/api/kernels/{kernel}"),
        ("GET", "/api/sessions"),
        ("GET", "/api/terminals"),
        ("POST", "/api/terminals"),
        ("PUT", "/api/contents/da/own.ipynb"),
        ("GET", "/api/config/common"),
        ("GET", "/api/me"),
        ("GET", "/voila/execution/" + kernel),
        ("GET", "/voila/query/" + kernel),
        ("POST", "/api/shutdown"),
    ]:
        answer = owner.ask(path, method)
        assert answer.status in {404, 405}, (method, path, answer.status)
        assert kernel not in answer.text.replace(path, "")


@pytest.mark.usefixtures("kernel")
def test_the_sockets_of_a_kernel_ask_for_a_key_that_no_other_account_can_read(app):
    files = [
        word
        for kernel in app.kernels()
        for word in kernel.cmdline()
        if word.endswith(".json") and os.path.exists(word)  # noqa: PTH110 (a word of a command)
    ]
    folders = {os.path.dirname(file) for file in files}  # noqa: PTH120

    assert files
    for file in files:
        with open(file, encoding="utf-8") as told:  # noqa: PTH123
            connection = json.load(told)
        # Files beside this one, or ports of this machine alone.
        place = f"{os.path.splitext(file)[0]}-ipc"  # noqa: PTH122
        assert connection["ip"] == (place if connection["transport"] == "ipc" else "127.0.0.1")
        assert len(connection["key"]) >= 32
        assert not os.stat(file).st_mode & (stat.S_IRWXG | stat.S_IRWXO)  # noqa: PTH116
    for folder in folders:
        assert not os.stat(folder).st_mode & (stat.S_IRWXG | stat.S_IRWXO)  # noqa: PTH116


# --- Files that are no pages --------------------------------------------------------------------

DOTS = ("..", "%2e%2e", "%252e%252e", "..%2f", "..%5c", "....//", "%c0%ae%c0%ae", "..;", "%2e.")
DOORS = (
    "/voila/files/",
    "/voila/files/da/public/",
    "/voila/static/",
    "/voila/templates/vejviser/static/",
    "/voila/templates/",
    "/voila/labextensions/",
    "/voila/api/themes/",
    "/voila/render/da/",
    "/voila/tree/",
)


@pytest.mark.parametrize("door", DOORS)
def test_no_path_leads_out_of_what_is_served(owner, door):
    wanted = [
        *(f"{'/'.join([dots] * deep)}/{file}" for dots in DOTS for deep in (1, 3) for file in
          ("etc/passwd", "server.py", "pyproject.toml", "da/01_koordinator.ipynb")),
        *(f"{'../' * deep}etc/passwd" for deep in range(4, 12)),
        "/etc/passwd", "//etc/passwd", "C:%5CWindows%5Cwin.ini", "file:///etc/passwd", "%00", "a%00.png",
        "da/01_koordinator.ipynb", "da/01_koordinator.ipynb/", "DA/01_KOORDINATOR.IPYNB", "server.py",
        "share/jupyter/voila/templates/vejviser/index.html.j2", ".git/config", "~root/.bashrc",
    ]  # fmt: skip
    if door == "/voila/render/da/":
        wanted = [
            path for path in wanted if not re.fullmatch(r"(\.\./|%2e%2e/|%2e\./)da/01_.*", path)
        ]

    for path in wanted:
        answer = owner.ask(f"{door}{path}")
        assert answer.status >= 400 or answer.status in {301, 302}, (path, answer.status)
        assert not SOURCE.search(answer.text), path


@pytest.mark.parametrize(
    "path",
    [
        "/voila/render/da/01_koordinator.ipynb",
        "/voila/files/da/01_koordinator.ipynb",
        "/api/contents/da/01_koordinator.ipynb",
        "/voila/api/contents/da/01_koordinator.ipynb",
        "/files/da/01_koordinator.ipynb",
        "/nbconvert/html/da/01_koordinator.ipynb",
    ],
)
def test_a_page_never_shows_the_source_of_its_notebook(owner, path):
    answer = owner.ask(path)

    if answer.status == 200:
        kernel = re.search(r'"kernelId": "([\w-]+)"', answer.text)[1]
        owner.leave(kernel)
    notebook = json.loads((HANDBOOK / "da" / "01_koordinator.ipynb").read_text(encoding="utf-8"))
    lines = [line for cell in notebook["cells"] if cell["cell_type"] == "code"
             for line in "".join(cell["source"]).splitlines() if len(line) > 12]  # fmt: skip
    assert lines
    assert not [line for line in lines if line in answer.text]


def test_static_files_are_handed_out_and_nothing_else_without_a_login(app):
    stranger = Visitor(app.address)

    assert stranger.ask("/voila/templates/vejviser/static/vejviser.css").status == 200
    assert stranger.ask("/voila/labextensions/anywidget/package.json").status == 200
    for path in ("/", "/voila/render/da/sager.ipynb", "/voila/tree/en", "/voila/labextensions/"):
        assert stranger.ask(path).status in {302, 403, 404}


# --- Another visitor's kernel ---------------------------------------------------------------------


def test_another_visitor_reaches_no_kernel_but_their_own(app, owner, kernel):
    other = Visitor.let_in(app)
    assert owner.cookie != other.cookie

    assert other.ask(f"/api/kernels/{kernel}").status == 403
    assert other.ask(f"/api/kernels/{kernel}", "DELETE").status == 403
    assert other.leave(kernel) == 403
    assert refused(other, kernel) == 403
    assert refused(other, kernel, protocol=PROTOCOL) == 403
    assert refused(owner, kernel) is None
    assert owner.ask(f"/api/kernels/{kernel}").status == 200


def test_a_cookie_that_is_changed_or_made_up_opens_nothing(app, owner):
    name, _, value = owner.cookie.partition("=")
    fields = value.strip('"').split("|")
    changed = "|".join([*fields[:-1], fields[-1][::-1]])

    assert owner.ask("/").status == 200
    for cookie in (f'{name}="{changed}"', f"{name}=admin", f"{name}=", f"{name}={quote(value)}x"):
        assert Visitor(app.address, cookie).ask("/").status == 302


# --- Other sites ----------------------------------------------------------------------------------

ELSEWHERE = (
    "http://elsewhere.example",
    "https://127.0.0.1",
    "http://127.0.0.1:1",
    "http://localhost:8868",
    "null",
    "file://",
    "http://127.0.0.1.elsewhere.example",
)


@pytest.mark.parametrize("origin", ELSEWHERE)
def test_a_page_of_another_site_cannot_speak_to_a_kernel_or_end_it(owner, kernel, origin):
    assert refused(owner, kernel, origin=origin) == 403
    assert refused(owner, kernel, origin=origin, protocol=PROTOCOL) == 403
    assert owner.leave(kernel, Origin=origin) >= 400
    assert owner.ask(f"/api/kernels/{kernel}", "DELETE", Origin=origin).status >= 400
    assert owner.ask(f"/api/kernels/{kernel}", Origin=origin).status >= 400
    assert refused(owner, kernel) is None


@pytest.mark.parametrize("path", ["/", "/voila/render/da/velkommen.ipynb", "/login"])
def test_a_foreign_name_for_this_machine_is_refused(app, owner, path):
    """DNS rebinding: a page whose own name leads to 127.0.0.1 would be one origin with the app."""
    port = app.address.rsplit(":", 1)[1]
    kernels = len(app.kernels())
    for host in (f"elsewhere.example:{port}", "elsewhere.example", f"192.0.2.1:{port}"):
        answer = owner.ask(path, Host=host)
        assert answer.status == 403
        assert "elsewhere" not in answer.text
    assert len(app.kernels()) == kernels
    assert owner.ask("/", Host=f"localhost:{port}").status in {200, 302}


def test_the_answer_to_another_site_is_for_no_script_to_read(owner, kernel):
    for path in ("/", f"/api/kernels/{kernel}", "/voila/templates/vejviser/static/vejviser.js"):
        headers = owner.ask(path, Origin="http://elsewhere.example").headers
        assert "elsewhere" not in (headers["Access-Control-Allow-Origin"] or "")
        assert headers["Access-Control-Allow-Credentials"] is None
        assert headers["Access-Control-Allow-Origin"] != "*"


def test_the_cookie_goes_to_no_script_and_to_no_foreign_page(app):
    said = Visitor(app.address).ask(f"/?token={app.token}").headers["Set-Cookie"].lower()

    assert "httponly" in said
    assert "samesite=lax" in said
    assert "path=/" in said
    assert app.token not in said


@pytest.mark.parametrize(
    "next",
    ["//elsewhere.example", "http://elsewhere.example", "/%5Celsewhere.example", "https:///elsewhere.example",
     "javascript:mark()", "%09//elsewhere.example", "/\\elsewhere.example"],
)  # fmt: skip
def test_the_login_leads_nowhere_else(owner, next):
    answer = owner.ask(f"/login?next={next if '%' in next else quote(next, safe='')}")

    assert answer.status == 302
    assert re.match(r"/(?![/\\])|http://127\.0\.0\.1", answer.headers["Location"])
    assert not re.match(r"(https?:)?/*elsewhere", answer.headers["Location"])


# --- A link or a cookie that somebody kept ------------------------------------------------------------


def test_who_has_left_is_out_with_every_link_cookie_and_kernel(app, until):
    visitor = Visitor.let_in(app)
    thief = Visitor(app.address, visitor.cookie)
    kernel = visitor.open()
    assert refused(thief, kernel) is None  # the same cookie is the same visitor

    assert visitor.ask("/logout").status == 200

    assert thief.ask("/voila/render/da/sager.ipynb").status == 302
    assert thief.ask("/voila/render/da/sager.ipynb").headers["Location"].startswith("/login")
    assert thief.ask(f"/api/kernels/{kernel}").status in {302, 403}
    assert refused(thief, kernel) in {403, 404}
    assert Visitor(app.address).ask("/voila/render/da/velkommen.ipynb?lang=da").status == 302
    owner = Visitor(app.address, headers={"Authorization": f"token {app.token}"})
    assert until(lambda: owner.ask(f"/api/kernels/{kernel}").status == 404)


def test_another_site_can_log_nobody_out(app):
    visitor = Visitor.let_in(app)

    assert visitor.ask("/logout", Sec_Fetch_Site="cross-site").status == 403
    assert visitor.ask("/").status == 200


# --- What goes with every answer -------------------------------------------------------------------


def test_every_answer_carries_the_guards(app, owner, kernel):
    answers = {
        path: owner.ask(path)
        for path in (
            "/",
            "/voila/tree/en",
            "/logout-not",
            f"/api/kernels/{kernel}",
            "/voila/templates/vejviser/static/vejviser.js",
            "/voila/static/voila.js",
            "/voila/files/x.py",
        )
    }
    answers["/login"] = Visitor(app.address).ask("/login")
    answers["/voila/render"] = Visitor(app.address).ask("/voila/render/da/sager.ipynb")

    for path, answer in answers.items():
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        policy = headers["Content-Security-Policy"] or ""
        assert policy == CONTENT_SECURITY_POLICY or "frame-ancestors 'self'" in policy, path
        assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
        assert "unsafe-eval" not in policy
        assert "traceback" not in answer.text.lower() or path.startswith("/api")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"])
def test_other_verbs_do_nothing(owner, kernel, method):
    for path in ("/", "/voila/render/da/velkommen.ipynb", "/login", "/voila/files/x"):
        assert owner.ask(path, method).status >= 400
    assert owner.ask(f"/api/kernels/{kernel}").status == 200
