"""All numbers of the settled answer as files: a workbook, a csv of the runs, the figure that is looked at."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import ipywidgets as ipw

from data import parameters
from widgets.page import safe
from widgets.workbench.calculation import SEED
from widgets.workbench.sources import origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.figures import Picture
    from simulation.study import Study
    from widgets.workbench.municipality import Municipality
    from widgets.workbench.views import Bench

MIMES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "png": "image/png",
}
"""The files that there are, by their ending."""
_PAGE = "kapacitet.ipynb"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a file is made of, as it was at the click."""

    ending: str
    study: Study
    municipality: Municipality
    picture: Picture | None
    link: str


class NumberFiles(ipw.VBox):
    """A button for each kind of file; each is made in a thread, so that the page goes on answering.

    *picture* returns the figure that is looked at.
    """

    def __init__(self, bench: Bench, picture: Callable[[], Picture | None]) -> None:
        self._page, self._weighing, self._picture = bench.page, bench.weighing, picture
        texts = bench.page.texts
        words = {"xlsx": "numbers.workbook", "csv": "numbers.csv", "png": "numbers.picture"}
        self.buttons = {
            ending: ipw.Button(description=texts(id), disabled=True) for ending, id in words.items()
        }
        self.said = ipw.HTML().add_class("vv-file-said")
        self._thread: threading.Thread | None = None
        row = ipw.HBox(list(self.buttons.values())).add_class("vv-row")
        super().__init__([row, self.said])
        for ending, button in self.buttons.items():
            button.on_click(bench.page.guard(lambda _, ending=ending: self._on_click(ending)))
        bench.weighing.observe(bench.page.guard(lambda _: self._follow()))
        self._follow()

    def join(self, seconds: float) -> None:
        """Wait until the file that is being made is there, for tests."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _follow(self) -> None:
        """Offer the files once the answer is settled; numbers that are on their way are not all."""
        missing = self._weighing.study is None
        for button in self.buttons.values():
            button.disabled = missing
            button.tooltip = self._page.texts("numbers.not_yet") if missing else ""
        if missing:
            self.said.value = ""

    def _on_click(self, ending: str) -> None:
        study = self._weighing.study
        if study is None or (self._thread is not None and self._thread.is_alive()):
            return
        link = f"{_PAGE}?{urlencode(self._page.client.query)}"
        asked = _Asked(ending, study, self._weighing.municipality, self._picture(), link)
        self._say("numbers.making")
        work = self._page.guard(lambda: self._make(asked))
        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()

    def _make(self, asked: _Asked) -> None:
        try:
            name, content = self._file(asked)
        except OSError:
            self.said.value = ""
            self._page.notice(self._page.texts("numbers.not_kept"), problem=True)
            return
        except Exception:
            self.said.value = ""
            raise
        self._page.download(name, content, MIMES[asked.ending])
        self._say("numbers.made", name=name)

    def _file(self, asked: _Asked) -> tuple[str, bytes]:
        """Return the name of the file that is *asked* for, and what is in it."""
        # Loaded in the thread: they take seconds.
        from simulation.experiments.answer_file import (  # noqa: PLC0415 (slow)
            Answered,
            Source,
            answer_csv,
            answer_workbook,
        )
        from simulation.experiments.decision_basis import question_of  # noqa: PLC0415 (slow)
        from simulation.experiments.exports import figure_bytes  # noqa: PLC0415 (slow)

        texts, place = self._page.texts, asked.municipality
        manifest = question_of(asked.study, texts, seed=SEED)
        name = f"{texts('numbers.file', code=manifest.code)}.{asked.ending}"
        if asked.ending == "png" and asked.picture is not None:
            drawn = figure_bytes(asked.picture, ".png", manifest, asked.picture.alternative)
            return name, drawn
        origins = {id: origin(place, id, texts) for id in parameters()}
        answered = Answered(
            study=asked.study,
            seed=SEED,
            place=place.name,
            mark=texts("numbers.invented" if place.invented else "numbers.own"),
            sources={id: Source(one.confidence, one.source) for id, one in origins.items()},
            link=asked.link,
        )
        make = answer_csv if asked.ending == "csv" else answer_workbook
        return name, make(answered, texts)

    def _say(self, id: str, **slots: str) -> None:
        words = safe(self._page.texts(id, **slots))
        self.said.value = f'<p role="status">{words}</p>'
