"""One person's server behind the hub: our pages, to whoever the hub says is that person.

The hub starts it as ``python -m handbook.hub.own_server`` and tells it by environment variables who it is
for. It ends by itself when it has been idle; the hub starts it again at the next visit.
"""

import gc
import logging
import os
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuth
from jupyterhub.singleuser.extension import JupyterHubIdentityProvider
from jupyterhub.utils import url_path_join
from tornado.ioloop import PeriodicCallback
from tornado.web import HTTPError, RequestHandler
from traitlets import default
from traitlets.config import Config

from handbook.hub.names import IDLE_VARIABLE, LONGEST_VARIABLE
from handbook.server import Server, prepare
from handbook.voila_settings import HANDBOOK, voila_settings

SECRETS = ("JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN")
"""What the server alone may know; kernels would inherit it."""
KNOWN = 20
"""Seconds for which the server believes what the hub said of a login."""
LOADING = 90
"""Seconds that a page may take to open, in which nobody is heard of."""
_SAFE = {"GET", "HEAD", "OPTIONS"}


class OwnPagesAuth(HubOAuth):
    """The hub's word on who asks; a cookie counts for requests of our own pages alone."""

    def check_xsrf_cookie(self, handler: RequestHandler) -> None:
        """Refuse a request that no page of this server made, with 403.

        A closing tab ends its kernel by a beacon, which can carry no token of ours; the browser says
        where it comes from. The hub's own check would refuse it, and kernels would be left.
        """
        request = handler.request
        mode = request.headers.get("Sec-Fetch-Mode", "navigate")
        if request.method in _SAFE and mode in {"navigate", "websocket"}:
            return
        from_page = urlsplit(request.headers.get("Referer", ""))
        own_site = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        if own_site and from_page.netloc == request.host and self._is_own(from_page.path):
            return
        raise HTTPError(403, "not a request of this server's own pages")

    def _is_own(self, path: str) -> bool:
        return path.startswith(str(self.base_url))


class HubIdentity(JupyterHubIdentityProvider):
    """Who asks, as the hub knows it."""

    @default("hub_auth")
    def _own_hub_auth(self) -> HubOAuth:
        return OwnPagesAuth(parent=self)

    def get_handlers(self) -> list[Any]:
        """Return where a login comes back and where it ends, below the person's own address."""
        begin = self.hub_auth.base_url
        given = super().get_handlers()
        return [(url_path_join(begin, path), *rest) for path, *rest in given]


class OwnServer(Server):
    """Our pages for one person, until nobody has used them for a while."""

    def __init__(self, config: Config, *, idle: float, longest: float) -> None:
        super().__init__(config, lambda *_: None)
        self._idle, self._longest = idle, longest
        self._born = self._asked = time.monotonic()

    def init_settings(self) -> dict[str, Any]:
        """Hear of each request."""
        return {**super().init_settings(), "log_function": self.heard}

    def _take_door(self, asked: int) -> None:
        """Take none: whoever has no login reaches no server behind the hub."""
        del asked
        self._door_address = ""

    async def _open_door(self) -> None:
        """Begin to look whether anybody is there."""
        self._watch = PeriodicCallback(self._end_when_idle, 1000 * min(30, self._idle / 4))
        self._watch.start()
        gc.freeze()

    def heard(self, handler: RequestHandler) -> None:
        """Note that somebody asked; write down what failed, without what may stand after a ``?``."""
        self._asked = time.monotonic()
        if handler.get_status() >= 400:
            line = handler.get_status(), handler.request.method, handler.request.path
            logging.getLogger("tornado.access").warning("%d %s %s", *line)

    def _end_when_idle(self) -> None:
        now = time.monotonic()
        alone = (
            not self.kernel_manager.list_kernel_ids() and now - self._asked > self._idle + LOADING
        )
        if alone or now - self._born > self._longest:
            logging.info("Nobody is here; the server ends")
            self.ioloop.stop()


def own_settings(token: str, pages: Path, idle: float) -> Config:
    """Return the settings of the server that the hub's environment variables describe.

    *token* is its word to the hub. *idle* is how many seconds a page may be out of sight, or its
    computer asleep, before its kernel is ended.
    """
    told = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    c = voila_settings("", told.port or 80, pages, 0)
    del c.Voila["token"]
    c.Voila.auto_token = True  # Voilà's way to say: no word of its own; the hub has them
    # Traitlets would write to the terminal of the hub; the root logger writes to the person's own log.
    c.Application.logging_config["loggers"][OwnServer.__name__] = {
        "handlers": [],
        "propagate": True,
        "level": "INFO",
    }
    c.Voila.ip = told.hostname or "127.0.0.1"
    c.Voila.base_url = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    c.Voila.identity_provider_class = HubIdentity
    c.Voila.tornado_settings["headers"]["X-JupyterHub-Version"] = version("jupyterhub")
    # The proxy passes on the name that visitors use, which is not this machine's.
    c.Voila.tornado_settings["allow_remote_access"] = True
    c.OwnPagesAuth.api_token = token
    c.OwnPagesAuth.cache_max_age = KNOWN
    c.MappingKernelManager.cull_idle_timeout = max(1, round(idle))
    c.MappingKernelManager.cull_interval = max(1, min(60, round(idle / 4)))
    c.MappingKernelManager.cull_connected = True
    return c


def main(pages: Path = HANDBOOK) -> None:
    """Serve the person that the hub names, until nobody is there or the hub ends it."""
    secrets = [os.environ.pop(name, "") for name in SECRETS]
    idle, longest = float(os.environ[IDLE_VARIABLE]), float(os.environ[LONGEST_VARIABLE])
    prepare()
    # It would write down what the hub calls a login.
    logging.getLogger("tornado.application").setLevel(logging.WARNING)
    settings = own_settings(secrets[0], pages.resolve(), idle)
    server = OwnServer(settings, idle=idle, longest=longest)
    server.initialize()
    server.start()


if __name__ == "__main__":
    main()
