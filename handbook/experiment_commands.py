"""The commands that carry out an experiment, and the one that rebuilds it from its code."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from handbook.command_line import DataFolder, make_ready, read_texts, refuse, use_data_folder

if TYPE_CHECKING:
    from data.texts import Texts
    from simulation.experiments.manifest import Record
    from simulation.experiments.recorded import Finished

ScenarioWords = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        help="A preset (small, medium, large), the file of a scenario, or a share code.",
        show_default=False,
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Change a number of the scenario, such as coordinators=6; may be given again.",
        show_default=False,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        file_okay=False,
        help="Write tables and manifest to this folder; what an earlier experiment left in it goes.",
        show_default=False,
    ),
]
Seed = Annotated[
    int, typer.Option(min=0, help="Names the chance; the same seed gives the same youths.")
]
Workers = Annotated[
    str, typer.Option(help="Processes, or the address of a Dask cluster such as tcp://host:8786.")
]
EngineName = Annotated[
    str, typer.Option(help="compiled, or simpy: the same numbers, many times slower.")
]
Replications = Annotated[int, typer.Option(min=1, help="How many runs of each scenario.")]
Figures = Annotated[
    bool, typer.Option("--figures", help="Draw the figures too, as svg and png; asks for --out.")
]
ReportToo = Annotated[
    bool, typer.Option("--report", help="Write a report after STRESS-DES too; asks for --out.")
]
Probability = Annotated[
    float, typer.Option(min=0.01, max=0.999, help="With which probability at least.")
]
ExperimentLang = Annotated[
    str,
    typer.Option(
        help="The language of what is told: da or en. Help, and what is wrong with an option or "
        "inside a scenario's file, are in English."
    ),
]


def run(  # noqa: PLR0913 (each is an option)
    scenario: ScenarioWords,
    *,
    replications: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many runs. 200 unless given; with --precision the most there may be, 1000.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = 1,
    out: Out = None,
    changes: Changes = None,
    precision: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            max=1.0,
            help="Run until each headline number is known to this share of itself, such as 0.05, "
            "or as closely as anybody would act on.",
            show_default=False,
        ),
    ] = None,
    workers: Workers = "1",
    engine: EngineName = "compiled",
    log: Annotated[
        bool,
        typer.Option(
            "--log",
            help="Write the event logs too, as csv and XES (half a second and half a megabyte a "
            "replication).",
        ),
    ] = False,
    figures: Figures = False,
    report: ReportToo = False,
    lang: ExperimentLang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Run a scenario many times and tell what single years may bring.

    The prediction interval comes first: what nine in ten years, youths or periods lie between. With
    --out, the folder gets replications.parquet and replications.csv (one row a replication),
    summary.csv, scenario.toml and manifest.json. The manifest has the code that `vejviser rebuild`
    makes the same files from.

    For instance:

      vejviser run medium --replications 200 --seed 7 --out results/

      vejviser run small --set coordinators=3 --set no_show=0.1 --precision 0.05

      vejviser run results/scenario.toml --figures --lang en --out again/

    Exit status: 0 done; 2 wrong input; 130 stopped by Ctrl-C, with what was finished kept under a
    manifest of its own.
    """
    from handbook.experiment_terminal import refusing  # noqa: PLC0415 (slow)
    from handbook.named_scenario import named_scenario  # noqa: PLC0415 (slow)

    texts = read_texts(lang)
    use_data_folder(data_folder)
    asked = {
        **({} if precision is None else {"precision": precision}),
        **({"log": True} if log else {}),
        **({"figures": lang} if figures else {}),
        **({"report": lang} if report else {}),
    }
    count = replications or (200 if precision is None else 1000)
    with refusing(texts):
        found = named_scenario(scenario, changes or [], texts)
    question = {"seed": seed, "replications": count, "engine": engine, "arguments": asked}
    _perform({"kind": "run", "scenarios": [found], **question}, out, workers, texts)


