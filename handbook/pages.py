"""What the server answers: a page, the landing page in each language, the login, a plain error.

Only notebooks in ``da/`` and ``en/`` are pages; the researcher's notebooks are not served.
"""

import re
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from voila.handler import BaseVoilaHandler
from voila.request_info_handler import RequestInfoSocketHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.voila_identity_provider import VoilaLoginHandler

from data.texts import LANGUAGES, Language
from handbook.signed_in import is_for_reader

PAGE = re.compile(r"(da|en)/[\w-]+\.ipynb")
_HEARTBEAT = "<script>window.voila_heartbeat()</script>\n"
_KERNEL = re.compile(r'"kernelId": "([\w-]+)"')


def language_of(address: str) -> Language:
    """Return the language of *address*: the folder ``en`` in it, else Danish."""
    return "en" if "en" in re.split(r"[/?&=]|%2[Ff]", address) else "da"


class _Spoken(JupyterHandler):
    """A page that knows which language its address asks for."""

    @property
    def asked(self) -> Language | None:
        """The language in ``?lang=``, if it is one of ours."""
        lang = self.get_query_argument("lang", "")
        return next((one for one in LANGUAGES if one == lang), None)

    @property
    def template_namespace(self) -> dict[str, Any]:
        """What every template is told, and the language."""
        return {
            **super().template_namespace,
            "lang": self.asked or language_of(self.request.uri or ""),
        }


class _Addressed(_Spoken):
    """A page whose address may carry a language or a token, which are taken out of it."""

    def moved(self, path: str | None, language: Language) -> bool:
        """Redirect to *language*'s twin or away from the token, if need be; tell whether it did."""
        arguments = self.request.query_arguments
        if self.asked is None and not {"lang", "token"} & arguments.keys():
            return False
        kept = [
            (name, value.decode("utf-8", "replace"))
            for name, values in arguments.items()
            for value in values
            if name not in {"lang", "token"}
        ]
        address = self.address(path, self.asked or language)
        self.redirect(f"{address}?{urlencode(kept)}" if kept else address)
        return True

    def address(self, path: str | None, language: Language) -> str:
        """Return the address of the page *path*, or of the landing page, in *language*."""
        if path is not None:
            return url_path_join(self.base_url, "voila/render", language, path.split("/")[1])
        return self.base_url if language == "da" else url_path_join(self.base_url, "voila/tree/en")


class PageHandler(_Addressed, TornadoVoilaHandler):
    """A notebook of the handbook, run and shown."""

    _kernel = ""
    _left = False

    @web.authenticated
    async def get(self, path: str) -> None:
        """Show the page *path*, such as ``da/kapacitet.ipynb``."""
        if not PAGE.fullmatch(path) or not self.contents_manager.file_exists(path):
            raise web.HTTPError(404)
        if not is_for_reader(path):
            raise web.HTTPError(403)
        if self.moved(path, language_of(path)):
            return
        await TornadoVoilaHandler.get(self, path)
        # Voilà would keep the address of each page it has shown, for kernels that ask; none of ours does.
        RequestInfoSocketHandler._cache.pop(self._kernel, None)
        if self._left and self._kernel:
            with suppress(web.HTTPError):  # it may have ended by itself
                await ensure_async(self.kernel_manager.shutdown_kernel(self._kernel))

    def write(self, chunk: str | bytes | dict[Any, Any]) -> None:
        """Send *chunk*, noting which kernel the page was given, and to whom."""
        if isinstance(chunk, str) and not self._kernel and (found := _KERNEL.search(chunk)):
            self._kernel = found[1]
            alive = self.kernel_manager.list_kernel_ids()
            visitors: Any = self.authorizer
            visitors.own(self._kernel, self.current_user.username, alive)
        # Voilà's sign of life is a script in the page, which our policy on scripts forbids.
        super().write("<!-- -->" if chunk == _HEARTBEAT else chunk)

    def on_connection_close(self) -> None:
        """Remember that nobody waits any more: no beacon will end the kernel."""
        self._left = True
        super().on_connection_close()


class LandingHandler(_Addressed, BaseVoilaHandler):
    """The landing page, which needs no kernel."""

    @web.authenticated
    async def get(self, language: str | None = None) -> None:
        """Show the landing page in *language*, or in Danish where none is named."""
        if not self.moved(None, language_of(language or "")):
            self.write(self.render_template("tree.html"))


class LoginHandler(_Spoken, VoilaLoginHandler):
    """The login page, in the language of the page that was asked for."""


class NotFoundHandler(_Spoken, BaseVoilaHandler):
    """What an unknown address gets, with a token or without."""

    def initialize(self, **_: object) -> None:
        """Take the app's configuration from its settings, since unknown addresses have no route."""
        super().initialize(voila_configuration=self.settings["voila"].voila_configuration)

    async def prepare(self, **_: object) -> None:
        """Answer 404."""
        self.current_user = None
        raise web.HTTPError(404)
