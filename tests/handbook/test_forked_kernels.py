"""Kernels are forked from one process that has loaded what they need, and do without it if they must."""

import json
import re
import sys
import urllib.request
from contextlib import suppress

import psutil
import pytest
import websocket

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


def test_a_kernel_starts_from_nothing_when_the_forerunner_is_gone(own, until):
    own.get(PAGE)
    forerunner(own).kill()
    assert until(lambda: forerunner(own) is None)

    status, _, html = own.get(PAGE)

    assert status == 200
    assert kernel_of(own, html)[1].parent().pid == own.process.pid
    assert "forerunner has ended" in own.log


def test_nothing_is_left_when_the_server_is_killed(start_app, until):
    app = start_app("--no-preheat")
    _, kernel = kernel_of(app, app.get(PAGE)[2])
    left = [kernel, forerunner(app)]

    app.process.kill()
    app.process.wait(30)

    assert until(lambda: not any(one.is_running() and one.status() != "zombie" for one in left))
