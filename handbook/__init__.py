"""What a person reads: chapters, the workbench and the command."""

from pathlib import Path
from typing import Literal

__all__ = ["language"]


def language() -> Literal["da", "en"]:
    """Return the language of the page that this kernel serves: the name of the folder it runs in.

    Outside the folders ``da`` and ``en`` it is Danish. The language in an address (``?lang=en``) is
    the server's business: it leads to the page's twin, because a kernel that was started before
    anyone asked for the page cannot know the address.
    """
    return "en" if Path.cwd().name == "en" else "da"
