"""A whole municipality: real logins at a real hub, each with a server of their own.

The records are in a real PostgreSQL, so that what a role may not read is refused there too.
"""

import json
import re
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from types import SimpleNamespace

import psutil
import psycopg
import pytest
import requests
from tornado.httputil import HTTPHeaders
from tornado.web import HTTPError

from data.access import Person
from data.store_opening import STORE_VARIABLE
from data.texts import Texts
from handbook.hub.own_server import OwnPagesAuth, OwnServer, own_settings
from handbook.hub.roles import GROUPS, UNIT_PREFIX, NoServer, person_of
from handbook.hub.settings import CONTENT_SECURITY_POLICY
from handbook.hub.spawner import PersonSpawner
from handbook.hub.trial import a_hub, free_ports, running_trial, wait_for
from handbook.signed_in import is_for_reader
from handbook.voila_settings import HANDBOOK
from tests.data.postgresql_server import a_database, a_server

OIDC = """
import os
from pathlib import Path
from handbook.hub.roles import StoreKeys
from handbook.hub.settings import set_up
from handbook.hub.sign_on import sign_on

folder = Path(os.environ["TEST_FOLDER"])
port, proxy, hub = os.environ["TEST_PORTS"].split()
c = get_config()
set_up(c, folder=folder, keys=StoreKeys(f"sqlite:///{folder / 'vejviser.db'}"))
sign_on(
    c,
    issuer=os.environ["TEST_ISSUER"],
    client_id="vejviser",
    client_secret="not-much-of-one",
    address=f"http://127.0.0.1:{port}",
    login_claim="sub",
)
c.JupyterHub.bind_url = f"http://127.0.0.1:{port}/"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{hub}/"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{proxy}/"
c.JupyterHub.log_level = "WARN"
"""


def spoken(answer):
    answer.encoding = "utf-8"
    return answer


class Visitor:
    """A browser without scripts, which keeps cookies and follows where it is led."""

    def __init__(self, trial, login):
        self.trial, self.login = trial, login
        self.session = requests.Session()
        self.own = f"user/{login}/"

    def get(self, path, **headers):
        return spoken(self.session.get(self.trial.address + path, headers=headers, timeout=120))

    def sign_in(self, password=None):
        form = re.search(r'name="_xsrf" value="([^"]+)"', self.get("hub/login").text)[1]
        told = {
            "username": self.login,
            "password": password or self.trial.passwords[self.login],
            "_xsrf": form,
        }
        return spoken(
            self.session.post(f"{self.trial.address}hub/login?next=", data=told, timeout=120)
        )


@pytest.fixture(scope="module")
def trial():
    with a_server() as server, a_database(server) as store, running_trial(store=store) as running:
        yield running


@pytest.fixture(scope="module")
def inside(trial):
    """Two people, each signed in, with their servers started side by side."""
    visitors = {login: Visitor(trial, login) for login in ("leder", "koordinator")}
    arrived = {}

    def come(login):
        visitor = visitors[login]
        answer = visitor.sign_in()
        while "spawn-pending" in answer.url:
            threading.Event().wait(0.5)
            answer = visitor.session.get(answer.url, timeout=120)
        arrived[login] = answer

    threads = [threading.Thread(target=come, args=(login,)) for login in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(180)
    assert {login: answer.status_code for login, answer in arrived.items()} == dict.fromkeys(
        visitors, 200
    )
    return visitors


def servers_of(trial, login):
    """Return the processes that serve *login* and run their pages."""
    found = []
    for child in psutil.Process(trial.process.pid).children(recursive=True):
        try:
            if child.environ().get("JUPYTERHUB_USER") == login:
                found.append(child)
        except psutil.Error:
            continue
    return found


def answers(address):
    try:
        return requests.get(f"{address}/.well-known/openid-configuration", timeout=5).ok
    except requests.ConnectionError:
        return False


def kernel_of(html):
    config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', html, re.DOTALL)[1]
    return json.loads(config)["kernelId"]


@pytest.mark.parametrize(
    ("groups", "person"),
    [
        (["vejviser-leader", "choir"], Person("u-1", "leader")),
        (
            ["vejviser-coordinator", "vejviser-unit-Nord", "vejviser-unit-Syd"],
            Person("u-1", "coordinator", frozenset({"Nord", "Syd"})),
        ),
    ],
)
def test_groups_say_role_and_units(groups, person):
    assert person_of("u-1", groups, GROUPS, UNIT_PREFIX) == person


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        (["choir"], "hub.no_role"),
        ([], "hub.no_role"),
        (["everything"], "hub.no_role"),
        (["vejviser-leader", "vejviser-trainer"], "hub.two_roles"),
    ],
)
def test_without_exactly_one_role_there_is_no_server(groups, sentence):
    with pytest.raises(NoServer) as refused:
        person_of("u-1", groups, GROUPS, UNIT_PREFIX)
    assert refused.value.id == sentence
    for lang in ("da", "en"):
        assert "u-1" in Texts.read(lang)(refused.value.id, **refused.value.slots)


