"""How long the meeting checklist takes to fill in: under eight minutes for most meetings.

``VEJVISER_MEETINGS=40 python -m pytest -s tests/handbook/test_typing_time.py`` fills in so many drawn
meetings in a real browser instead of a few, and prints the figures.
"""

import os
from random import Random
from statistics import median, quantiles

import pytest

from data.forms import read_form
from tests.handbook.typist import Typist

pytestmark = pytest.mark.browser

MEETINGS = int(os.environ.get("VEJVISER_MEETINGS", "3"))
SEED = 20261122
OUTCOMES = ("held", "moved", "held", "held", "cancelled", "held", "held", "no_show", "held", "held")
"""Seven of ten meetings are held; our assumption. They come in turn."""

PAGE = """
import ipywidgets as ipw
from data.forms import read_form
from data.texts import Texts
from widgets import Page
from widgets.form import FormFields
page = Page(Texts.read("da"))
fields = FormFields(read_form("meeting"), page.texts, page.guard)
another = ipw.Button(description="Næste møde")
first = ipw.Button(description="Første møde")
done = ipw.HTML()
@another.on_click
@page.guard
def _(button):
    fields.answers = fields.form.carried(fields.answers)
@first.on_click
@page.guard
def _(button):
    fields.answers = {}
page.show(another, first, fields)
page
"""


@pytest.fixture(scope="module")
def own(start_app, write_pages):
    app = start_app("--no-preheat", "--pages", str(write_pages(moede=PAGE)))
    yield app
    app.stop()


def test_most_meetings_are_written_down_in_less_than_eight_minutes(own, open_page):
    form = read_form("meeting")
    page = open_page("moede", on=own, alive=True)
    typist = Typist(page, form, Random(SEED))  # noqa: S311 (nothing secret)
    held, other = [], []
    for number in range(MEETINGS):
        # Every fourth is somebody's first, of whom nothing is known yet.
        first = number % 4 == 0
        page.get_by_role("button", name="Første møde" if first else "Næste møde").click()
        carried = {} if first else form.carried(typist.answers)
        outcome = OUTCOMES[number % len(OUTCOMES)]
        work = typist.fill(carried, {"outcome": outcome})
        (held if outcome == "held" else other).append(work)

    told = report(held, other)

    print(told)  # noqa: T201
    assert len(form.items) <= 40
    assert median(work.minutes() for work in held) < 8, told
    assert median(work.minutes() for work in other) < 3, told


def report(held, other):
    """Say what was measured."""
    lines = [f"meetings filled in: {len(held)} held, {len(other)} not held (seed {SEED})"]
    for name, works in (("held", held), ("not held", other)):
        times = [work.minutes() for work in works]
        most = quantiles(times, n=10, method="inclusive")[-1] if len(times) > 1 else times[0]
        slow = {
            "sources read too": median(work.minutes(sources=True) for work in works),
            "thinking twice as long": median(work.minutes(thinking=2) for work in works),
        }
        also = ", ".join(f"{what} {minutes:.1f}" for what, minutes in slow.items())
        lines.append(f"{name}: median {median(times):.1f} min, nine of ten {most:.1f} ({also})")
        lines.append(f"  such as {works[-1]}")
    return "\n".join(lines)
