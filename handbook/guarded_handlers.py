"""Voilà's addresses that guarded too little, mended: each asks who it is, and carries our headers."""

from collections.abc import Iterable
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado.web import RequestHandler
from voila.request_info_handler import RequestInfoSocketHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import (
    AllowListFileHandler,
    MultiStaticFileHandler,
    TemplateStaticFileHandler,
)


class EndKernelHandler(VoilaShutdownKernelHandler):
    """Ends the kernel of a tab that is closed, for the visitor whose it is."""

    auth_resource = "kernels"

    @authorized
    async def post(self, kernel_id: str) -> None:
        """End *kernel_id*."""
        await super().post(kernel_id)


class _Guarded(RequestHandler):
    """Carries the headers of the settings, as pages do."""

    def set_default_headers(self) -> None:
        """Set them before anything else is said."""
        for name, value in self.settings["headers"].items():
            self.set_header(name, value)


class TemplateFile(_Guarded, TemplateStaticFileHandler):
    """A script or style of a template."""


class ScriptFile(_Guarded, MultiStaticFileHandler):
    """A script of Voilà's."""


class PublicFile(_Guarded, AllowListFileHandler):
    """A file that a notebook shows."""


MENDED: dict[type, type] = {
    VoilaShutdownKernelHandler: EndKernelHandler,
    TemplateStaticFileHandler: TemplateFile,
    MultiStaticFileHandler: ScriptFile,
    AllowListFileHandler: PublicFile,
}
"""What Voilà answers with → what we do."""


def guarded(entries: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return Voilà's *entries* of addresses, mended.

    The socket that tells a kernel the address of its page knew no login, and no page of ours needs it.
    """
    return [
        (address, MENDED.get(handler, handler), *words)
        for address, handler, *words in entries
        if handler is not RequestInfoSocketHandler
    ]
