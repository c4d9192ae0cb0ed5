"""How the server gets its kernels: forked from the forerunner where that is possible.

Elsewhere than on Linux, and whenever the forerunner fails, a kernel starts from nothing, as Jupyter
starts it: slower and larger, and the same in all else. A forerunner that has ended is followed by
another, and the kernels that it forked go on.
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
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from voila.utils import ENV_VARIABLE

from handbook.forerunner import LOADED, LONGEST, READY, REFUSED

NAME = "vejviser-forked"
"""What a kernel's description calls this way of starting it."""
PATIENCE = 30
"""Seconds that a kernel waits for the forerunner before it starts from nothing."""
ANSWER, STUCK = 30, 120
"""Seconds that a fork may take, since one import may come before it; and after which it is given up."""
END = 5
"""Seconds that it may take to end."""
LASTING, LONGEST_PAUSE = 60, 60
"""Seconds after which a forerunner that ends is followed at once; and that the next waits at most."""
MODULE = "handbook.forerunner"
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
        if not self._poll.poll(0):
            return None
        # Where the server is the first process of a container, what is orphaned becomes its child.
        with suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        return 0

    def wait(self) -> int:
        """Wait until it has ended."""
        self._poll.poll()
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended; never another process that has got its number since."""
        with suppress(ProcessLookupError):
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
    """The server's link to one process of :mod:`handbook.forerunner`.

    Its kernels end when the pipe ends that *server* is the reading end of. *ended* is called, in a
    thread, when the process itself has ended.
    """

    def __init__(self, server: int, ended: Callable[[float], None]) -> None:
        self._begun, self._ended = time.monotonic(), ended
        self._link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-P", "-m", MODULE, str(server), ROOM]
        # A thread of a numerical library does not survive a fork.
        one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 (our own Python)
                command,
                stdin=theirs.fileno(),
                pass_fds=[server],
                # Ctrl-C at the terminal is the server's; this one ends with it.
                start_new_session=True,
                env={**os.environ, **one, "PYTHONWARNINGS": "ignore:resource_tracker:UserWarning"},
            )
        self._ready, self._loaded = Future[bool](), Future[bool]()
        self._orders = deque[tuple[float, Future[ForkedProcess | None]]]()
        self._there, self._one_at_a_time = True, threading.Lock()
        threading.Thread(target=self._hear, daemon=True).start()

    async def fork(
        self, command: list[str], folder: str, environment: dict[str, str]
    ) -> ForkedProcess | None:
        """Return a new kernel of *command*, or None where it must start from nothing.

        A kernel that somebody waits for is forked as soon as one can be, one for later when all is
        loaded. To be called in one thread only.
        """
        if ENV_VARIABLE.VOILA_PREHEAT in environment:
            await _happened(self._loaded)
        if not await _happened(self._ready) or self._is_behind():
            return None
        order = {"command": command, "folder": folder, "environment": environment}
        answer = self._send(json.dumps(order).encode())
        if answer is None:
            return None
        try:
            return await asyncio.wait_for(asyncio.wrap_future(answer), ANSWER)
        except (TimeoutError, asyncio.CancelledError) as failure:
            if not answer.cancel():  # it came in this very moment
                _end(answer.result())
            if isinstance(failure, asyncio.CancelledError):
                raise
            logging.warning("The forerunner is slow to fork; a kernel starts from nothing")
            return None

    def _send(self, order: bytes) -> "Future[ForkedProcess | None] | None":
        """Send *order*; return what will hold its answer, or None where it could not be sent."""
        answer = Future[ForkedProcess | None]()
        with self._one_at_a_time:
            if not self._there or len(order) > LONGEST:
                return None
            with suppress(OSError):
                self._link.send(order, socket.MSG_DONTWAIT)
                self._orders.append((time.monotonic(), answer))
                return answer
        return None

    def _is_behind(self) -> bool:
        """Tell whether an order is late; end the process if it is so late that none can be hoped for."""
        with self._one_at_a_time:
            late = time.monotonic() - self._orders[0][0] if self._orders else 0
        if late > STUCK:
            self.process.kill()
        return late > ANSWER

    def _hear(self) -> None:
        """Hear what the process tells, until it has ended. Answers come in the order of the orders."""
        while word := self._next_word():
            told, handles = word
            if told == READY:
                self._ready.set_result(True)
            elif told == LOADED:
                self._loaded.set_result(True)
            else:
                kernel = None if told == REFUSED else ForkedProcess(int(told), handles[0])
                self._answer(kernel)
        for event in (self._ready, self._loaded):
            if not event.done():
                event.set_result(False)
        with self._one_at_a_time:
            self._there = False
        while self._orders:
            self._answer(None)
        self.process.wait()
        self._ended(time.monotonic() - self._begun)

    def _next_word(self) -> tuple[bytes, list[int]] | None:
        with suppress(OSError):
            word, handles, _, _ = socket.recv_fds(self._link, 32, 1)
            if word:
                return word, handles
        return None

    def _answer(self, kernel: ForkedProcess | None) -> None:
        """Give *kernel* to whoever waits longest; one that nobody waits for any more is ended."""
        with self._one_at_a_time:
            _, answer = self._orders.popleft()
        if answer.set_running_or_notify_cancel():
            answer.set_result(kernel)
        else:
            _end(kernel)

    def end(self) -> None:
        """Let it end."""
        with suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)
        try:
            self.process.wait(END)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Succession:
    """Keeps a forerunner there: when one ends, another follows.

    One that ends soon after its start is followed later and later, for the next will hardly fare better.
    """

    def __init__(self) -> None:
        # Only this process holds the writing end, so it ends with this process.
        self._watched, self._life = os.pipe()
        self._over, self._one_at_a_time = threading.Event(), threading.Lock()
        self._pause = 0.0
        self.current = Forerunner(self._watched, self._follow)

    def _follow(self, lived: float) -> None:
        if self._over.is_set():
            return
        self._pause = 0 if lived > LASTING else min(max(2 * self._pause, 1), LONGEST_PAUSE)
        logging.error("The forerunner has ended; another one follows in %.0f s", self._pause)
        if self._over.wait(self._pause):
            return
        with self._one_at_a_time:
            if not self._over.is_set():
                self.current = Forerunner(self._watched, self._follow)

    def end(self) -> None:
        """Let the forerunner end, and the kernels that are left."""
        self._over.set()
        with self._one_at_a_time:
            self.current.end()
        os.close(self._life)


async def _happened(event: "Future[bool]") -> bool:
    """Wait until *event* is told, but not for ever; tell whether it is, and is true."""
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(event)), PATIENCE)
    return event.done() and event.result()


def _end(kernel: ForkedProcess | None) -> None:
    if kernel is not None:
        kernel.kill()


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel as a fork of the forerunner, if there is one."""

    forerunners: ClassVar[Succession | None] = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel that *cmd* describes."""
        folder, environment = kwargs.get("cwd") or os.curdir, kwargs.get("env") or {}
        if self.forerunners is not None:
            place = str(Path(folder).resolve())
            forked = await self.forerunners.current.fork(cmd, place, dict(environment))
            if forked is not None:
                # It leads a group of its own from its first moment, or else a signal goes to it alone.
                self.process, self.pid, self.pgid = cast(Any, forked), forked.pid, forked.pid
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)


def fork_kernels() -> Succession | None:
    """Have the kernels of this process forked, where the system can; return the forerunners."""
    if sys.platform != "linux":
        return None
    group = KernelProvisionerFactory.GROUP_NAME
    KernelProvisionerFactory.provisioners[NAME] = EntryPoint(
        NAME, f"{__name__}:{ForkedProvisioner.__name__}", group
    )
    ForkedProvisioner.forerunners = Succession()
    return ForkedProvisioner.forerunners
