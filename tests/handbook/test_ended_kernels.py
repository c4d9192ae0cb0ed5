"""Nothing of a page is kept when its kernel has ended, in whichever order the two are told."""

import json
import re
import urllib.request

import psutil
import websocket

PAGE = "/voila/render/da/velkommen.ipynb"


def open_and_close(app):
    """Open a page and close it as a browser does: first the kernel is asked to end."""
    html = app.get(PAGE)[2]
    config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', html, re.DOTALL)[1]
    id = json.loads(config)["kernelId"]
    headers = {"Authorization": f"token {app.token}"}
    place = f"{app.address.replace('http', 'ws')}/api/kernels/{id}/channels?session_id={id}"
    link = websocket.create_connection(place, header=headers)
    beacon = urllib.request.Request(  # noqa: S310 (our own app)
        f"{app.address}/voila/api/shutdown/{id}", method="POST", headers=headers
    )
    # The server lets go of the kernel's channels first, and the kernel takes a moment to end.
    kernel = next(one for one in app.kernels() if id in " ".join(one.cmdline()))
    kernel.suspend()
    try:
        with urllib.request.urlopen(beacon, timeout=0.5):  # noqa: S310 (our own app)
            pass
    except TimeoutError:
        pass
    link.close()
    kernel.resume()


def test_pages_that_were_closed_leave_no_file_open_in_the_server(start_app, until):
    app = start_app("--no-preheat")
    server = psutil.Process(app.process.pid)
    open_and_close(app)
    assert until(lambda: not app.kernels())
    before = server.num_fds() if hasattr(server, "num_fds") else server.num_handles()

    for _ in range(4):
        open_and_close(app)

    assert until(lambda: not app.kernels())
    count = server.num_fds if hasattr(server, "num_fds") else server.num_handles
    assert until(lambda: count() <= before + 1), (before, count())
    app.stop()
