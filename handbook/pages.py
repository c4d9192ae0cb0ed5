"""What the server answers: a page, the landing page in each language, or a plain error.

Only notebooks in ``da/`` and ``en/`` are pages; the researcher's notebooks are not served.
"""

import re
from urllib.parse import urlencode

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from voila.handler import BaseVoilaHandler
from voila.tornado.handler import TornadoVoilaHandler

from data.texts import LANGUAGES, Language

PAGE = re.compile(r"(da|en)/[\w-]+\.ipynb")


def language_of(path: str) -> Language:
    """Return the language of the address *path*: the folder ``en`` or ``da`` in it, else Danish."""
    return "en" if "en" in re.split(r"[/?&=]|%2F", path) else "da"


class _Addressed(JupyterHandler):
    """A page whose address may carry a language or a token, which are taken out of it."""

    def moved(self, path: str | None, language: Language) -> bool:
        """Redirect to *language*'s twin or away from the token, if need be; tell whether it did."""
        asked = self.get_query_argument("lang", "")
        other: Language | None = next((one for one in LANGUAGES if one == asked), None)
        if other is None and not {"lang", "token"} & self.request.query_arguments.keys():
            return False
        kept = [
            (name, value.decode("utf-8", "replace"))
            for name, values in self.request.query_arguments.items()
            for value in values
            if name not in {"lang", "token"}
        ]
        address = self.address(path, other or language)
        self.redirect(f"{address}?{urlencode(kept)}" if kept else address)
        return True

    def address(self, path: str | None, language: Language) -> str:
        """Return the address of the page *path*, or of the landing page, in *language*."""
        if path is not None:
            return url_path_join(self.base_url, "voila/render", language, path.split("/")[1])
        return self.base_url if language == "da" else url_path_join(self.base_url, "voila/tree/en")


class PageHandler(_Addressed, TornadoVoilaHandler):
    """A notebook of the handbook, run and shown."""

    @web.authenticated
    async def get(self, path: str) -> None:
        """Show the page *path*, such as ``da/kapacitet.ipynb``."""
        if not PAGE.fullmatch(path) or not await self.exists(path):
            raise web.HTTPError(404)
        if not self.moved(path, language_of(path)):
            await TornadoVoilaHandler.get(self, path)

    async def exists(self, path: str) -> bool:
        """Tell whether there is a notebook *path*."""
        return bool(self.contents_manager.file_exists(path))


class LandingHandler(_Addressed, BaseVoilaHandler):
    """The landing page, which needs no kernel."""

    @web.authenticated
    async def get(self, language: str = "") -> None:
        """Show the landing page in *language*, or in Danish where none is named."""
        own = language_of(language)
        if not self.moved(None, own):
            self.write(self.render_template("tree.html", lang=own))


class NotFoundHandler(BaseVoilaHandler):
    """What an unknown address gets, with a token or without."""

    def initialize(self, **_: object) -> None:
        """Take the app's configuration from its settings, since unknown addresses have no route."""
        super().initialize(voila_configuration=self.settings["voila"].voila_configuration)

    async def prepare(self) -> None:
        """Answer 404."""
        raise web.HTTPError(404)
