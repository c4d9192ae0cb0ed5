"""What an experiment found, in the few lines that a terminal has room for."""

from collections.abc import Callable, Iterator, Mapping

from data.texts import Texts
from simulation.answer import answer
from simulation.changes import differences_in_words
from simulation.experiments.manifest import Manifest
from simulation.experiments.recorded import Finished, Ran
from simulation.experiments.scenario_file import nearest_preset
from simulation.headlines import headlines
from simulation.scenario import Scenario
from simulation.study import Study

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
        yield " ".join(found.precision.in_words(texts))
    yield ""
    yield " ".join(said.holding)
    yield " ".join(said.certainty)
    yield ""
    lines = headlines(study, texts)
    widest = max(len(line.label) for line in lines)
    longest = max(len(line.value) for line in lines)
    for line in lines:
        yield f"  {line.label:<{widest}}  {line.value:>{longest}}  {line.mean}"


def _asked(manifest: Manifest, count: int, texts: Texts) -> str:
    return texts(
        "experiment.asked",
        count=texts.number(count),
        years=manifest.scenarios[0].years,
        seed=manifest.seed,
    )


def _against_preset(scenario: Scenario, texts: Texts) -> str:
    name, base = nearest_preset(scenario)
    changes = differences_in_words(scenario, base, texts)
    if not changes:
        return texts("experiment.as_preset", preset=name)
    return texts("experiment.against_preset", preset=name, changes="; ".join(changes))


_KINDS: Mapping[str, Callable[[Finished, Texts], Lines]] = {"run": _run}
