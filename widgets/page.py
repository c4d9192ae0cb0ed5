"""A page: its content, a place for notices, and no callback that fails in silence."""

import secrets
from collections.abc import Callable
from functools import wraps
from html import escape
from typing import Any, ParamSpec, TypeVar

import ipywidgets as ipw

from data.log import log_to_file, where
from data.texts import Texts
from widgets.client import Client

P = ParamSpec("P")
R = TypeVar("R")


class Page(ipw.VBox):
    """The outermost widget of a notebook page.

    Subclass it or call :meth:`show`; hand every callback through :meth:`guard`.
    """

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.client = Client(texts)
        self._notices = ipw.HTML().add_class("vv-notices")
        self._content = ipw.VBox().add_class("vv-content")
        self._log = log_to_file()
        super().__init__(children=[self.client, self._notices, self._content])
        self.add_class("vv-app")

    def show(self, *content: ipw.Widget) -> None:
        """Put *content* on the page, in place of what stood there."""
        self._content.children = content

    def notice(self, sentence: str, *, problem: bool = False) -> None:
        """Say *sentence* at the top of the page; a screen reader reads it out at once."""
        kind = "vv-notice-problem" if problem else "vv-notice-info"
        self._notices.value = (
            f'<p class="vv-notice {kind}" role="{"alert" if problem else "status"}">'
            f"{escape(sentence)}</p>"
        )

    def clear_notice(self) -> None:
        """Take the notice away."""
        self._notices.value = ""

    def download(self, name: str, content: bytes, mime: str) -> None:
        """Have the browser save *content* as a file called *name*."""
        self.client.download(name, content, mime)

    def guard(self, callback: Callable[P, R]) -> Callable[P, R | None]:
        """Return *callback* such that a failure is told on the page and written to the log.

        Without it, ipywidgets drops the exception, and the person at the page sees nothing happen.
        The log gets the place of the failure and a mark that the page shows too, but no message,
        since that may quote what somebody wrote. A failed call returns ``None``.
        """

        @wraps(callback)
        def guarded(*words: P.args, **named: P.kwargs) -> R | None:
            try:
                return callback(*words, **named)
            except Exception as error:  # noqa: BLE001 (whatever it is, the person must be told)
                mark = secrets.token_hex(3)
                self._log.error("event %s\n%s", mark, where(error))
                self.notice(self.texts("notice.failed", mark=mark), problem=True)
                return None

        return guarded


def safe(text: Any) -> str:
    """Return *text* so that it can stand inside an HTML widget as plain words."""
    return escape(str(text))
