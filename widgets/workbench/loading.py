"""What is made of a file or a code that leaders load: a municipality of their own, or a scenario to try.

Whatever is wrong is said as sentences to put right, all at once; then nothing is loaded and nothing lost.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from data import CaseListError, DataError, Upload, parameters
from data.case_list.cells import shown
from simulation.scenario import ScenarioError
from simulation.wording import counted
from widgets.workbench.municipality import invented, loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from data.own_figures import OwnFigures
    from data.store import Store
    from data.texts import Texts
    from simulation import Scenario
    from widgets.workbench.municipality import Municipality

_SHOWN = 40
"""Faults that are listed; the first of so many lead to the rest."""


class RefusedError(Exception):
    """What was loaded cannot be used: *lead* says so, *items* what to put right."""

    def __init__(self, lead: str, items: Sequence[str] = ()) -> None:
        super().__init__(lead)
        self.lead, self.items = lead, tuple(items)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of it."""

    municipality: Municipality
    scenario: Scenario
    said: str
    """In a sentence or two."""


def load_figures(upload: Upload, here: Municipality, texts: Texts, today: date) -> Loaded:
    """Return the municipality with the figures in *upload*; the case list of *here* stays.

    Raises :exc:`RefusedError`, and :exc:`OSError` where it cannot be kept.
    """
    from data.own_figures import OwnFiguresError, read_own_figures  # noqa: PLC0415 (seldom)
    from simulation.own_scenario import LISTED, with_case_list, with_own_figures  # noqa: PLC0415

    try:
        own = read_own_figures(upload)
    except OwnFiguresError as error:
        raise _refused(upload.name, error, texts) from None
    sources = own.sources()
    scenario = with_own_figures(own)
    if here.today.cases or here.today.posts:
        before = here.today
        scenario = _fitting(
            lambda: with_case_list(scenario, before.posts, before.cases, before.start), texts
        )
        sources |= {id: source for id, source in here.own.items() if id in LISTED}
    name = own.name or _named("own_name", own.preset, texts, today)
    name = texts("start.with_cases", name=name) if scenario.cases else name
    found = _kept(name, own.preset, scenario, sources)
    figures = counted(texts, "own_figures", len(own.figures))
    said = texts("start.figures_loaded", figures=figures, file=shown(upload.name))
    unusual = len(own.unusual())
    look = texts("start.look", n=unusual) if unusual > 1 else texts("start.look_one")
    return Loaded(found, scenario, f"{said} {look}" if unusual else said)


def load_cases(upload: Upload, here: Municipality, texts: Texts, today: date) -> Loaded:
    """Return *here* with the case list in *upload*, as it stands *today*.

    Raises :exc:`RefusedError`, and :exc:`OSError` where it cannot be kept.
    """
    from data.case_list import read_today  # noqa: PLC0415 (seldom)
    from simulation.own_scenario import with_case_list  # noqa: PLC0415

    if Path(upload.name).suffix.casefold() != ".xlsx":
        raise _refusal(upload.name, [texts("start.xlsx_only")], texts)
    try:
        posts, cases = read_today(upload, today=today)
    except CaseListError as error:
        raise _refused(upload.name, error, texts) from None
    scenario = _fitting(lambda: with_case_list(here.today, posts, cases, today), texts)
    source = texts("start.from_list", day=texts.date(today))
    more_districts = scenario.districts != here.today.districts
    listed = ["coordinators", "weekly_hours", *(["districts"] if more_districts else [])]
    own = {**here.own, **dict.fromkeys(listed, source)}
    if here.invented:
        name = _named("cases_name", here.preset, texts, today)
    else:
        name = here.name if here.today.cases else texts("start.with_cases", name=here.name)
    said = texts(
        "start.cases_loaded",
        cases=counted(texts, "listed_cases", len(cases)),
        posts=counted(texts, "posts", len(posts)),
        file=shown(upload.name),
        day=texts.date(today),
    )
    return Loaded(_kept(name, here.preset, scenario, own), scenario, said)


def load_checklists(
    here: Municipality, texts: Texts, today: date, open_store: Callable[[], Store]
) -> Loaded:
    """Return *here* with the numbers that the meeting checklists and cases of the store gave.

    They are estimated and kept now, where whoever asks may; else those that were kept last are taken.
    Raises :exc:`RefusedError` where there is nothing to use, and :exc:`OSError` where it cannot be kept.
    """
    from data.store_errors import StoreError  # noqa: PLC0415 (seldom, as the next)
    from simulation.calibration.kept_calibration import calibration_of  # noqa: PLC0415
    from simulation.calibration.local_preset import estimated_figures  # noqa: PLC0415

    try:
        with closing(open_store()) as store:
            found = calibration_of(store, here.today, today)
    except StoreError as error:
        raise RefusedError(error.say(texts)) from None
    if found.calibration is None:
        raise RefusedError(texts(f"calibration.{found.why}"))
    figures = estimated_figures(here.today, found.calibration, here.preset, texts)
    if not figures:
        raise RefusedError(texts("calibration.none_used"))
    values = {id: figure.value for id, figure in figures.items()}
    scenario = _fitting(lambda: here.today.replace(**values), texts)
    sources = {**here.own, **{id: figure.source for id, figure in figures.items()}}
    name = here.name
    if here.invented:
        size = texts(f"preset.{here.preset}").casefold()
        name = texts("calibration.name", size=size, last=texts.date(found.calibration.last))
    said = counted(texts, "calibration_ready", len(figures))
    return Loaded(_kept(name, here.preset, scenario, sources), scenario, said)


