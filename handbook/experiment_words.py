"""What an experiment found, in the few lines that a terminal has room for."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from data.texts import Texts
from simulation.answer import answer
from simulation.changes import differences_in_words
from simulation.experiments.comparison import Comparison
from simulation.experiments.kinds import Ran
from simulation.experiments.manifest import Manifest
from simulation.experiments.promise import Promise
from simulation.experiments.quantities import Quantity, quantity
from simulation.experiments.recorded import Finished
from simulation.experiments.scenario_file import nearest_preset
from simulation.experiments.share_code import share_code
from simulation.experiments.staffing import Search
from simulation.experiments.sweep import Sweep
from simulation.figures.measured import range_of, setting
from simulation.headlines import headlines
from simulation.scenario import Scenario
from simulation.study import Study
from simulation.summary import mean_interval, prediction
from simulation.wording import counted, share

Lines = Iterator[str]


def in_words(finished: Finished, texts: Texts) -> Lines:
    """Yield what *finished* found, line by line: what cannot hold first, then prediction intervals."""
    return _KINDS[finished.manifest.kind](finished, texts)


def _run(finished: Finished, texts: Texts) -> Lines:
    found: Ran = finished.found
    (scenario,) = finished.manifest.scenarios
    study = Study(scenario, found.results)
    said = answer(study, texts)
    yield _asked(finished.manifest, len(found.results), texts)
    yield _against_preset(scenario, texts)
    if found.precision is not None:
        yield from found.precision.in_words(texts)
    yield ""
    yield " ".join(said.holding)
    yield " ".join(said.certainty)
    yield ""
    yield from _table([(line.label, line.value, line.mean) for line in headlines(study, texts)])


def _compare(finished: Finished, texts: Texts) -> Lines:
    found: Comparison = finished.found
    yield _asked(finished.manifest, found.replications, texts)
    yield _against_preset(found.scenarios[found.base], texts)
    for of in found.quantities:
        yield ""
        yield of.title(texts)
        rows = [one for one in found.estimates if one.quantity == of]
        yield from _table([_estimated(one.scenario, of, one, texts) for one in rows])
    yield ""
    yield from found.in_words(texts)


def _estimated(name: str, of: Quantity, one: object, texts: Texts) -> tuple[str, str, str]:
    low, high, mean = (getattr(one, part) for part in ("low", "high", "mean"))
    if of.is_share_of_singles:
        return name, of.write(mean, texts), ""
    span = range_of(of.name, low, high, texts)
    return name, span, texts(f"experiment.mean_of_{of.level}", mean=of.write(mean, texts))


def _sweep(finished: Finished, texts: Texts) -> Lines:
    found: Sweep = finished.found
    yield _asked(finished.manifest, found.asked, texts)
    yield _against_preset(found.base, texts)
    of = quantity(found.measures[0])
    yield ""
    yield of.title(texts)
    names = [
        ", ".join(
            setting(axis.field, value, texts, axis.values)
            for axis, value in zip(found.axes, cell.at, strict=True)
        )
        for cell in found.cells
    ]
    rows = []
    for name, cell in zip(names, found.cells, strict=True):
        low, high = prediction(cell.values[0])
        span = range_of(of.name, low, high, texts)
        mean = of.write(mean_interval(cell.values[0])[0], texts)
        rows.append((name, span, texts("experiment.mean_of_run", mean=mean)))
    yield from _table(rows)
    if "promise" in finished.manifest.arguments:
        promise = Promise.read(finished.manifest.arguments["promise"])
        yield ""
        yield from _kept(promise, names, found, texts)


def _kept(promise: Promise, names: Sequence[str], found: Sweep, texts: Texts) -> Lines:
    level = "year" if quantity(promise.measure).level == "year" else "run"
    yield texts(f"experiment.promised_{level}", promise=promise.in_words(texts))
    rows = []
    for name, cell in zip(names, found.cells, strict=True):
        kept, low, high = (share(texts, end) for end in cell.promise)
        rows.append((name, kept, texts("experiment.promise_ends", low=low, high=high)))
    yield from _table(rows)


def _search(finished: Finished, texts: Texts) -> Lines:
    found: Search = finished.found
    yield _against_preset(found.base, texts)
    yield ""
    yield from found.in_words(texts)


def _asked(manifest: Manifest, count: int, texts: Texts) -> str:
    return texts(
        "experiment.asked",
        count=texts.number(count),
        years=counted(texts, "years", manifest.scenarios[0].years),
        seed=manifest.seed,
    )


def _against_preset(scenario: Scenario, texts: Texts) -> str:
    name, base = nearest_preset(scenario)
    changes = differences_in_words(scenario, base, texts)
    if not changes:
        return texts("experiment.as_preset", preset=name)
    return texts("experiment.against_preset", preset=name, changes="; ".join(changes))


def shared(scenarios: Sequence[Scenario], texts: Texts) -> Lines:
    """Yield the share code of a single scenario, where it has one."""
    if len(scenarios) == 1 and not (scenarios[0].cases or scenarios[0].posts):
        yield texts("experiment.share", code=share_code(scenarios[0]))


def _table(rows: Sequence[tuple[str, str, str]]) -> Lines:
    """Yield a name, a span and a mean on each line, one below the other."""
    widest, longest = (max(len(row[column]) for row in rows) for column in (0, 1))
    for name, span, mean in rows:
        yield f"  {name:<{widest}}  {span:>{longest}}  {mean}".rstrip()


_KINDS: Mapping[str, Callable[[Finished, Texts], Lines]] = {
    "run": _run,
    "compare": _compare,
    "sweep": _sweep,
    "search": _search,
}
