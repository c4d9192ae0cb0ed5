"""One visitor at the workbench in a real browser: from the input event to the answer that is redrawn.

A slider is moved by keyboard, as many people do, or typed into; the clock runs in the browser, from the
event to the frame in which the words, the numbers and the figure are new. The municipality is the medium one.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, sync_playwright

HEAD = ("from the input event, in seconds", "changes", "p50", "p95", "slowest", "p50 at most", "")
ROUNDS = 40
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
_WORDS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
_PATIENCE = 120_000  # ms
_MOVED = ("coordinators", "weekly_hours", "caseload_ceiling", "annual_turnover", "ramp_up_months")
WHAT = {
    "stale": ("the old answer is marked", 0.5),
    "first": ("a first answer in words and numbers", 0.5),
    "first_figure": ("… and its figure", 0.5),
    "settled": ("the settled answer in words and numbers", 2.0),
    "settled_figure": ("… and its figure", 2.0),
}

_WATCH = """() => {
  window.bench = { at: 0, times: {}, figures: 0 };
  const note = (name) => {
    if (bench.at && !(name in bench.times)) {
      requestAnimationFrame(() => { bench.times[name] ??= performance.now() - bench.at; });
    }
  };
  document.addEventListener('input', () => {
    window.bench = { at: performance.now(), times: {}, figures: 0 };
  }, true);
  new MutationObserver((changes) => {
    const state = document.querySelector('[data-answer]')?.dataset.answer;
    if (document.querySelector('.vv-results.vv-stale')) { note('stale'); bench.marked = true; }
    else if (!bench.marked) return; // what stands there is the answer of before
    else if (state === 'first') note('first');
    else if (state === 'settled') note('settled');
    if (!bench.marked) return;
    const drawn = changes.some((one) =>
      [...one.addedNodes].some((node) => node.matches?.('figure') || node.querySelector?.('figure')));
    if (drawn && state === 'first') note('first_figure');
    if (drawn && state === 'settled') note('settled_figure');
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def table() -> Iterator[list[str]]:
    """Yield a line for each kind of time."""
    times = measure(ROUNDS)
    for name, (what, most) in WHAT.items():
        found = sorted(one[name] for one in times if name in one)
        if not found:
            yield [what, "0", "", "", "", f"{most:.1f}", ""]
            continue
        middle, late = found[len(found) // 2], found[min(len(found) - 1, len(found) * 95 // 100)]
        kept = "" if middle <= most else "**too slow**"
        told = [f"{one:.2f}" for one in (middle, late, found[-1])]
        yield [what, str(len(found)), *told, f"{most:.1f}", kept]


def measure(rounds: int) -> list[dict[str, float]]:
    """Return the seconds of each kind after each of *rounds* changes."""
    with _app() as address, sync_playwright() as playwright:
        named = os.environ.get("VEJVISER_CHROMIUM")
        path = named or next(filter(None, map(shutil.which, _BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=path, args=_WORDS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(_PATIENCE)
        page.goto(f"{address}/?token=x")
        page.goto(f"{address}/voila/render/da/kapacitet.ipynb")
        page.wait_for_selector("[data-answer=settled]")
        page.wait_for_selector("figure.vv-figure")
        page.evaluate(_WATCH)
        return [_change(page, number) for number in range(rounds)]


def _change(page: Page, number: int) -> dict[str, float]:
    """Move one control further than it was ever, so that nothing is known of it, and wait for it all."""
    id = _MOVED[number % len(_MOVED)]
    slider = page.locator(f"[data-control={id}] input[type=range]")
    slider.press("ArrowRight")
    page.wait_for_function("() => window.bench.times.settled_figure !== undefined")
    # The figure of the first answer is passed over where the settled one overtook it.
    found: dict[str, Any] = page.evaluate("window.bench.times")
    return {name: ms / 1000 for name, ms in found.items()}


@contextmanager
def _app() -> Iterator[str]:
    """Start the app with a data folder of its own; yield its address."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "handbook", "app", "--port", "0", "--no-browser"]
        with subprocess.Popen(
            [*command, "--token", "x", "--data-folder", folder],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        ) as process:
            try:
                found = None
                # It may compile the simulation first, and says so.
                while process.stdout is not None and found is None:
                    line = process.stdout.readline()
                    if not line:
                        raise RuntimeError("the app ended before it told its address")
                    found = re.search(r"http://127\.0\.0\.1:\d+", line)
                yield found[0] if found else ""
            finally:
                process.terminate()