def compare(  # noqa: PLR0913 (each is an option)
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO",
            help="Two to eight scenarios, the base first, each as for `vejviser run`; changes stand "
            "behind a plus.",
            show_default=False,
        ),
    ],
    *,
    replications: Replications = 200,
    seed: Seed = 1,
    out: Out = None,
    changes: Changes = None,
    workers: Workers = "1",
    engine: EngineName = "compiled",
    figures: Figures = False,
    report: ReportToo = False,
    lang: ExperimentLang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Compare two to eight scenarios on the same youths.

    Each is held against the first. Says of every headline number what single years may bring, whether
    the difference is clear, and how often the one is better than the other. --set changes all the
    scenarios. With --out, the folder gets comparison, differences and replications, as parquet and csv,
    and manifest.json.

    For instance:

      vejviser compare medium medium+coordinators=5 medium+caseload_ceiling=20

      vejviser compare today.toml plan.toml --replications 500 --out results/

    Exit status: 0 done; 2 wrong input; 130 stopped by Ctrl-C, with what was finished kept under a
    manifest of its own.
    """
    from handbook.experiment_terminal import refusing  # noqa: PLC0415 (slow)
    from handbook.named_scenario import named_scenarios  # noqa: PLC0415 (slow)

    texts = read_texts(lang)
    use_data_folder(data_folder)
    asked = {
        "lang": lang,
        **({"figures": True} if figures else {}),
        **({"report": lang} if report else {}),
    }
    with refusing(texts):
        chosen = named_scenarios(scenarios, changes or [], texts)
    question = {"seed": seed, "replications": replications, "engine": engine, "arguments": asked}
    _perform({"kind": "compare", "scenarios": chosen, **question}, out, workers, texts)


def sweep(  # noqa: PLR0913 (each is an option)
    scenario: ScenarioWords,
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME=VALUES",
            help="One or two inputs: coordinators=2,3,5 or coordinators=2:8 or no_show=0:0.3:7 "
            "(first, last, how many).",
            show_default=False,
        ),
    ],
    *,
    measures: Annotated[
        list[str] | None,
        typer.Option(
            "--measure",
            help="A measure of the map; may be given again. late_share, kept_coordinator_share, "
            "wait_mean_days and cost_per_year_dkk unless given.",
            show_default=False,
        ),
    ] = None,
    promise: Annotated[
        str | None,
        typer.Option(
            help="Say of each cell in which share of single years a promise is kept, such as "
            '"late_per_year <= 3".',
            show_default=False,
        ),
    ] = None,
    probability: Probability = 0.9,
    replications: Replications = 50,
    seed: Seed = 1,
    out: Out = None,
    changes: Changes = None,
    workers: Workers = "1",
    engine: EngineName = "compiled",
    figures: Figures = False,
    lang: ExperimentLang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Draw a map of a scenario over one or two inputs.

    Prints the first measure, cell by cell, and how often the promise is kept, if there is one; figures
    show where it holds with the probability. With --out, the folder gets sweep.parquet and sweep.csv
    (one row a cell and measure) and manifest.json. It gets finer while it runs: after Ctrl-C there is a
    coarser map.

    For instance:

      vejviser sweep medium coordinators=2:8

      vejviser sweep small coordinators=1:4 --promise "late_per_year <= 3"

      vejviser sweep medium coordinators=2:8 inflow_per_year=14:42:8 --out map/

    Exit status: 0 done; 2 wrong input; 130 stopped by Ctrl-C, with what was finished kept under a
    manifest of its own.
    """
    from handbook.experiment_terminal import refusing  # noqa: PLC0415 (slow)
    from handbook.named_scenario import (  # noqa: PLC0415 (slow)
        checked_promise,
        named_inputs,
        named_measure,
        named_scenario,
    )

    texts = read_texts(lang)
    use_data_folder(data_folder)
    with refusing(texts):
        asked: dict[str, Any] = {
            "over": named_inputs(inputs, texts, most=2),
            **({"figures": lang} if figures else {}),
        }
        if measures:
            asked["measures"] = [named_measure(one, texts) for one in measures]
        if promise is not None:
            asked |= {"promise": checked_promise(promise, texts), "probability": probability}
        found = named_scenario(scenario, changes or [], texts)
    question = {"seed": seed, "replications": replications, "engine": engine, "arguments": asked}
    _perform({"kind": "sweep", "scenarios": [found], **question}, out, workers, texts)


