"""How JupyterHub is set up for Vejviser; a ``jupyterhub_config.py`` calls :func:`set_up`.

What differs from one municipality to the next stands in that file: who signs people in, the address, the
store. What guards something stands here, each with its reason and a test in ``tests/handbook/test_hub.py``.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tornado.web import StaticFileHandler

from data.texts import Texts
from handbook.hub.last_logout import end_logins_on_logout
from handbook.hub.roles import GROUPS, UNIT_PREFIX, Keys
from handbook.hub.spawner import PersonSpawner
from handbook.voila_settings import SHARE, words

TEMPLATES = Path(__file__).parent / "templates"
STATIC = SHARE / "voila" / "templates" / "vejviser" / "static"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
    )
)
"""What a page of the hub may do: nothing but show itself, and send its form home. No script of its own."""
HALF_A_DAY = 0.5
OWN_SCOPES = (
    "access:servers!user",
    "servers!user",
    "read:users:name!user",
    "read:users:groups!user",
    "read:servers!user",
)
"""What a login may do at the hub: start and use the person's own server. Not make a key for programs, which
would outlive a logout."""


def set_up(
    c: Any,
    *,
    folder: Path,
    keys: Keys,
    roles: Mapping[str, str] = GROUPS,
    unit_prefix: str = UNIT_PREFIX,
    first_account: int = 0,
    idle: float = 3600.0,
    longest: float = 12 * 3600.0,
    lang: str = "da",
) -> None:
    """Set the hub *c* (a traitlets configuration) up for Vejviser.

    Args:
        c: What JupyterHub calls ``c`` in its configuration file.
        folder: Where hub and servers keep what is theirs; made if it is not there.
        keys: Let each person's server in to the records, such as ``StoreKeys(url)``.
        roles: Group → role.
        unit_prefix: What the group of a unit begins with.
        first_account: The first of the account numbers that servers run under, where the hub is
            root; 0 for the hub's own account.
        idle: Seconds after which what nobody uses is ended.
        longest: Seconds that a server lives at most.
        lang: The language of the hub's own pages, da or en.
    """
    Texts.read(lang)
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    _keep_in(c, folder)
    _guard(c)
    _show(c, lang)
    c.JupyterHub.spawner_class = PersonSpawner
    c.Spawner.cmd = [sys.executable, "-P", "-m", "handbook.hub.own_server"]
    c.Spawner.start_timeout = c.Spawner.http_timeout = 120
    c.Spawner.poll_interval = 10
    c.PersonSpawner.people_folder = str(folder / "people")
    c.PersonSpawner.keys = keys
    c.PersonSpawner.roles = dict(roles)
    c.PersonSpawner.unit_prefix = unit_prefix
    c.PersonSpawner.first_account = first_account
    c.PersonSpawner.idle, c.PersonSpawner.longest = idle, longest
    c.PersonSpawner.lang = lang


def _keep_in(c: Any, folder: Path) -> None:
    own = folder / "hub"
    own.mkdir(mode=0o700, exist_ok=True)
    c.JupyterHub.db_url = f"sqlite:///{own / 'jupyterhub.sqlite'}"
    c.JupyterHub.cookie_secret_file = str(own / "cookie_secret")
    c.ConfigurableHTTPProxy.pid_file = str(own / "proxy.pid")
    c.ConfigurableHTTPProxy.command = [sys.executable, "-P", "-m", "handbook.hub.proxy"]


def _guard(c: Any) -> None:
    # Whoever signs out leaves nothing that answers: server, kernels and cookies end.
    end_logins_on_logout()
    c.JupyterHub.shutdown_on_logout = True
    c.JupyterHub.cookie_max_age_days = HALF_A_DAY
    c.JupyterHub.oauth_token_expires_in = round(HALF_A_DAY * 24 * 3600)
    # A role of ours is a task with records; nobody is the hub's own administrator from a browser.
    c.JupyterHub.admin_access = False
    c.JupyterHub.load_roles = [{"name": "user", "scopes": list(OWN_SCOPES)}]
    c.JupyterHub.allow_named_servers = False
    c.JupyterHub.tornado_settings = {
        "headers": {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
    }


def _show(c: Any, lang: str) -> None:
    c.JupyterHub.template_paths = [str(TEMPLATES)]
    # What can be called is called with the login, for a value of its own.
    c.JupyterHub.template_vars = {"lang": lang, "words": lambda _: words}
    c.JupyterHub.extra_handlers = [(r"/vejviser/(.+)", StaticFileHandler, {"path": str(STATIC)})]
    # Whoever comes back to a server that has ended gets a new one, without a question.
    c.JupyterHub.implicit_spawn_seconds = 0.1
