"""What can go wrong with a session, as sentences that say what to do."""

from data.sessions.session import Session, Sheet
from data.store_errors import StoreError


class StaleSession(StoreError):  # noqa: N818 - what it is, not that it is an error
    """Another tab has changed or deleted the session since it was read."""

    def __init__(self, current: Session | None) -> None:
        super().__init__("sessions.stale" if current else "sessions.gone")
        self.current = current
        """The session as it is kept now; None where it was deleted."""


class StaleSheet(StoreError):  # noqa: N818 - what it is, not that it is an error
    """The participant has answered in another tab or on another machine since."""

    def __init__(self, current: Sheet) -> None:
        super().__init__("sessions.stale_sheet")
        self.current = current
        """The sheet as it is kept now; :func:`data.answers.merge` puts both together."""


class SessionClosed(StoreError):  # noqa: N818 - what it is, not that it is an error
    """The session is closed or gone, so that nobody joins or answers."""

    def __init__(self) -> None:
        super().__init__("sessions.closed")


class RefusedAnswer(StoreError):  # noqa: N818 - what it is, not that it is an error
    """An answer cannot be kept; none of those that came with it was."""

    def __init__(self, id: str, key: str = "", /, **slots: object) -> None:
        super().__init__(id, **slots)
        self.key = key
        """The question; empty where the exercise as a whole is refused."""
