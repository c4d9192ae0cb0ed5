"""Who may speak to which kernel, and what ends when a visitor leaves.

Each browser that has shown the token is a visitor with a random name in a signed cookie. A kernel belongs to
the visitor for whom its page was made; nobody else's cookie reaches it. A program that sends the token
itself is the owner of the machine, and reaches all.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import PasswordIdentityProvider, User
from jupyter_server.auth.logout import LogoutHandler
from tornado import web


class Visitors(Authorizer):
    """Knows whose each kernel is."""

    _owners: dict[str, str]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._owners = {}

    def own(self, kernel: str, visitor: str, alive: Iterable[str]) -> None:
        """Note that *kernel* is *visitor*'s; forget those that are not *alive* any more."""
        living = {kernel, *alive}
        self._owners = {one: whose for one, whose in self._owners.items() if one in living}
        self._owners[kernel] = visitor

    def kernels_of(self, visitor: str) -> list[str]:
        """Return the kernels of *visitor*."""
        return [kernel for kernel, whose in self._owners.items() if whose == visitor]

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        """Tell whether *user* may reach the kernel that the address names."""
        del action, resource
        kernel = handler.path_kwargs.get("kernel_id") or next(iter(handler.path_args), None)
        known = not self.identity_provider.auth_enabled or handler.token_authenticated
        return known or self._owners.get(str(kernel)) == user.username


class Leaving(PasswordIdentityProvider):
    """Remembers who has left: their cookie, copied before, opens nothing any more."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._left: set[str] = set()

    def leave(self, user: User) -> None:
        """Believe no cookie of *user* from now on."""
        self._left.add(user.username)

    def user_from_cookie(self, cookie_value: str) -> User | None:
        """Return who the signed *cookie_value* names, or None for somebody who has left."""
        user: User | None = super().user_from_cookie(cookie_value)
        return None if user is None or user.username in self._left else user


class LeaveHandler(LogoutHandler):
    """Ends a visitor's login and kernels."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Say good-bye; 403 where another site's page sent the visitor here."""
        if self.request.headers.get("Sec-Fetch-Site", "none") == "cross-site":
            raise web.HTTPError(403)
        known: Any = self.identity_provider
        visitors: Any = self.authorizer
        if (user := self.current_user) and known.auth_enabled:
            known.leave(user)
            for kernel in visitors.kernels_of(user.username):
                with suppress(web.HTTPError):  # it may have ended by itself
                    await ensure_async(self.kernel_manager.shutdown_kernel(kernel))
        super().get()
