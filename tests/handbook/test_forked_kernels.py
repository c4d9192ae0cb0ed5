"""Kernels are forked from one process that has loaded what they need, and do without it if they must."""

import asyncio
import json
import os
import re
import sys
import urllib.request
from contextlib import suppress

import psutil
import pytest
import websocket

from handbook import forked_kernels
from handbook.forked_kernels import Succession

if sys.platform != "linux":
    pytest.skip("only Linux forks its kernels", allow_module_level=True)

PAGE = "/voila/render/da/velkommen.ipynb"


def forerunner(app):
    """Return the process from which *app* forks, or None when it is gone."""
    for child in psutil.Process(app.process.pid).children():
        with suppress(psutil.Error):  # one that has ended has no command any more
            if "handbook.forerunner" in child.cmdline():
                return child
    return None


def kernel_of(app, html):
    config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', html, re.DOTALL)[1]
    id = json.loads(config)["kernelId"]
    return id, next(one for one in app.kernels() if id in " ".join(one.cmdline()))


@pytest.fixture(scope="module")
def own(start_app):
    app = start_app("--no-preheat")
    yield app
    app.stop()


def test_a_kernel_is_a_fork_that_shares_what_was_loaded_and_ends_when_it_is_left(own, until):
    id, kernel = kernel_of(own, own.get(PAGE)[2])
    origin = forerunner(own)

    assert kernel.parent() == origin
    memory = kernel.memory_full_info()
    assert memory.uss < memory.rss / 2
    # A thread of its own could hold a lock at the fork; the other is of the memory allocator.
    assert origin.num_threads() <= 2

    address = f"{own.address}/voila/api/shutdown/{id}"
    headers = {"Authorization": f"token {own.token}"}
    request = urllib.request.Request(address, method="POST", headers=headers)  # noqa: S310
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310

    assert until(lambda: not own.kernels())
    assert forerunner(own) == origin


def test_a_kernel_tells_all_its_widgets_at_once(own):
    """A browser that asks for each on its own takes seconds to open a page."""
    id, _ = kernel_of(own, own.get(PAGE)[2])
    place = f"{own.address.replace('http', 'ws')}/api/kernels/{id}/channels"
    link = websocket.create_connection(place, header=[f"Authorization: token {own.token}"])
    target = {"comm_id": "c", "target_name": "jupyter.widget.control", "data": {}}
    ask = {"comm_id": "c", "data": {"method": "request_states"}}
    for kind, content in (("comm_open", target), ("comm_msg", ask)):
        head = {"msg_id": kind, "msg_type": kind, "session": "s", "username": "", "version": "5.3"}
        said = {"header": head, "parent_header": {}, "metadata": {"version": "1.0.0"}}
        link.send(json.dumps({**said, "content": content, "channel": "shell"}))

    heard = iter(lambda: json.loads(link.recv()), None)
    told = next(one for one in heard if one["msg_type"] in {"comm_msg", "comm_close"})

    assert told["content"]["data"]["method"] == "update_states"
    link.close()


def test_a_forerunner_that_is_gone_is_followed_by_another_and_its_kernels_go_on(own, until):
    _, kernel = kernel_of(own, own.get(PAGE)[2])
    first = forerunner(own)
    first.kill()
    assert until(lambda: forerunner(own) not in {None, first})

    status, _, html = own.get(PAGE)
    _, later = kernel_of(own, html)

    assert status == 200
    assert later.parent() == forerunner(own)
    assert kernel.is_running()
    assert "forerunner has ended; another one follows" in own.log
    for one in (kernel, later):
        one.kill()


def test_a_killed_kernel_is_started_again_without_a_failure_in_the_log(own, until):
    id, kernel = kernel_of(own, own.get(PAGE)[2])

    kernel.kill()

    def again():
        found = [one for one in own.kernels() if id in " ".join(one.cmdline())]
        return found not in ([], [kernel])

    assert until(again)
    assert "No such process" not in own.log


def test_nothing_is_left_when_the_server_is_killed(start_app, until):
    app = start_app("--no-preheat")
    _, kernel = kernel_of(app, app.get(PAGE)[2])
    left = [kernel, forerunner(app)]

    app.process.kill()
    app.process.wait(30)

    assert until(lambda: not any(one.is_running() and one.status() != "zombie" for one in left))


@pytest.fixture
def succession():
    forerunners = Succession()
    yield forerunners
    forerunners.end()


async def forked(forerunners, connection):
    """Ask for a kernel as the server does."""
    command = ["python", "-m", "ipykernel_launcher", "-f", str(connection)]
    return await forerunners.current.fork(command, str(connection.parent), dict(os.environ))


def kernels_on(connection):
    """Return the processes that are kernels on the file *connection*."""
    found = []
    for one in psutil.process_iter():
        with suppress(psutil.Error):
            if str(connection) in one.cmdline() and one.status() != psutil.STATUS_ZOMBIE:
                found.append(one)
    return found


def test_a_fork_that_came_too_late_is_ended_and_the_next_are_forked_again(
    succession, monkeypatch, tmp_path, until
):
    """A machine that stood still for a while must not make every later kernel slow."""
    late, next_ = tmp_path / "late.json", tmp_path / "next.json"

    async def ask():
        first = await forked(succession, tmp_path / "first.json")
        first.kill()
        process = psutil.Process(succession.current.process.pid)
        process.suspend()
        monkeypatch.setattr(forked_kernels, "ANSWER", 0.2)
        nothing = await forked(succession, late), await forked(succession, late)
        process.resume()
        monkeypatch.undo()
        # What is late is answered first.
        await asyncio.to_thread(until, lambda: not succession.current._orders)
        return nothing, await forked(succession, next_)

    nothing, kernel = asyncio.run(ask())

    assert nothing == (None, None)
    assert kernel is not None
    assert kernel.poll() is None
    kernel.kill()
    assert until(lambda: not kernels_on(late))


def test_a_forerunner_that_answers_no_more_is_ended_and_followed(
    succession, monkeypatch, tmp_path, until
):
    async def ask():
        first = await forked(succession, tmp_path / "first.json")
        first.kill()
        stuck = succession.current
        psutil.Process(stuck.process.pid).suspend()
        monkeypatch.setattr(forked_kernels, "ANSWER", 0.1)
        monkeypatch.setattr(forked_kernels, "STUCK", 0.2)
        monkeypatch.setattr(forked_kernels, "LASTING", 0)
        assert await forked(succession, tmp_path / "stuck.json") is None
        # Each who comes later starts from nothing, until it is given up.
        while succession.current is stuck:
            assert await forked(succession, tmp_path / "stuck.json") is None
            await asyncio.sleep(0.05)
        monkeypatch.undo()
        return await forked(succession, tmp_path / "next.json")

    kernel = asyncio.run(ask())

    assert kernel is not None
    assert kernel.poll() is None


def test_a_forerunner_that_cannot_start_leaves_kernels_to_start_from_nothing(
    monkeypatch, tmp_path, until
):
    monkeypatch.setattr(forked_kernels, "MODULE", "handbook.no_such_module")
    forerunners = Succession()

    assert asyncio.run(forked(forerunners, tmp_path / "kernel.json")) is None

    # And it is not started over and over.
    assert until(lambda: forerunners._pause >= 1)
    forerunners.end()
