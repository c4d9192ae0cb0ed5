"""A waiting kernel serves the page that is used most, and how long pages take is said.

``pytest -s tests/handbook/test_preheated.py`` prints the seconds.
"""

import json
import time

import pytest

pytestmark = pytest.mark.browser


def seconds(page, address):
    """Return the seconds from asking for *address* until its widgets hear from the kernel."""
    begun = time.monotonic()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("html[data-client=alive]", state="attached")
    return time.monotonic() - begun


def test_the_first_visitor_gets_the_kernel_that_waits(start_app, new_context, until):
    app = start_app("--preheat")
    page = new_context().new_page()
    page.goto(f"{app.address}/?token={app.token}")
    assert until(lambda: len(app.kernels()) == 3, 60)
    # A kernel that exists may still be running its page.
    time.sleep(8)
    waiting = {kernel.pid for kernel in app.kernels()}

    preheated = seconds(page, f"{app.address}/voila/render/da/kapacitet.ipynb")
    config = json.loads(page.locator("#jupyter-config-data").text_content())
    mine = [one for one in app.kernels() if config["kernelId"] in " ".join(one.cmdline())]
    page.goto("about:blank")
    time.sleep(8)
    cold = seconds(page, f"{app.address}/voila/render/en/kapacitet.ipynb")

    print(f"\nkapacitet usable after {preheated:.1f} s preheated, {cold:.1f} s cold")  # noqa: T201
    assert {kernel.pid for kernel in mine} <= waiting
    assert preheated < 20
    assert cold < 40
    app.stop()
