"""Run the benchmark: ``python tests/benchmark`` or ``python -m tests.benchmark``."""

import argparse
import json
import sys
from pathlib import Path

# The folder is a package of its own wherever it is run from.
sys.path.insert(0, str(Path(__file__).parents[1]))

SECTIONS = (
    "speed",
    "many",
    "growth",
    "first",
    "experiments",
    "records",
    "sessions",
    "workbench",
    "visitors",
)
NAMED = ("load",)
"""What is measured only where it is named, since it takes half an hour."""
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Measure, print, and write down if asked to."""
    parser = argparse.ArgumentParser(prog="benchmark", description=__doc__)
    parser.add_argument(
        "sections",
        nargs="*",
        metavar="section",
        help=f"{', '.join(SECTIONS)}; all. By name alone: load",
    )
    parser.add_argument("--sessions", type=int, default=50, help="for the load")
    parser.add_argument("--minutes", type=float, default=30, help="for the load")
    parser.add_argument("--replications", type=int, default=40, help="for the agreement of means")
    parser.add_argument("--rounds", type=int, default=7, help="for CPU time")
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"write {RESULTS.name} as well; of named sections, only these",
    )
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, default=1, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    unknown = set(asked.sections) - {*SECTIONS, *NAMED}
    if unknown:
        parser.error(f"no section is called {', '.join(sorted(unknown))}")
    if asked.child:
        from benchmark import use  # noqa: PLC0415

        print(json.dumps(use.child(asked.child, asked.size)))  # noqa: T201
        return 0
    from benchmark import report  # noqa: PLC0415 (a child must not import it)

    sections = asked.sections or SECTIONS
    load = (asked.sessions, asked.minutes)
    page, agree = report.write(sections, asked.replications, asked.rounds, load)
    if asked.write and agree:
        if asked.sections:
            page = report.put_in(RESULTS.read_text(encoding="utf-8"), page)
        RESULTS.write_text(page, encoding="utf-8")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
