"""The settings of a trial's hub: :func:`settle` is all that its ``jupyterhub_config.py`` calls."""

from pathlib import Path
from typing import Any

from jupyterhub.handlers.login import LoginHandler
from nativeauthenticator import NativeAuthenticator
from nativeauthenticator.orm import UserInfo
from traitlets import Dict

from handbook.hub.roles import StoreKeys
from handbook.hub.settings import set_up
from handbook.hub.trial import told_trial

WRONG_PASSWORDS, WAIT = 5, 60
"""After so many wrong passwords a login waits so many seconds."""


class MadeUpPeople(NativeAuthenticator):
    """Lets in the people it is told, each with a password of their own; nobody signs up."""

    hashes = Dict(help="Login → the bcrypt hash of its password.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        known = {user.username for user in self.db.query(UserInfo)}
        for login, hashed in self.hashes.items():
            if login not in known:
                self.db.add(UserInfo(username=login, password=hashed.encode(), is_authorized=True))
        self.db.commit()

    def get_handlers(self, app: Any) -> list[tuple[str, type]]:
        """Return the hub's own login page: those that come with the passwords are of an older hub."""
        del app
        return [("/login", LoginHandler)]


def settle(c: Any) -> None:
    """Set the hub *c* up as the trial says."""
    trial = told_trial()
    set_up(
        c,
        folder=Path(trial.folder),
        keys=StoreKeys(trial.store),
        idle=trial.idle,
        lang=trial.lang,
    )
    c.JupyterHub.bind_url = f"http://127.0.0.1:{trial.port}/"
    c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{trial.hub_port}/"
    c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{trial.proxy_port}/"
    c.JupyterHub.authenticator_class = MadeUpPeople
    c.MadeUpPeople.hashes = dict(trial.hashes)
    c.MadeUpPeople.enable_signup = False
    c.MadeUpPeople.allowed_failed_logins = WRONG_PASSWORDS
    c.MadeUpPeople.seconds_before_next_try = WAIT
    c.Authenticator.allowed_users = set(trial.hashes)
    c.JupyterHub.load_groups = {
        group: {"users": list(logins)} for group, logins in trial.groups.items()
    }
    c.JupyterHub.log_level = "WARN"