def search(  # noqa: PLR0913 (each is an option)
    scenario: ScenarioWords,
    promise: Annotated[
        str,
        typer.Argument(
            metavar="PROMISE",
            help='What must hold in a single year, such as "late_per_year <= 3".',
            show_default=False,
        ),
    ],
    *,
    probability: Probability = 0.9,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="NAME=VALUES",
            help="What staffing may be, such as coordinators=2:8; further inputs make kinds of "
            "staffing, of which the cheapest is selected. Coordinators, up to three times as many, "
            "unless given.",
            show_default=False,
        ),
    ] = None,
    replications: Annotated[
        int, typer.Option(min=1, help="The most runs of each staffing.")
    ] = 1000,
    seed: Seed = 1,
    out: Out = None,
    changes: Changes = None,
    workers: Workers = "1",
    engine: EngineName = "compiled",
    lang: ExperimentLang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Find the smallest staffing that keeps a promise.

    The promise is about single years and kept with the probability that is asked for. Says which
    staffing it is, how sure that is, and why fewer will not do. With --out, the folder gets
    search.parquet and search.csv (one row a staffing that was tried) and manifest.json.

    For instance:

      vejviser search medium "late_per_year <= 10" --probability 0.8

      vejviser search medium "late_per_year <= 10" --over coordinators=3:8 --over weekly_hours=30,37

    Exit status: 0 done, also where no staffing will do; 2 wrong input; 130 stopped by Ctrl-C, with what
    was tried until then kept under a manifest of its own.
    """
    from handbook.experiment_terminal import refusing  # noqa: PLC0415 (slow)
    from handbook.named_scenario import (  # noqa: PLC0415 (slow)
        checked_promise,
        named_inputs,
        named_scenario,
    )

    texts = read_texts(lang)
    use_data_folder(data_folder)
    with refusing(texts):
        asked: dict[str, Any] = {
            "promise": checked_promise(promise, texts),
            "probability": probability,
            **({"over": named_inputs(inputs, texts)} if inputs else {}),
        }
        found = named_scenario(scenario, changes or [], texts)
    question = {"seed": seed, "replications": replications, "engine": engine, "arguments": asked}
    _perform({"kind": "search", "scenarios": [found], **question}, out, workers, texts)


def rebuild(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE",
            help="The code on a figure or table, such as K3QF-72MA-XW5D.",
            show_default=False,
        ),
    ] = None,
    *,
    out: Annotated[Path, typer.Option(file_okay=False, help="Write the files to this folder.")],
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            exists=True,
            help="The manifest.json, or its folder, where the experiment was not done on this "
            "machine.",
            show_default=False,
        ),
    ] = None,
    anyway: Annotated[
        bool,
        typer.Option(
            "--anyway",
            help="Do it with this program even where the recorded one was another. The files then "
            "get another code.",
        ),
    ] = False,
    workers: Workers = "1",
    lang: ExperimentLang = "da",
    data_folder: DataFolder = None,
) -> None:
    """Make the files of an experiment again from its code.

    They are the same to the byte. Every experiment leaves its manifest in the data folder; --from names
    one that came from elsewhere. The files are held against those that were recorded.

    For instance:

      vejviser rebuild K3QF-72MA-XW5D --out other/

      vejviser rebuild --from results/ --out other/

    Exit status: 0 the same bytes; 2 wrong input or an unknown code; 3 the program, the lock file or a
    library is another than recorded, and nothing was written; 4 written, but some bytes are others;
    130 stopped by Ctrl-C.
    """
    from handbook.experiment_terminal import OTHER_BYTES, carry_out, refusing  # noqa: PLC0415 (slow)
    from simulation.experiments.manifest import normal_code  # noqa: PLC0415 (slow)
    from simulation.experiments.recorded import other_bytes  # noqa: PLC0415 (slow)
    from simulation.experiments.recorded import rebuild as do_again  # noqa: PLC0415 (slow)

    texts = read_texts(lang)
    use_data_folder(data_folder)
    with refusing(texts):
        record = _recorded(code, source, texts)
        if code and normal_code(code) != record.manifest.code:
            refuse(texts("experiment.not_that_code", code=code, found=record.manifest.code))
    make_ready(texts, aside=True)
    finished, again = carry_out(
        lambda work: do_again(record, work, anyway=anyway), out, workers, texts
    )
    if not finished.whole:
        _tell(finished, again, out, texts)
    if again.manifest.code != record.manifest.code:
        _say(texts("experiment.another_code", code=again.manifest.code, old=record.manifest.code))
        return
    if others := other_bytes(record, again):
        refuse(texts("experiment.other_bytes", files=", ".join(others)), OTHER_BYTES)
    same = "experiment.same_bytes" if record.files else "experiment.rebuilt"
    _say(texts(same, code=again.manifest.code, folder=out, count=len(again.files)))


def _recorded(code: str | None, source: Path | None, texts: "Texts") -> "Record":
    from simulation.experiments.manifest import (  # noqa: PLC0415 (slow)
        MANIFEST,
        archived,
        read_record,
    )

    if source is not None:
        return read_record(source / MANIFEST if source.is_dir() else source)
    if code is None:
        refuse(texts("experiment.which"))
    return read_record(archived(code))


def _perform(question: dict[str, Any], out: Path | None, workers: str, texts: "Texts") -> None:
    """Carry out the experiment that asks *question*, tell what it found, and end with its status."""
    from handbook.experiment_terminal import carry_out  # noqa: PLC0415 (slow)
    from simulation.experiments.manifest import Manifest  # noqa: PLC0415 (slow)
    from simulation.experiments.recorded import perform  # noqa: PLC0415 (slow)
    from simulation.model import Engine  # noqa: PLC0415 (slow)

    engines = get_args(Engine)
    if question["engine"] not in engines:
        slots = {"engine": question["engine"], "engines": ", ".join(engines)}
        refuse(texts("experiment.no_engine", **slots))
    if question["arguments"].keys() & {"log", "figures", "report"} and out is None:
        refuse(texts("experiment.where"))
    make_ready(texts, aside=True)
    manifest = Manifest(**question)
    finished, record = carry_out(lambda work: perform(manifest, work), out, workers, texts)
    _tell(finished, record, out, texts)


def _tell(finished: "Finished", record: "Record", out: Path | None, texts: "Texts") -> None:
    from handbook.experiment_terminal import INTERRUPTED  # noqa: PLC0415 (slow)
    from handbook.experiment_words import in_words, shared  # noqa: PLC0415 (slow)
    from simulation.experiments.manifest import MANIFEST, scenario_files  # noqa: PLC0415 (slow)

    for line in in_words(finished, texts):
        _say(line)
    _say("")
    if out is not None:
        files = [*record.files, *scenario_files(record.manifest), MANIFEST]
        _say(texts("experiment.written", folder=out, files=", ".join(files)))
    for line in shared(record.manifest.scenarios, texts):
        _say(line)
    _say(texts("experiment.code", code=record.manifest.code))
    if not finished.whole:
        refuse(texts("experiment.stopped", code=record.manifest.code), INTERRUPTED)


def _say(line: str) -> None:
    typer.echo(line)


COMMANDS = (run, compare, sweep, search, rebuild)
"""The commands, in the order in which the help names them."""