@pytest.mark.parametrize(
    ("method", "headers", "passes"),
    [
        ("GET", {"Sec-Fetch-Mode": "navigate"}, True),
        ("POST", {"Sec-Fetch-Site": "same-origin", "Referer": "http://v/user/a/voila/x"}, True),
        ("POST", {"Sec-Fetch-Site": "same-origin", "Referer": "http://v/user/b/voila/x"}, False),
        ("POST", {"Sec-Fetch-Site": "same-origin", "Referer": "http://v/hub/home"}, False),
        ("POST", {"Sec-Fetch-Site": "cross-site", "Referer": "http://v/user/a/"}, False),
        ("POST", {"Referer": "http://elsewhere/user/a/"}, False),
        ("POST", {}, False),
        ("DELETE", {"Sec-Fetch-Mode": "navigate"}, False),
        ("GET", {"Sec-Fetch-Mode": "cors", "Referer": "http://v/user/b/"}, False),
    ],
)
def test_a_cookie_counts_for_the_servers_own_pages_alone(method, headers, passes):
    class Asked:
        request = type(
            "Request", (), {"method": method, "host": "v", "headers": HTTPHeaders(headers)}
        )

    auth = OwnPagesAuth(api_token="of-no-use", oauth_client_id="c", base_url="/user/a/")  # noqa: S106
    if passes:
        auth.check_xsrf_cookie(Asked())
    else:
        with pytest.raises(HTTPError, match="403"):
            auth.check_xsrf_cookie(Asked())


def test_where_the_hub_is_root_each_person_has_an_account_of_their_own(tmp_path):
    def spawner(first, id):
        made = PersonSpawner(first_account=first, people_folder=str(tmp_path))
        made.user = type("User", (), {"id": id, "name": "u"})()
        return made

    one, two = (spawner(70_000, id)._process(tmp_path) for id in (1, 2))
    assert (one["user"], two["user"]) == (70_001, 70_002)
    assert one["group"] == one["user"]
    assert one["extra_groups"] == []
    assert spawner(0, 1).account is None


def test_the_guards_of_the_app_are_those_of_a_persons_server(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_SERVICE_URL", "http://127.0.0.1:4711/user/a/")
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/a/")
    c = own_settings("word-to-the-hub", HANDBOOK, 60)

    assert "script-src 'self'" in c.Voila.tornado_settings["headers"]["Content-Security-Policy"]
    assert c.VoilaConfiguration.allow_template_override == "NO"
    assert c.Voila.base_url == "/user/a/"
    assert "token" not in c.Voila
    assert c.MappingKernelManager.cull_connected


@pytest.mark.parametrize(
    ("kernels", "asked", "born", "ends"),
    [
        ([], 4_000, 4_000, True),
        ([], 10, 4_000, False),
        (["a page that is open"], 4_000, 4_000, False),
        (["a page that is open"], 10, 50_000, True),
    ],
)
def test_a_server_ends_when_nobody_is_there_or_the_day_is_over(kernels, asked, born, ends):
    ended = []
    server = OwnServer.__new__(OwnServer)
    server.kernel_manager = SimpleNamespace(list_kernel_ids=lambda: kernels)
    server.ioloop = SimpleNamespace(stop=lambda: ended.append(True))
    server._idle, server._longest = 3_600, 43_200
    now = time.monotonic()
    server._asked, server._born = now - asked, now - born

    server._end_when_idle()

    assert ended == [True] * ends


@pytest.mark.parametrize(
    ("role", "page", "offered"),
    [
        ("leader", "da/sager.ipynb", False),
        ("leader", "kapacitet", True),
        ("coordinator", "sager", True),
        ("coordinator", "session", False),
        ("trainer", "session", True),
        ("", "session", True),
    ],
)
def test_a_role_is_offered_the_pages_of_its_task(monkeypatch, role, page, offered):
    monkeypatch.setenv("VEJVISER_ROLE", role)

    assert is_for_reader(page) is offered


def test_a_wrong_password_opens_nothing(trial):
    stranger = Visitor(trial, "underviser")
    answer = stranger.sign_in("wrong")

    assert Texts.read("da")("hub.login_wrong") in answer.text
    assert stranger.get(stranger.own).url.startswith(f"{trial.address}hub/login")


def test_the_hubs_pages_run_no_script_and_ask_nobody_outside(trial):
    answer = Visitor(trial, "leder").get("hub/login")

    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "<script" not in answer.text
    assert not re.search(r'(?:href|src|action)="(?:https?:)?//', answer.text)
    assert '<html lang="da">' in answer.text


def test_each_role_sees_its_own_pages_and_its_name(inside):
    leader, coordinator = inside["leder"], inside["koordinator"]
    home = leader.get(leader.own).text

    assert Texts.read("da")("landing.workbench") in home
    assert Texts.read("da")("landing.cases") not in home
    assert f">{leader.login}</span>" in home
    assert f'href="/{leader.own}logout"' in home
    assert Texts.read("da")("landing.cases") in coordinator.get(coordinator.own).text
    refused = leader.get(f"{leader.own}voila/render/da/sager.ipynb")
    assert refused.status_code == 403
    assert Texts.read("da")("hub.not_for_role") in refused.text


def test_an_edited_address_leads_to_nobody_elses_server(inside):
    leader, coordinator = inside["leder"], inside["koordinator"]
    page = coordinator.get(f"{coordinator.own}voila/render/da/sager.ipynb")
    kernel = kernel_of(page.text)

    for path in ("", "voila/render/da/sager.ipynb", f"api/kernels/{kernel}"):
        answer = leader.get(coordinator.own + path)
        assert answer.status_code in {403, 404}, path
        assert kernel not in answer.text
    ending = f"{leader.trial.address}{coordinator.own}voila/api/shutdown/{kernel}"
    own_page = {"Referer": f"{leader.trial.address}{coordinator.own}"}
    assert leader.session.post(ending, headers=own_page, timeout=60).status_code == 403
    assert coordinator.session.post(ending, timeout=60).status_code == 403
    assert coordinator.session.post(ending, headers=own_page, timeout=60).status_code == 204


def test_what_a_server_holds_opens_its_own_role_alone(trial, inside):
    held = {login: servers_of(trial, login)[0].environ() for login in inside}
    own = {login: held[login][STORE_VARIABLE] for login in inside}

    assert own["leder"] != own["koordinator"]
    assert not {"CONFIGPROXY_AUTH_TOKEN", "VEJVISER_TRIAL"} & held["leder"].keys()
    with psycopg.connect(own["leder"]) as connection:
        assert connection.execute("SELECT session_user").fetchone() == ("leder",)
        assert connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = 'leder'"
        ).fetchone() == (False,)


