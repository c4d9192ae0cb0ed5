"""Logging out ends a login everywhere.

The hub forgets the cookie of the browser that asks; one that was copied before would still open the hub,
which would start a new server for it. So each logout gives the login a new name for its cookies.
"""

from functools import wraps
from typing import Any

from jupyterhub.handlers.login import LogoutHandler
from jupyterhub.orm import new_token


def end_logins_on_logout() -> None:
    """Make each logout worth it for all cookies of that login; again changes nothing.

    Raises :exc:`RuntimeError` where the hub no longer has the (private) method this needs.
    """
    cleanup: Any = getattr(LogoutHandler, "_backend_logout_cleanup", None)
    if cleanup is None:
        raise RuntimeError(
            "this JupyterHub logs out in another way, and copied cookies might outlive it; "
            "install the version that stands in requirements-hub.lock."
        )
    if getattr(cleanup, "ends", False):
        return

    @wraps(cleanup)
    def clean_up(self: LogoutHandler, name: str) -> None:
        user = self.current_user
        cleanup(self, name)
        user.orm_user.cookie_id = new_token()
        self.db.commit()

    clean_up.ends = True  # type: ignore[attr-defined]
    LogoutHandler._backend_logout_cleanup = clean_up
