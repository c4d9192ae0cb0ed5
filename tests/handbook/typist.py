"""Somebody who fills in a form with mouse and keys, and the time that this would take a person.

The operations are done in a real page and counted; nobody waits. Their times are those of the
keystroke-level model for a skilled typist (Card, Moran & Newell, "The psychology of human-computer
interaction", 1983), and words are read at 238 a minute (Brysbaert, Journal of Memory and Language
109, 2019: silent reading of English non-fiction; taken for Danish, which is our assumption). How
long one thinks before an answer, beyond the model's M, is our assumption too (``THINKING``).
"""

import re
from dataclasses import dataclass, fields
from datetime import date, timedelta
from random import Random

from playwright.sync_api import Error, Locator, Page

from data.answers import Answers
from data.forms import CODES, Form, Item
from data.texts import Texts

POINT, PRESS, KEY, HOME, DECIDE = 1.1, 0.2, 0.2, 0.4, 1.35
"""Seconds to point, click, type a key (or turn the wheel a notch), move the hand, and make up one's
mind: the model's P, BB, K, H and M."""
WORDS_A_MINUTE = 238
THINKING = {"fact": 2.0, "count": 5.0, "asked": 8.0}
"""Seconds before an answer one knows, one that is counted, and one the young person gives."""
SLIP = 0.05
"""How often the wrong answer is clicked first and then put right; our assumption."""
NOTCH = 100
"""Pixels that the page moves with one notch of the wheel."""

_ASKED = {"preparation", "development", "view"}
_SEEN = """() => [...document.querySelectorAll('.vv-field')]
  .filter(field => field.offsetParent !== null).map(field => field.dataset.key)"""
# Turns the wheel until the field stands between the edge of the window and the bar that says what is
# saved; returns how many notches that was, and what there is to read above the field and in it.
_LOOK = """(field, notch) => {
  const box = field.getBoundingClientRect();
  const hidden = Math.max(0, box.bottom + 140 - window.innerHeight) || Math.min(0, box.top - 80);
  const notches = Math.ceil(Math.abs(hidden) / notch);
  scrollBy(0, notches * notch * Math.sign(hidden));
  const read = [field.innerText];
  let before = field.previousElementSibling;
  while (before && !before.classList.contains('vv-field')) {
    read.unshift(before.innerText);
    before = before.previousElementSibling;
  }
  return [notches, read];
}"""


@dataclass
class Work:
    """What was done to fill in a form once."""

    answers: int = 0
    words: int = 0
    """Words read: questions, all options and help; sources are looked up and not read."""
    sources: int = 0
    """Words of sources, for whoever reads them as well."""
    points: int = 0
    presses: int = 0
    keys: int = 0
    homes: int = 0
    notches: int = 0
    decisions: int = 0
    thinking: float = 0.0

    def minutes(self, *, sources: bool = False, thinking: float = 1.0) -> float:
        """Return how long it takes, also with the *sources* read or with more *thinking*."""
        words = self.words + (self.sources if sources else 0)
        seconds = (
            POINT * self.points
            + PRESS * self.presses
            + KEY * (self.keys + self.notches)
            + HOME * self.homes
            + DECIDE * self.decisions
            + self.thinking * thinking
        )
        return seconds / 60 + words / WORDS_A_MINUTE

    def __str__(self) -> str:
        done = ", ".join(f"{field.name} {getattr(self, field.name):.0f}" for field in fields(self))
        return f"{self.minutes():.1f} min: {done}"


