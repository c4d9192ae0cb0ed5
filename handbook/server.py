"""The server: Voilà on this machine alone, with our pages, guards and log."""

import asyncio
import gc
import logging
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, FileSystemLoader
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_core.utils import ensure_async, run_sync
from jupyter_events import EventLogger
from jupyter_server.utils import url_path_join
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from traitlets.config import Config
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

from data.log import log_to_file, set_aside_large_log
from data.places import DOOR_VARIABLE
from handbook.door_address import bind
from handbook.forked_kernels import NAME, ForkedProvisioner, fork_kernels
from handbook.guarded_handlers import guarded
from handbook.kept_templates import keep_compiled_templates
from handbook.pages import LandingHandler, LoginHandler, NotFoundHandler, PageHandler
from handbook.rearm import rearm_after_send
from handbook.voila_settings import FILTERS, SHARE, is_news, voila_settings

if TYPE_CHECKING:
    from handbook.door import Door

TEMPLATES = SHARE / "voila" / "templates" / "vejviser"
STOPPING = 10
"""Seconds that kernels may take to end when the server does."""


class OwnPython(KernelSpecManager):
    """Kernels run in the Python that runs the server, whatever else is installed for the user."""

    def _kernel_dirs_default(self) -> list[str]:
        return []

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the kernel *kernel_name*, told to keep its harmless warnings to itself."""
        spec: KernelSpec = super().get_kernel_spec(kernel_name)
        spec.argv = [*spec.argv, "--log-level=ERROR"]
        # A page that is closed during a run ends before its worker processes; they are cleaned up
        # all the same, and nobody at the terminal can do anything about it.
        spec.env = {**spec.env, "PYTHONWARNINGS": "ignore:resource_tracker:UserWarning"}
        if ForkedProvisioner.forerunners is not None:
            spec.metadata = {**spec.metadata, "kernel_provisioner": {"provisioner_name": NAME}}
        return spec


class Server(Voila):
    """Voilà with our own pages, which tells its address once it listens."""

    def __init__(
        self,
        config: Config,
        on_listening: Callable[[str, str], None],
        door_port: int | None = None,
        *,
        network: bool = False,
    ) -> None:
        super().__init__(config=config)
        self._on_listening = on_listening
        self._door_port, self._network = door_port, network
        self._door: Door | None = None

    def initialize(self, argv: list[str] | None = None) -> None:
        """Take both ports before anything else starts; :exc:`OSError` where one is taken."""
        del argv
        asked = self.port
        self._sockets = bind_sockets(asked, self.ip)
        self.set_trait("port", self._sockets[0].getsockname()[1])
        self._take_door(asked)
        self._forerunners = fork_kernels()
        super().initialize([])
        self.voila_configuration.kernel_spec_manager_class = OwnPython
        # Otherwise each kernel has one of its own, whose log Python never lets go of.
        self.event_logger = EventLogger(parent=self)

    def _take_door(self, asked: int) -> None:
        """Take the port of the door, beside the one that was *asked* for."""
        port = 0 if self._door_port is None and asked == 0 else self._door_port
        self._door_sockets, self._door_address = bind(port, asked, network=self._network)
        # The kernels learn it from the environment.
        os.environ[DOOR_VARIABLE] = self._door_address

    def init_settings(self) -> dict[str, Any]:
        """Add our words and templates to Voilà's pages and to the login page."""
        settings: dict[str, Any] = super().init_settings()
        own = FileSystemLoader(str(TEMPLATES))
        for name in ("voila_jinja2_env", "jinja2_env"):
            environment = settings[name]
            environment.filters.update(FILTERS)
            environment.loader = ChoiceLoader([own, environment.loader])
        self.identity_provider.login_handler_class = LoginHandler
        settings["default_handler_class"] = NotFoundHandler
        return settings

    def init_handlers(self) -> list[Any]:
        """Serve the handbook's pages and landing page, and no listing of folders."""
        given: list[Any] = super().init_handlers()
        configuration = {"voila_configuration": self.voila_configuration}
        replaced = (TornadoVoilaTreeHandler, TornadoVoilaHandler)
        kept = [
            entry
            for entry in given
            if entry[1] not in replaced and "/voila/api/contents" not in entry[0]
        ]
        page = {**configuration, "template_paths": self.template_paths, "config": self.config}
        return [
            *guarded(kept),
            (self.server_url, LandingHandler, configuration),
            (self._at(r"/voila/tree/?(da|en)?/?"), LandingHandler, configuration),
            (self._at(r"/voila/render/(.*)"), PageHandler, page),
        ]

    def _at(self, path: str) -> str:
        return str(url_path_join(self.server_url, path))

    def listen(self) -> None:
        """Answer on both ports until the server is stopped; then end every kernel."""
        HTTPServer(self.app).add_sockets(self._sockets)
        self.ioloop = IOLoop.current()
        self.ioloop.add_callback(self._open_door)
        query = f"?token={self.identity_provider.token}" if self.identity_provider.token else ""
        self.ioloop.add_callback(
            self._on_listening, f"{self.connection_url}{query}", self._door_address
        )
        self._heed_signals()
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            self._stop_soon(signal.SIGINT)
        finally:
            if self._door is not None:
                self._door.close()
            self.stop()
            if self._forerunners is not None:
                self._forerunners.end()

    def _heed_signals(self) -> None:
        """Stop between two steps when told to, and not in the middle of one.

        A KeyboardInterrupt there loses whatever the step would have woken, and the end waits for it.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            # What was started in the background is not meant by Ctrl-C; Windows has no such handlers.
            if signal.getsignal(number) is not signal.SIG_IGN:
                with suppress(NotImplementedError):
                    asyncio.get_event_loop().add_signal_handler(number, self._stop_soon, number)

    def _stop_soon(self, number: signal.Signals) -> None:
        """End the loop; another signal ends the process at once."""
        for each in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                asyncio.get_event_loop().remove_signal_handler(each)
        self.log.info("Stopped by %s", number.name)
        self.ioloop.stop()

    def stop(self) -> None:
        """End every kernel; one that will not end by itself ends with the server."""
        with suppress(TimeoutError):
            run_sync(self._end_kernels)()
        rmtree(self.connection_dir, ignore_errors=True)

    async def _end_kernels(self) -> None:
        # Not Jupyter's shutdown_all, which gives up on all where one is still starting.
        kernels = self.kernel_manager
        ending = [ensure_async(kernels.shutdown_kernel(id)) for id in kernels.list_kernel_ids()]
        await asyncio.wait_for(asyncio.gather(*ending, return_exceptions=True), STOPPING)

    async def _open_door(self) -> None:
        """Answer participants too; whoever comes first waits a second, and the app's start does not."""
        door = await self.ioloop.run_in_executor(None, import_module, "handbook.door")
        self._door = door.Door(self._door_sockets, self._door_address, network=self._network)
        self._door.open()
        # What is there now stays. Looking through it all again stops everybody for half a second.
        gc.freeze()


