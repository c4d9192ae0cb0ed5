"""How long the meeting checklist takes to fill in: under eight minutes for most meetings.

The page, the store and every click and key are real; the time is that of a model of a person, see
``typist.py``. It begins with the choice of the case and ends when the meeting is finished.

``VEJVISER_MEETINGS=40 python -m pytest -s tests/handbook/test_typing_time.py`` writes down so many drawn
meetings instead of five, and prints the figures.
"""

import os
from datetime import date, timedelta
from random import Random
from statistics import median, quantiles

import pytest

from data.case_files import CaseFile
from data.forms import read_form
from data.store import Store
from tests.handbook.typist import Typist

pytestmark = pytest.mark.browser

MEETINGS = int(os.environ.get("VEJVISER_MEETINGS", "5"))
SEED = 20261122
BEGIN = date(2026, 3, 2)
OUTCOMES = ("held", "moved", "held", "held", "cancelled", "held", "held", "no_show", "held", "held")
"""Seven of ten meetings are held; our assumption. They come in turn."""

PAGE = """
from widgets import CaseForm
CaseForm("meeting", "da")
"""


@pytest.fixture(scope="module")
def own(start_app, write_pages):
    app = start_app("--no-preheat", "--pages", str(write_pages(moede=PAGE)))
    yield app
    app.stop()


def test_most_meetings_are_written_down_in_less_than_eight_minutes(own, open_page):
    form = read_form("meeting")
    store = Store.open(f"sqlite:///{own.data / 'vejviser.db'}")
    for number in range(0, MEETINGS, 4):
        store.save_case(CaseFile(ref=reference(number), opened=BEGIN, exercise=True))
    typist = Typist(open_page("moede", on=own, alive=True), form, Random(SEED))  # noqa: S311 (nothing secret)
    held, other = [], []
    for number in range(MEETINGS):
        case, day = reference(number), BEGIN + timedelta(days=60 * (number % 4))
        # Of every fourth nothing is known yet; the others go on from the last meeting.
        carried = form.carried(typist.answers) if number % 4 else {}
        outcome = OUTCOMES[number % len(OUTCOMES)]
        work = typist.write_down(case, day, carried, {"outcome": outcome})
        kept = store.load(case, "meeting", day.isoformat())
        assert kept.state == "finished"
        assert {key: answer for key, answer in kept.answers.items() if answer} == typist.answers
        (held if outcome == "held" else other).append(work)

    told = report(held, other)

    print(told)  # noqa: T201
    assert len(form.items) <= 40
    assert median(work.minutes() for work in held) < 8, told
    assert median(work.minutes() for work in other) < 3, told


def reference(number):
    """The case of a meeting; each has four."""
    return f"ØVELSE-{1000 + number // 4}"


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
