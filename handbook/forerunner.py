"""The process that kernels are forked from, on Linux.

A kernel that starts from nothing imports for a second, loads the model's machine code for another, and
then holds 300 MB of its own. Here that happens once. Each kernel is a fork of this process: it is there
in a tenth of the time, and shares with all others the memory that none of them changes.

It runs no kernel, opens no record and starts no thread, so that what is forked is only knowledge. It
ends when the server does, since its orders come over a socket that closes then. Its kernels watch the
server and not it: should it end before, they go on. Started by :mod:`handbook.forked_kernels`.
"""

import ctypes
import gc
import json
import os
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

READY, LOADED, REFUSED = b"ready", b"loaded", b"refused"
"""What it tells: that it can fork kernels, that all is loaded, that the system allows no fork now."""
LONGEST = 2**17
"""Bytes of the longest order: a command, a folder and an environment."""
FIRST = ("ipykernel.ipkernel", "ipykernel.kernelapp", "widgets.case_form", "widgets.workbench.page")
"""What a kernel and most pages need at once."""
THEN = (
    *("pandas", "numba", "matplotlib.backends.backend_svg", "docx", "openpyxl", "sqlalchemy"),
    *("widgets.session_room", "widgets.case_page", "widgets.case_list", "widgets.self_assessment"),
    *("widgets.chapter_experiment", "widgets.decision_page", "widgets.decision_saving"),
)
"""What a page imports when it shows or works out something."""


def main() -> None:
    """Load, and fork a kernel for each order, until the server is gone.

    The orders come on standard input, which is a socket. The first word of the command is the number
    of a pipe that ends with the server.
    """
    server = int(sys.argv[1])
    # When the server has gone, there is nobody to tell that it is.
    with suppress(ConnectionError), socket.socket(fileno=os.dup(0)) as link:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        for name in FIRST:
            import_module(name)
        _listen_for_widgets()
        _keep()
        link.send(READY)
        _fork_on_order(link, server)


def _listen_for_widgets() -> None:
    """Let kernels answer when a browser asks for all widgets at once.

    ipywidgets sees to it when it is imported in a kernel, and here there is none yet. Without it a
    browser asks for each widget on its own, which takes seconds.
    """
    from ipywidgets import register_comm_target  # noqa: PLC0415 (the server reads this module too)

    register_comm_target()


def _keep() -> None:
    gc.collect()
    # A collection in a kernel would write on every page of memory that is shared.
    gc.freeze()


def _answer_once() -> None:
    """Have the model answer, so that its machine code is in memory, and what it is told with."""
    from data import Texts  # noqa: PLC0415 (as above)
    from simulation import Scenario, replications  # noqa: PLC0415
    from simulation.figures import late_by_rule  # noqa: PLC0415
    from simulation.headlines import headlines  # noqa: PLC0415
    from simulation.machine_code import is_ready  # noqa: PLC0415
    from simulation.study import Study  # noqa: PLC0415

    if not is_ready():
        # Compiling takes up to a minute, in which no kernel could be forked.
        return

    today = Scenario.preset("small", years=1, warm_up_years=0)
    results = tuple(replications(today, 2, 1))
    study = Study(today, results, today, results)
    for language in ("da", "en"):
        texts = Texts.read(language)
        headlines(study, texts)
        late_by_rule(study, texts)


def _fork_on_order(link: socket.socket, server: int) -> None:
    """Fork when asked, and load the rest when not."""
    rest: list[Callable[[], object]] = [
        *(partial(import_module, name) for name in THEN),
        _answer_once,
    ]
    with selectors.DefaultSelector() as waiting:
        waiting.register(link, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select(0 if rest else None):
                if key.fileobj is not link:
                    _bury(waiting, key)
                    continue
                order = link.recv(LONGEST)
                if not order:
                    return
                try:
                    pid = os.fork()
                except OSError:
                    link.send(REFUSED)
                    continue
                if not pid:
                    # By the objects that hold them: a number closed twice is another file's by then.
                    for held in [each.fd for each in waiting.get_map().values() if each.data]:
                        os.close(held)
                    waiting.close()
                    link.close()
                    _become_kernel(json.loads(order), server)
                handle = os.pidfd_open(pid)
                socket.send_fds(link, [str(pid).encode()], [handle])
                waiting.register(handle, selectors.EVENT_READ, pid)
            if rest:
                rest.pop(0)()
                if not rest:
                    _keep()
                    link.send(LOADED)


def _bury(waiting: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    """Forget a kernel that has ended."""
    waiting.unregister(key.fileobj)
    os.waitpid(key.data, 0)
    os.close(key.fd)


def _become_kernel(order: dict[str, Any], server: int) -> NoReturn:
    """Be the kernel that *order* describes, as if its command had been started in its folder."""
    os.setsid()
    threading.Thread(target=_end_with, args=(server,), daemon=True).start()
    command: list[str] = order["command"]
    _be_listed_as(command)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # The command is: python -m ipykernel_launcher and its words. A kernel with the parent 1 watches
    # none by itself; one without a parent would tell at the terminal how to connect to it.
    words = command[command.index("-m") + 1 :]
    sys.argv = [*words, "--IPKernelApp.parent_handle=1"]

    from ipykernel.kernelapp import launch_new_instance  # noqa: PLC0415 (in memory already)

    launch_new_instance()
    raise SystemExit


def _end_with(server: int) -> None:
    """End this process when the server is gone, which closes the other end of the pipe *server*."""
    os.read(server, 1)
    os._exit(1)


def _be_listed_as(command: list[str]) -> None:
    """Show *command* where processes are listed, so that one sees which kernel this is."""
    with suppress(OSError, ValueError, IndexError):
        # The fields after the name, which stands in brackets and may hold anything.
        fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        begin, end = int(fields[45]), int(fields[46])
        words = "\0".join(command).encode()[: end - begin - 1]
        ctypes.memmove(begin, words.ljust(end - begin, b"\0"), end - begin)


if __name__ == "__main__":
    main()