def load_scenario_file(upload: Upload, texts: Texts) -> Loaded:
    """Return the scenario in *upload*; raises as the others do."""
    from simulation.experiments.scenario_file import scenario_in  # noqa: PLC0415 (seldom)

    lead = texts("start.file_refused", file=shown(upload.name))
    if Path(upload.name).suffix.casefold() != ".toml":
        raise RefusedError(lead, [texts("start.file_whole")])
    try:
        scenario = scenario_in(upload.content, upload.name)
    except DataError as error:
        raise RefusedError(lead, [_said_of_line(error, texts)]) from None
    source = texts("start.from_file", file=shown(upload.name))
    name = shown(Path(upload.name).stem)
    return weighable(scenario, name, source, texts)


def load_code(code: str, texts: Texts) -> Loaded:
    """Return the scenario of a share code; raises as the others do."""
    from simulation.experiments.share_code import ShareCodeError, from_share_code  # noqa: PLC0415

    try:
        scenario = from_share_code(code)
    except ShareCodeError as error:
        why = texts(f"share.{error.reason}")
        raise RefusedError(texts("start.code_refused", why=why)) from None
    name = texts("start.code_name")
    return weighable(scenario, name, name, texts)


def weighable(scenario: Scenario, name: str, source: str, texts: Texts) -> Loaded:
    """Return *scenario* as one to try in the municipality of ours that is nearest.

    Where its rules, posts or cases are others, which no control can show, it becomes a municipality of
    its own, called *name*, whose numbers are from *source*.
    """
    from simulation.experiments.scenario_file import LISTS, nearest_preset  # noqa: PLC0415

    preset, base = nearest_preset(scenario)
    differences = scenario.differences(base)
    if not differences.keys() & set(LISTS):
        return Loaded(invented(preset, texts), scenario, texts("start.opened", name=name))
    own = dict.fromkeys([id for id in differences if id in parameters()], source)
    found = _kept(name, preset, scenario, own)
    return Loaded(found, scenario, texts("start.opened_today", name=name))


def filled_figures(here: Municipality) -> OwnFigures:
    """Return the own figures of *here* as they stand in its template; those of a case list are none."""
    from data.own_figures.entries import OwnFigure, OwnFigures, asked  # noqa: PLC0415 (seldom)
    from simulation.own_scenario import LISTED  # noqa: PLC0415

    by_list = LISTED if here.today.cases or here.today.posts else ()
    figures = {
        id: OwnFigure(getattr(here.today, id), here.own[id])
        for id in asked()
        if id in here.own and id not in by_list
    }
    return OwnFigures(here.preset, figures, "" if here.invented else here.name)


def _kept(name: str, preset: str, scenario: Scenario, own: Mapping[str, str]) -> Municipality:
    from simulation.kept import LONGEST_NAME, keep_municipality, name_fault  # noqa: PLC0415

    name = " ".join(name.split())[:LONGEST_NAME]
    return loaded(keep_municipality(preset if name_fault(name) else name, preset, scenario, own))


def _named(id: str, preset: str, texts: Texts, day: date) -> str:
    size = texts(f"preset.{preset}").casefold()
    return texts(f"start.{id}", size=size, day=texts.date(day))


def _fitting(made: Callable[[], Scenario], texts: Texts) -> Scenario:
    """Return the scenario that *made* gives; raise :exc:`RefusedError` where it cannot be."""
    from data.own_figures.template import allowed_in_words  # noqa: PLC0415 (seldom)

    try:
        return made()
    except ScenarioError as error:
        lead = texts("start.cases_do_not_fit")
        if error.field not in parameters():
            raise RefusedError(lead) from None
        said = texts(
            "start.does_not_fit",
            name=texts(f"parameter.{error.field}"),
            value=error.value,
            allowed=allowed_in_words(parameters()[error.field], texts),
        )
        raise RefusedError(lead, [said]) from None


def _refused(file: str, error: CaseListError, texts: Texts) -> RefusedError:
    return _refusal(file, error.say(texts), texts)


def _refusal(file: str, said: Sequence[str], texts: Texts) -> RefusedError:
    items = list(said[:_SHOWN])
    if len(said) > _SHOWN:
        items.append(texts("start.more", n=texts.number(len(said) - _SHOWN)))
    one, many = "start.figures_refused_one", "start.figures_refused"
    lead = texts(one if len(said) == 1 else many, n=texts.number(len(said)), file=shown(file))
    return RefusedError(lead, items)


def _said_of_line(error: DataError, texts: Texts) -> str:
    """Return what is wrong with a scenario's file, in the reader's language."""
    from data.own_figures.template import allowed_in_words  # noqa: PLC0415 (seldom)

    line = error.line
    if line is None:
        return texts("start.file_whole")
    if error.field in parameters():
        allowed = allowed_in_words(parameters()[error.field], texts)
        name = texts(f"parameter.{error.field}")
        return texts("start.file_number", line=line, name=name, allowed=allowed)
    return texts("start.file_line", line=line, field=shown(error.field) or "–")