class Typist:
    """Fills in *form* on the Danish *page* of a case, as *chance* has it."""

    def __init__(self, page: Page, form: Form, chance: Random) -> None:
        self.page = page
        self.form = form
        self.chance = chance
        self.words = Texts.read("da")
        self.answers: dict[str, str] = {}
        self.work = Work()

    def write_down(self, case: str, day: date, carried: Answers, fixed: Answers) -> Work:
        """Write down the meeting of *case* on *day*: open it, answer what is asked, and finish it.

        It begins with what was *carried* from the last meeting; *fixed* are answers that are given.
        Insists that the page asks what the form does with these answers, at every step.
        """
        self.work = Work()
        self.answers = {key: answer for key, answer in carried.items() if answer}
        self._open(case, day)
        self._fill(fixed)
        self._finish()
        return self.work

    def _open(self, case: str, day: date) -> None:
        picker = self.page.get_by_label(self.words("form.case"), exact=True)
        other = not picker.locator("option:checked").inner_text().startswith(case)
        if other:
            picker.select_option(self._option(picker, case))
            self.work.points, self.work.presses = self.work.points + 2, self.work.presses + 2
            self.work.decisions += 1
        else:
            self._click(self.page.get_by_role("button", name=self.words("form.new_meeting")))
        asked = self.page.get_by_label(
            self.words("form.first_meeting" if other else "form.meeting_day")
        )
        self._click(asked)
        asked.press("Control+a")
        self._keys(asked, f"{day:%d-%m-%Y}")
        self.work.keys += 2
        self._click(self.page.get_by_role("button", name=self.words("form.begin"), exact=True))
        said = self.words("form.meeting_new", date=self.words.date(day))
        self.page.locator("option:checked", has_text=said).wait_for(state="attached")

    def _option(self, picker: Locator, case: str) -> str:
        option = picker.locator("option", has_text=case)
        return option.get_attribute("value") or option.inner_text()

    def _finish(self) -> None:
        self.work.decisions += 1
        self._click(self.page.get_by_role("button", name=self.words("form.finish"), exact=True))
        anyway = self.page.get_by_role("button", name=self.words("form.finish_anyway"))
        done = self.page.get_by_text(self.words("form.finished", version=1))
        anyway.or_(done).first.wait_for()
        if anyway.is_visible():
            self.work.decisions += 1
            self._click(anyway)
        done.wait_for()

    def _fill(self, fixed: Answers) -> None:
        self._shown()  # The form of this meeting, and no longer that of the one before.
        for words in filter(None, (self.form.purpose, self.form.note)):
            told = self.page.locator("p:visible", has_text=words.da).first
            self._read([told.inner_text()])
        done: set[str] = set()
        while key := next((key for key in self._shown() if key not in done), None):
            done.add(key)
            item = self.form.item(key)
            assert item is not None
            field = self.page.locator(f'.vv-field[data-key="{key}"]')
            self._look_at(field)
            self._answer(field, item, fixed.get(key))

    def _shown(self) -> list[str]:
        """Return the questions that the page asks, as soon as they are those of the form."""
        asked = [key for key, _ in self.form.asked(self.answers)]
        try:
            self.page.wait_for_function(f"asked => ({_SEEN})().join() === asked.join()", arg=asked)
        except Error as error:
            shown = self.page.evaluate(_SEEN)
            raise AssertionError(f"the page asks {shown} and not {asked}") from error
        return asked

    def _look_at(self, field: Locator) -> None:
        """Bring *field* into sight with the wheel, and read it with the heading above it."""
        notches, read = field.evaluate(_LOOK, NOTCH)
        self.work.notches += notches
        self._read(read)

    def _read(self, texts: list[str]) -> None:
        for line in "\n".join(texts).splitlines():
            # The steps of a scale are seen at a glance; a button's words are no question.
            words = (
                len(re.findall(r"\w*[^\W\d]\w*", line)) if line != self.words("form.clear") else 0
            )
            if line.startswith("Begrundelse:"):
                self.work.sources += words
            else:
                self.work.words += words

    def _answer(self, field: Locator, item: Item, fixed: str | None) -> None:
        self.work.decisions += 1
        kind = "count" if item.kind == "number" else "fact"
        self.work.thinking += THINKING["asked" if item.section in _ASKED else kind]
        carried = item.id in self.answers
        answer = fixed or self._drawn(item)
        if answer is None or (carried and self.chance.random() < 0.85):
            return  # Skipped, or still as it was last time.
        if item.kind in {"number", "date"} and answer not in CODES:
            self._type(field, item, answer)
        else:
            self._choose(field, item, answer)
        self.answers[item.id] = answer
        self.work.answers += 1

    def _choose(self, field: Locator, item: Item, answer: str) -> None:
        if item.kind == "choices" and answer not in CODES:
            for one in answer.split(","):
                self._click(field.locator(f'input[value="{one}"]'))
            return
        if item.kind in {"number", "date", "choices"}:
            self._click(field.locator(".vv-codes input").nth(item.codes.index(answer)))
            return
        if item.id != "outcome" and self.chance.random() < SLIP:
            wrong = [choice for choice in item.choices() if choice != answer]
            self._click(field.locator(f'input[value="{self.chance.choice(wrong)}"]'))
            self.work.decisions += 1
        self._click(field.locator(f'input[value="{answer}"]'))

    def _type(self, field: Locator, item: Item, answer: str) -> None:
        written = f"{date.fromisoformat(answer):%d-%m-%Y}" if item.kind == "date" else answer
        box = field.locator("input[type=text]")
        self._click(box)
        self._keys(box, written)

    def _keys(self, box: Locator, written: str) -> None:
        box.press_sequentially(written)
        self.work.keys += len(written)
        self.work.homes += 2  # to the keys and back to the mouse

    def _click(self, control: Locator) -> None:
        control.click()
        self.work.points += 1
        self.work.presses += 1

    def _drawn(self, item: Item) -> str | None:
        """Return a plausible answer, or None where it is skipped."""
        chance = self.chance
        if not item.required and chance.random() < 0.3:
            return None
        if item.codes and chance.random() < 0.04:
            return chance.choice(item.codes)
        if item.kind == "date":
            return (date(2026, 11, 23) + timedelta(days=chance.randrange(180))).isoformat()
        if item.kind == "number":
            few = item.high <= 40
            return str(chance.randrange(6) if few else 15 * chance.randrange(2, 40))
        if item.kind == "choices":
            options = [option for option in item.options if option != "none"]
            drawn = chance.sample(options, chance.randrange(1, len(options)))
            return ",".join(option for option in options if option in drawn)
        return chance.choice([choice for choice in item.choices() if choice not in CODES])
