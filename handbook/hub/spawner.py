"""Starts a person's own server, with what their role may read and nothing else.

The hub knows who somebody is and which groups they are in. A group is a role or a unit; whoever is in
no group of ours has no server.
"""

import asyncio
import os
import shutil
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner
from tornado.web import HTTPError
from traitlets import Any, Dict, Float, Integer, Unicode

from data.access import Person
from data.places import DATA_VARIABLE
from data.store_errors import StoreError
from data.texts import Texts
from handbook.hub.names import IDLE_VARIABLE, LONGEST_VARIABLE
from handbook.hub.roles import GROUPS, UNIT_PREFIX, NoServer, person_of

HELD = {"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV"}
"""What a server inherits of the hub's environment; the hub's own words to the database are not among it."""


class _Refusal(HTTPError):  # noqa: N818 - what it is, not that it is an error
    jupyterhub_message = ""
    """What the hub's page shows."""


class PersonSpawner(LocalProcessSpawner):
    """A server for each person: a process, a data folder, and an account of its own where we are root."""

    roles = Dict(default_value=dict(GROUPS), help="Group → role.").tag(config=True)
    unit_prefix = Unicode(UNIT_PREFIX, help="What the group of a unit begins with.").tag(
        config=True
    )
    people_folder = Unicode(help="The folder of all data folders.").tag(config=True)
    first_account = Integer(
        0,
        help="The first of the account numbers that servers run under, one for each person, where the "
        "hub is root; 0 lets all run under the hub's own account.",
    ).tag(config=True)
    keys = Any(help="Lets servers in to the records; see handbook/hub/roles.py.").tag(config=True)
    idle = Float(3600.0, help="Seconds after which what nobody uses is ended.").tag(config=True)
    longest = Float(12 * 3600.0, help="Seconds that a server lives at most.").tag(config=True)
    lang = Unicode("da", help="The language of refusals.").tag(config=True)

    _granted: dict[str, str]

    async def start(self) -> tuple[str, int]:
        """Start the server and return where it is; 403 for whoever has no role."""
        person = await self._person()
        try:
            self._granted = await asyncio.to_thread(self.keys.grant, person)
        except StoreError as error:
            raise self._refusal(503, error.say(Texts.read(self.lang))) from error
        self.popen_kwargs = self._process(self._own_folder())
        address: tuple[str, int] = await super().start()
        return address

    async def stop(self, now: bool = False) -> None:
        """End the server, and what let it in to the records."""
        await super().stop(now)
        try:
            await asyncio.to_thread(self.keys.take_back, self.user.name)
        except StoreError as error:
            # It is worth nothing some hours later; the server has ended all the same.
            self.log.warning("the key of %s is not taken back: %s", self.user.name, error.id)

    async def _person(self) -> Person:
        texts = Texts.read(self.lang)
        groups = [group.name for group in self.user.groups]
        try:
            return person_of(self.user.name, groups, self.roles, self.unit_prefix)
        except NoServer as refusal:
            await asyncio.to_thread(self.keys.lock_out, self.user.name)
            raise self._refusal(403, texts(refusal.id, **refusal.slots)) from refusal
        except StoreError as error:
            raise self._refusal(403, error.say(texts)) from error

    def _refusal(self, status: int, sentence: str) -> HTTPError:
        refusal = _Refusal(status, "no server for %s", self.user.name)
        refusal.jupyterhub_message = sentence
        return refusal

    def _process(self, folder: Path) -> dict[str, object]:
        """Return how the process is started, in *folder*."""
        common = {"cwd": str(folder), "umask": 0o077, "start_new_session": True}
        if self.account is None:
            return common
        return {**common, "user": self.account, "group": self.account, "extra_groups": []}

    @property
    def account(self) -> int | None:
        """The number of the account that this person's server runs under; None for the hub's own."""
        return self.first_account + int(self.user.id) if self.first_account else None

    def make_preexec_fn(self, name: str) -> None:
        """Do nothing between fork and exec: the account is a number, and no name of the system."""

    def get_env(self) -> dict[str, str]:
        """Return the environment of the server: little of the hub's, and what was granted."""
        given: dict[str, str] = super().get_env()
        return {key: value for key, value in given.items() if value is not None}

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Add to *env* whose data these are and what may be read."""
        folder = str(self._own_folder())
        return {
            **env,
            "USER": self.user.name,
            "HOME": folder,
            DATA_VARIABLE: folder,
            IDLE_VARIABLE: str(self.idle),
            LONGEST_VARIABLE: str(self.longest),
            "PYTHONSAFEPATH": "1",
            **self._granted,
        }

    def _env_keep_default(self) -> list[str]:
        return [name for name in sorted(HELD) if name in os.environ]

    def _own_folder(self) -> Path:
        # A number, because a name may be anything that an identity provider allows.
        folder = Path(self.people_folder) / str(self.user.id)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.account is not None:
            shutil.chown(folder, self.account, self.account)
        return folder
