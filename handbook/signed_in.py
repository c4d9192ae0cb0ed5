"""Who is signed in at the hub, and which pages are for their role.

The store refuses what a role may not do, whatever is shown; here is only what is offered. Without a hub
nobody is signed in, and every page is for everybody.
"""

import os
from collections.abc import Mapping

from data.access import PERSON_VARIABLE, ROLE_VARIABLE

NOT_FOR: Mapping[str, frozenset[str]] = {
    "coordinator": frozenset({"session", "beslutning", "rapport"}),
    "leader": frozenset({"session", "sager", "sag"}),
    "administrator": frozenset({"session", "beslutning", "rapport"}),
}
"""Role → pages that are nothing of its task; all others are for it."""


def signed_in(otherwise: str = "") -> str:
    """Return the name of who is signed in, or *otherwise* where there is no hub."""
    return os.environ.get(PERSON_VARIABLE, "") or otherwise


def is_for_reader(page: str) -> bool:
    """Tell whether *page*, such as ``sager`` or ``da/sager.ipynb``, is for who is signed in."""
    name = page.rsplit("/", 1)[-1].removesuffix(".ipynb")
    return name not in NOT_FOR.get(os.environ.get(ROLE_VARIABLE, ""), ())
