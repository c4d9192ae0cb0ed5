"""The command ``vejviser``."""

import errno
import secrets
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from handbook import experiment_commands, people_commands, record_commands
from handbook.calibrate_command import calibrate
from handbook.command_line import (
    DataFolder,
    Lang,
    make_ready,
    read_texts,
    refuse,
    told_when_interrupted,
    use_data_folder,
)
from handbook.hub.commands import hub
from handbook.paper_commands import papers
from handbook.record_terminal import ask_for_key
from handbook.report_commands import report

HANDBOOK = Path(__file__).parent

main = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # 80 columns are too few for boxes
    help="Vejviser: a method handbook and a simulation workbench, on this machine alone.",
    epilog="Records, the log and your own notebooks lie in the data folder; VEJVISER_DATA or "
    "--data-folder names another one.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vejviser {version('vejviser')}")
        raise typer.Exit


@main.callback()
def command(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Tell which.")
    ] = False,
) -> None:
    """Vejviser: a method handbook and a simulation workbench, on this machine alone."""


@main.command()
def app(
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 picks a free one.")
    ] = 8866,
    browser: Annotated[bool, typer.Option(help="Open the address in a browser.")] = True,
    token: Annotated[
        str | None,
        typer.Option(
            help='What a visitor must know. Random unless given; --token "" lets everyone on this '
            "machine in.",
            show_default=False,
        ),
    ] = None,
    data_folder: DataFolder = None,
    preheat: Annotated[
        bool, typer.Option(help="Keep a started kernel ready for the pages used most.")
    ] = True,
    pool: Annotated[
        int,
        typer.Option(
            min=1, max=30, help="Ready kernels for each of those pages; more for a room of people."
        ),
    ] = 1,
    participants_port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="The port on which participants of a session come in: the second after --port, "
            "unless given.",
            show_default=False,
        ),
    ] = None,
    participants_from_network: Annotated[
        bool,
        typer.Option(
            "--participants-from-network",
            help="Let participants come in from other machines on the local network, over plain "
            "http. All else stays on this machine alone.",
        ),
    ] = False,
    lang: Lang = "da",
    pages: Annotated[Path, typer.Option(hidden=True, exists=True, file_okay=False)] = HANDBOOK,
) -> None:
    """Start the app: handbook, workbench and cases, in the browser.

    The address is printed when the pages can be opened; Ctrl-C ends the app and all its kernels.
    """
    # Slow, and not needed to show a help text.
    from handbook.door_address import DoorTaken  # noqa: PLC0415
    from handbook.server import open_browser, serve  # noqa: PLC0415

    texts = read_texts(lang)
    use_data_folder(data_folder)
    ask_for_key(texts)
    make_ready(texts)

    def tell(address: str, door: str) -> None:
        own = address if lang == "da" else address.replace("/?", "/voila/tree/en?")
        # Flushed, so that whoever reads a pipe sees it now.
        print(texts("command.ready", address=own), flush=True)  # noqa: T201
        if participants_from_network:
            print(texts("command.door", address=door), flush=True)  # noqa: T201
        if browser:
            open_browser(own)

    word = secrets.token_urlsafe(24) if token is None else token
    try:
        serve(
            pages.resolve(),
            token=word,
            port=port,
            pool=pool if preheat else 0,
            on_listening=tell,
            door_port=participants_port,
            network=participants_from_network,
        )
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        if isinstance(error, DoorTaken):
            refuse(texts("command.door_taken", port=error.port))
        refuse(texts("command.port_taken", port=port, next=min(port + 1, 65535)))


@main.command()
def lab(
    *,
    lang: Lang = "da",
    folder: Annotated[
        Path | None,
        typer.Option(help="Where your copies of the notebooks lie.", show_default=False),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open JupyterLab in a browser.")] = True,
    data_folder: DataFolder = None,
) -> None:
    """Open JupyterLab with the researcher's notebooks.

    They are copied to a folder of your own first (~/vejviser); a copy you have is never
    overwritten.
    """
    from handbook.research_folder import copy_notebooks, open_lab  # noqa: PLC0415

    texts = read_texts(lang)
    make_ready(texts)
    use_data_folder(data_folder)
    own = (folder or Path.home() / "vejviser").expanduser().resolve()
    added = copy_notebooks(HANDBOOK / "research" / lang, own / lang)
    typer.echo(texts("command.copied", number=len(added), folder=own / lang))
    raise typer.Exit(open_lab(own / lang, port=port, browser=browser))


@main.command()
def check(
    *,
    translated: Annotated[
        list[str] | None,
        typer.Option(
            help="First record that the English of this notebook says what its Danish says now.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Tidy the notebooks and name English text that is behind.

    Tells how readable each page is, too (LIX). For whoever writes the handbook. Exit status 1 where a
    twin is out of step.
    """
    from handbook.readability import chapter_lix  # noqa: PLC0415
    from handbook.sync import mark_translated, out_of_step  # noqa: PLC0415
    from handbook.tidy import tidy  # noqa: PLC0415

    for name in translated or []:
        mark_translated(_folder_of(name), name)
    for file in tidy(HANDBOOK):
        typer.echo(f"tidied {file.relative_to(HANDBOOK)}")
    for file in sorted(HANDBOOK.glob("da/*.ipynb")) + sorted(HANDBOOK.glob("en/*.ipynb")):
        typer.echo(f"{file.relative_to(HANDBOOK)}: LIX {chapter_lix(file):.0f}")
    behind = out_of_step(HANDBOOK) + out_of_step(HANDBOOK / "research")
    for sentence in behind:
        typer.echo(sentence, err=True)
    raise typer.Exit(1 if behind else 0)


def _folder_of(name: str) -> Path:
    """Return the folder whose da/ and en/ hold the notebook *name*."""
    twins = [
        folder
        for folder in (HANDBOOK, HANDBOOK / "research")
        if all((folder / lang / name).is_file() for lang in ("da", "en"))
    ]
    if not twins:
        refuse(f"no notebook '{name}' in da and en; give a file name such as 01_koordinator.ipynb.")
    return twins[0]


for command_of_experiments in experiment_commands.COMMANDS:
    main.command()(told_when_interrupted(command_of_experiments))
main.add_typer(record_commands.records, name="records")
main.command()(papers)
main.add_typer(people_commands.people, name="people")
main.command()(hub)
main.command()(report)
main.command()(calibrate)


if __name__ == "__main__":
    main(prog_name="vejviser")
