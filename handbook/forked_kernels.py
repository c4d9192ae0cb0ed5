"""How the server gets its kernels: forked from the forerunner where that is possible.

Elsewhere than on Linux, and whenever the forerunner fails, a kernel starts from nothing, as Jupyter
starts it: slower and larger, and the same in all else.
"""

import asyncio
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from voila.utils import ENV_VARIABLE

from handbook.forerunner import READY

NAME = "vejviser-forked"
"""What a kernel's description calls this way of starting it."""
PATIENCE = 30
"""Seconds that a kernel waits for the forerunner before it starts from nothing."""
ANSWER = 30
"""Seconds that a fork may take; one import may come before it."""
ROOM = "-" * 240
"""A word without meaning; a kernel's own command is written over it in the list of processes."""


class ForkedProcess:
    """A process that is not our child, with what Jupyter asks of a ``Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, handle: int) -> None:
        self.pid = pid
        self._handle = handle
        self._poll = select.poll()
        self._poll.register(handle, select.POLLIN)

    def poll(self) -> int | None:
        """Return None while it runs, else 0: how it ended is the forerunner's to know."""
        return 0 if self._poll.poll(0) else None

    def wait(self) -> int:
        """Wait until it has ended."""
        self._poll.poll()
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal; never another process that has got its number since."""
        signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def __del__(self) -> None:
        os.close(self._handle)


class Forerunner:
    """The server's link to :mod:`handbook.forerunner`."""

    def __init__(self) -> None:
        self._link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._link.settimeout(ANSWER)
        self._news, tell = os.pipe()
        command = [sys.executable, "-P", "-m", "handbook.forerunner", str(tell), ROOM]
        # A thread of a numerical library does not survive a fork.
        one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 (our own Python)
                command,
                stdin=theirs.fileno(),
                pass_fds=[tell],
                # Ctrl-C at the terminal is the server's; this one ends with it.
                start_new_session=True,
                env={**os.environ, **one, "PYTHONWARNINGS": "ignore:resource_tracker:UserWarning"},
            )
        os.close(tell)
        self._one_at_a_time = threading.Lock()
        self._ready, self._loaded = threading.Event(), threading.Event()
        self._works, self._ending = True, False
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        while word := os.read(self._news, 1):
            (self._ready if word == READY else self._loaded).set()
        os.close(self._news)
        self._works = False
        if not self._ending:
            logging.error("The forerunner has ended; kernels start from nothing")
        self._ready.set()
        self._loaded.set()

    def fork(
        self, command: list[str], folder: str, environment: dict[str, str]
    ) -> ForkedProcess | None:
        """Return a new kernel of *command*, or None where it must start from nothing.

        A kernel that somebody waits for is forked as soon as one can be, one for later when all is
        loaded.
        """
        later = ENV_VARIABLE.VOILA_PREHEAT in environment
        (self._loaded if later else self._ready).wait(PATIENCE)
        if not self._ready.is_set() or not self._works:
            return None
        order = {"command": command, "folder": folder, "environment": environment}
        with self._one_at_a_time:
            try:
                self._link.send(json.dumps(order).encode())
                pid, handles, _, _ = socket.recv_fds(self._link, 32, 1)
                return ForkedProcess(int(pid), handles[0])
            except (OSError, ValueError, IndexError):
                # An answer that came too late would be taken for the next one's.
                self._works = False
                logging.exception("The forerunner does not answer; kernels start from nothing")
                return None

    def end(self) -> None:
        """Let it end, and with it the kernels that are left."""
        self._ending = True
        self._link.close()
        self.process.wait()


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel as a fork of the forerunner, if there is one."""

    forerunner: ClassVar[Forerunner | None] = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel that *cmd* describes."""
        folder, environment = kwargs.get("cwd") or os.curdir, kwargs.get("env") or {}
        if self.forerunner is not None:
            place = str(Path(folder).resolve())
            forked = await asyncio.to_thread(self.forerunner.fork, cmd, place, dict(environment))
            if forked is not None:
                # It leads a group of its own from its first moment, or else a signal goes to it alone.
                self.process, self.pid, self.pgid = cast(Any, forked), forked.pid, forked.pid
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)


def fork_kernels() -> Forerunner | None:
    """Have the kernels of this process forked, where the system can; return the forerunner."""
    if sys.platform != "linux":
        return None
    group = KernelProvisionerFactory.GROUP_NAME
    KernelProvisionerFactory.provisioners[NAME] = EntryPoint(
        NAME, f"{__name__}:{ForkedProvisioner.__name__}", group
    )
    ForkedProvisioner.forerunner = Forerunner()
    return ForkedProvisioner.forerunner
