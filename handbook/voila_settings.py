"""How Voilà is set up here, and why.

Every setting that guards something has a test in ``tests/handbook/``.
"""

import os
import sys
import tempfile
from logging import LogRecord
from pathlib import Path
from typing import Any

from traitlets.config import Config
from voila.utils import make_url

from data.texts import Texts
from handbook.ended_kernels import Kernels
from handbook.signed_in import is_for_reader, signed_in
from handbook.visitors import LeaveHandler, Leaving, Visitors

HANDBOOK = Path(__file__).parent
SHARE = HANDBOOK / "share" / "jupyter"
"""The Jupyter data folder that holds our template."""

IDLE_VARIABLE = "VEJVISER_IDLE_SECONDS"

PREHEATED = ("da/kapacitet.ipynb", "da/01_koordinator.ipynb", "da/velkommen.ipynb")
"""The pages whose kernels wait, started, for the next visitor."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        # No script may stand in a page. Widgets of our own arrive as blobs, which only a script can make.
        "script-src 'self' blob:",
        # JupyterLab and ipywidgets set styles element by element, and so do figures.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'none'",
        "worker-src 'none'",
        "frame-ancestors 'self'",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
    )
)


def words(id: str, language: str, **slots: object) -> str:
    """Return the words of *id* in *language*, for the templates."""
    return Texts.read(language)(id, **slots)


def asset(path: str, base_url: str) -> str:
    """Return the address of our template's file *path*; it changes when the file does."""
    return str(make_url("vejviser", base_url, path))


FILTERS = {
    "words": words,
    "asset": asset,
    "signed_in": signed_in,
    "is_for_reader": is_for_reader,
}
"""What our templates may say beside what Jinja offers."""


def add_path(page: dict[str, Any], *, notebook_path: str, **_: object) -> dict[str, Any]:
    """Tell the template which notebook it shows, and so in which language."""
    return {**page, "notebookPath": notebook_path}


def voila_settings(token: str, port: int, pages: Path, pool: int) -> Config:
    """Return the configuration for *pages* served on *port* to those who have the *token*.

    *pool* is the number of kernels that wait for each of the :data:`PREHEATED` pages; 0 for none.
    """
    c = Config()
    _serving(c, token, port, pages)
    _guards(c)
    _kernels(c, pages, pool)
    c.VoilaConfiguration.template = "vejviser"
    c.VoilaConfiguration.page_config_hook = add_path
    c.VoilaExporter.filters = FILTERS
    c.VoilaExecutor.timeout = 60
    c.VoilaExecutor.cell_error_instruction = Texts.read("da")("start.failed")
    return c


def _serving(c: Config, token: str, port: int, pages: Path) -> None:
    c.Voila.ip = "127.0.0.1"
    c.Voila.port = port
    c.Voila.token = token
    c.Voila.root_dir = str(pages)
    c.Voila.open_browser = False
    # A voila.py that happens to lie in the current folder must not loosen the guards below.
    c.Voila.config_file_paths = []
    # Traitlets would write to the terminal; the root logger writes to the log file.
    c.Application.logging_config = {
        "loggers": {"Server": {"handlers": [], "propagate": True, "level": "INFO"}}
    }


def _guards(c: Config) -> None:
    c.VoilaConfiguration.allow_template_override = "NO"
    c.VoilaConfiguration.allow_theme_override = "NO"
    c.VoilaConfiguration.file_allowlist = [r"(da|en)/public/[\w-]+\.(png|svg|csv|pdf|xlsx)"]
    c.VoilaConfiguration.file_denylist = [r"(.*/)?\..*", r".*\.(ipynb|py|toml)"]
    c.VoilaConfiguration.extension_allowlist = [
        "@jupyter-widgets/jupyterlab-manager",
        "@voila-dashboards/widgets-manager8",
        "anywidget",
    ]
    c.Voila.authorizer_class = Visitors
    c.Voila.identity_provider_class = Leaving
    c.Leaving.allow_password_change = False
    c.Leaving.logout_handler_class = LeaveHandler
    # A page elsewhere sends it along with nothing but a link that the visitor follows.
    c.Leaving.cookie_options = {"samesite": "Lax"}
    c.Voila.tornado_settings = {
        # A closing tab ends its kernel by a beacon, which cannot carry the xsrf cookie. The only
        # other POST is the login; foreign origins are still refused.
        "disable_check_xsrf": True,
        # A foreign name that leads to this machine is refused: its page would be one origin with ours.
        "allow_remote_access": False,
        "headers": {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Cross-Origin-Opener-Policy": "same-origin",
            # Other pages may not even learn from our scripts that Vejviser runs here.
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    }


def idle_seconds() -> int:
    """Return the seconds after which a kernel that nobody is at is ended: 900, or what is set.

    :data:`IDLE_VARIABLE` sets it, for a machine with little memory or to see it happen. What is no whole
    number counts as not set, and less than half a minute as that: pages being opened would end.
    """
    said = os.environ.get(IDLE_VARIABLE, "")
    return max(int(said), 30) if said.isascii() and said.isdigit() else 900


_LONGEST_FOLDER = 40
"""Characters that the folder for temporary files may have: Linux lets a socket's path have 107, and
Voilà's own folder and the name of a kernel take 62."""


def _kernels(c: Config, pages: Path, pool: int) -> None:
    if sys.platform == "linux" and len(os.fsencode(tempfile.gettempdir())) <= _LONGEST_FOLDER:
        # Five ports a kernel are looked for and let go before it takes them; on a machine with many
        # kernels another may come first. And files are their owner's, where ports are everybody's.
        c.KernelManager.transport = "ipc"
    # Tabs that vanish without a word (a laptop put to sleep) leave kernels; open tabs keep theirs.
    c.VoilaConfiguration.multi_kernel_manager_class = Kernels
    idle = idle_seconds()
    c.MappingKernelManager.cull_idle_timeout = idle
    c.MappingKernelManager.cull_interval = min(60, idle)
    waiting = [page for page in PREHEATED if (pages / page).is_file()]
    if not pool or not waiting:
        return
    c.VoilaConfiguration.preheat_kernel = True
    c.VoilaConfiguration.default_pool_size = 0
    c.VoilaKernelManager.kernel_pools_config = {
        "default": {"pool_size": 0, "kernel_env_variables": {}},
        **{page: {"pool_size": pool, "kernel_env_variables": {}} for page in waiting},
    }
    c.VoilaKernelManager.preheat_denylist = [r"research"]


HARMLESS = (
    "is not trusted",
    "websocket_ping_timeout",
    "ws_ping_timeout",
    # A tab was closed while a message was on its way.
    "Got events for closed stream",
    "Socket operation on non-socket",
    # It quotes the message, which no page of ours sends.
    "No channel specified",
)
"""Parts of log messages that say nothing about our pages."""


def is_news(record: LogRecord) -> bool:
    """Tell whether a log record is worth a line."""
    failure = record.exc_info[1] if record.exc_info else ""
    message = f"{record.getMessage()} {failure}"
    if isinstance(failure, KeyError) and "while checking the idle duration" in message:
        # It was left while others were looked at.
        return False
    return not any(part in message for part in HARMLESS)
