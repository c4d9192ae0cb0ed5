"""The browser around a page: its address, its storage, downloads, and whether it hears us."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets as tl

from data.texts import Texts

_STATIC = Path(__file__).parent / "static"


class Client(anywidget.AnyWidget):
    """The one link between a page's Python and the browser around it.

    It shows nothing until the connection is lost: the page asks for a sign of life every two
    seconds, and after six without one a banner offers to reload. It goes by itself if answers come
    again.
    """

    _esm = _STATIC / "client.js"
    _css = _STATIC / "client.css"

    query = tl.Dict(help="The parameters of the address, without token and language.").tag(
        sync=True
    )
    stored = tl.Dict(help="What this browser has stored for Vejviser: name → text.").tag(sync=True)
    arrived = tl.Bool(
        default_value=False, help="Whether the browser has told its address and storage."
    ).tag(sync=True)
    near = tl.Bool(
        default_value=False, help="Whether the reader has come within a screen of what is drawn."
    ).tag(sync=True)
    words = tl.Dict(help="The banner's words.").tag(sync=True)

    def __init__(self, texts: Texts) -> None:
        super().__init__(
            words={"lost": texts("connection.lost"), "reload": texts("connection.reload")}
        )
        self.on_msg(self._hear)

    def on_arrival(self, callback: Callable[[], None]) -> None:
        """Call *callback* once ``query`` and ``stored`` are known; at once if they are already.

        A page runs before anybody looks at it, so they are empty while a notebook's cell runs.
        """
        self._once("arrived", callback)

    def on_near(self, callback: Callable[[], None]) -> None:
        """Call *callback* when the reader is about to see the page's widgets; at once if they do.

        A chapter is long: what is slow to make ready can be, before it is asked for, and only then.
        """
        self._once("near", callback)

    def _once(self, trait: str, callback: Callable[[], None]) -> None:
        if getattr(self, trait):
            callback()
            return

        def once(_: Any) -> None:
            self.unobserve(once, trait)
            callback()

        self.observe(once, trait)

    def remember(self, **values: str | None) -> None:
        """Write *values* into the page's address, to be shared; ``None`` removes one."""
        self.query = _changed(self.query, values)
        self.send({"kind": "remember", "values": values})

    def store(self, **values: str | None) -> None:
        """Keep *values* in this browser until they are removed with ``None``."""
        self.stored = _changed(self.stored, values)
        self.send({"kind": "store", "values": values})

    def download(self, name: str, content: bytes, mime: str) -> None:
        """Have the browser save *content* as a file called *name*."""
        self.send({"kind": "download", "name": name, "mime": mime}, buffers=[content])

    def _hear(self, _: Any, message: Any, __: Any) -> None:
        if isinstance(message, dict) and message.get("kind") == "ping":
            self.send({"kind": "pong"})

    @tl.validate("query", "stored")
    def _texts_only(self, proposal: Any) -> dict[str, str]:
        # Anyone can write anything in an address or send any state.
        return {
            name: value
            for name, value in proposal.value.items()
            if isinstance(name, str) and isinstance(value, str)
        }


def _changed(old: Mapping[str, str], values: Mapping[str, str | None]) -> dict[str, str]:
    """Return *old* with *values* put in or, where they are ``None``, taken out."""
    merged = {**old, **values}
    return {name: value for name, value in merged.items() if value is not None}