def serve(
    pages: Path,
    *,
    token: str,
    port: int,
    pool: int,
    on_listening: Callable[[str, str], None],
    door_port: int | None = None,
    network: bool = False,
) -> None:
    """Serve *pages* until the process is interrupted or terminated.

    *on_listening* hears the full address, with the token, and the address of the door for
    participants, once the server answers. The door is on *door_port*, or where that is None on the
    second port after *port*; with *network*, other machines reach it. Raises :exc:`OSError` where a
    port that was named is taken.
    """
    prepare()
    settings = voila_settings(token, port, pages, pool)
    server = Server(settings, on_listening, door_port, network=network)
    server.initialize()
    server.start()


def prepare() -> None:
    """Mend what a server needs mended, and let it write to the log in the data folder."""
    rearm_after_send()
    keep_compiled_templates()
    found = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, (str(SHARE), found)))
    set_aside_large_log()
    root = log_to_file("")
    for handler in root.handlers:
        handler.addFilter(is_news)
    logging.captureWarnings(True)
    # Every picture and script would be a line; failures still are.
    logging.getLogger("tornado.access").setLevel(logging.WARNING)


def open_browser(address: str) -> None:
    """Open *address* in a browser with windows, if there is one; never in the terminal."""
    windows = sys.platform in {"win32", "darwin"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if not windows:
        return
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    # A plain GenericBrowser is one that runs in the terminal and would hold it.
    if type(browser) is not webbrowser.GenericBrowser:
        threading.Thread(target=browser.open, args=(address,), daemon=True).start()