def test_no_password_or_login_stands_in_a_log(trial, inside):
    files = [trial.folder / "hub.log", *trial.folder.glob("people/*/log/*.log")]
    written = "".join(file.read_text(errors="replace") for file in files)
    secrets = {
        *trial.passwords.values(),
        *(cookie.value for visitor in inside.values() for cookie in visitor.session.cookies),
    }

    assert len(files) > 1
    assert not [secret for secret in secrets if len(secret) > 8 and secret in written]
    assert not re.search(r"code=\w", written)


def test_after_logging_out_nothing_of_it_opens_any_more(trial, inside, until):
    leader = inside["leder"]
    copied = requests.Session()
    copied.cookies.update(leader.session.cookies)
    processes = servers_of(trial, "leder")
    link = f"{trial.address}{leader.own}voila/render/da/kapacitet.ipynb"
    assert copied.get(link, timeout=120).status_code == 200

    leader.get("hub/logout")

    for session in (leader.session, copied):
        answer = spoken(session.get(link, timeout=120))
        assert answer.url.startswith(f"{trial.address}hub/login")
        assert Texts.read("da")("hub.password") in answer.text
    assert until(lambda: not any(process.is_running() for process in processes), 60)


def test_a_municipalitys_own_sign_on_lets_in_by_groups(tmp_path, until):
    with ExitStack() as ending:
        ports = free_ports(0)
        issuer = f"http://127.0.0.1:{ports[3]}"
        provider = subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", "--port", str(ports[3])],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ending.callback(provider.wait)
        ending.callback(provider.terminate)
        assert until(lambda: answers(issuer), 60)
        for login, groups in (("anne", ["vejviser-leader"]), ("bo", ["choir"])):
            told = {"groups": groups}
            requests.put(f"{issuer}/users/{login}", json=told, timeout=30).raise_for_status()
        configuration = tmp_path / "jupyterhub_config.py"
        configuration.write_text(OIDC, encoding="utf-8")
        told = {
            "TEST_FOLDER": str(tmp_path / "hub"),
            "TEST_ISSUER": issuer,
            "TEST_PORTS": " ".join(map(str, ports[:3])),
        }
        hub = ending.enter_context(a_hub(configuration, tmp_path / "hub.log", told))
        address = f"http://127.0.0.1:{ports[0]}/"
        wait_for(address, hub, tmp_path / "hub.log")

        def come(login):
            session = requests.Session()
            asked = session.get(f"{address}hub/oauth_login", timeout=60)
            answer = session.post(asked.url, data={"sub": login}, timeout=120)
            while "spawn-pending" in answer.url and until(lambda: True, 1):
                answer = session.get(answer.url, timeout=120)
            return spoken(answer)

        anne, bo = come("anne"), come("bo")
        assert anne.url == f"{address}user/anne/"
        assert Texts.read("da")("landing.workbench") in anne.text
        assert bo.status_code == 403
        assert Texts.read("da")("hub.no_role", person="bo") in bo.text
