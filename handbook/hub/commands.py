"""The command ``vejviser hub``."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from handbook.command_line import Lang, make_ready, read_texts, refuse


def hub(
    settings: Annotated[
        Path | None,
        typer.Argument(
            metavar="[SETTINGS]",
            help="A jupyterhub_config.py that calls set_up().",
            show_default=False,
        ),
    ] = None,
    *,
    trial: Annotated[
        bool,
        typer.Option(
            "--trial", help="Start one to try out: on this machine alone, with four made-up people."
        ),
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The trial's port on 127.0.0.1; 0 picks one.")
    ] = 8000,
    store: Annotated[
        str | None,
        typer.Option(
            help="Where the trial's records lie: the URL of an empty PostgreSQL database whose user may "
            "make logins. Without it, the machine's own PostgreSQL if there is one.",
            show_default=False,
        ),
    ] = None,
    lang: Lang = "da",
) -> None:
    """Start Vejviser for a whole municipality, with a login for each.

    docs/municipality.md says what stands in SETTINGS. A trial prints its address and passwords; Ctrl-C
    ends it and deletes all of it.
    """
    texts = read_texts(lang)
    if os.name == "nt":
        refuse(texts("hub.needs_linux"))
    if any(find_spec(name) is None for name in ("jupyterhub", "nativeauthenticator")):
        refuse(texts("hub.missing"))
    if not trial:
        if settings is None:
            refuse(texts("hub.needs_settings"))
        if not settings.is_file():
            refuse(texts("hub.no_settings", file=settings))
        make_ready(texts)
        os.execv(  # noqa: S606 (our own Python)
            sys.executable, [sys.executable, "-P", "-m", "jupyterhub", "-f", str(settings)]
        )
    make_ready(texts)
    _try_out(port, store, lang)


def _try_out(port: int, store: str | None, lang: str) -> None:
    from handbook.hub.trial import TrialFailed, running_trial  # noqa: PLC0415 (slow)

    texts = read_texts(lang)
    # Whoever starts it from a program ends it so; all of it must go then too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _say(texts("hub.trial_begins"))
    try:
        with running_trial(port=port, store=store, lang=lang) as trial, suppress(KeyboardInterrupt):
            _say(texts("hub.trial_postgresql" if trial.is_postgresql else "hub.trial_sqlite"))
            _say(texts("hub.trial_people"))
            for login, password in trial.passwords.items():
                _say(f"  {login:<16}{password}")
            _say(texts("hub.trial_ready", address=trial.address))
            with suppress(subprocess.TimeoutExpired):
                trial.process.wait()
    except TrialFailed as error:
        refuse(texts("hub.trial_failed", lines=error))
    except OSError as error:
        refuse(texts("hub.trial_failed", lines=error))
    except KeyboardInterrupt:
        refuse(texts("experiment.ended"), 130)


def _say(line: str) -> None:
    # Flushed, so that whoever reads a pipe sees it now.
    print(line, flush=True)  # noqa: T201
