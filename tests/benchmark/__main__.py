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
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Measure, print, and write down if asked to."""
    parser = argparse.ArgumentParser(prog="benchmark", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", metavar="section", help=f"{', '.join(SECTIONS)}; all"
    )
    parser.add_argument("--replications", type=int, default=40, help="for the agreement of means")
    parser.add_argument("--rounds", type=int, default=7, help="for CPU time")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} as well")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, default=1, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    unknown = set(asked.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"no section is called {', '.join(sorted(unknown))}")
    if asked.child:
        from benchmark import use  # noqa: PLC0415

        print(json.dumps(use.child(asked.child, asked.size)))  # noqa: T201
        return 0
    from benchmark import report  # noqa: PLC0415 (a child must not import it)

    sections = asked.sections or SECTIONS
    page, agree = report.write(sections, asked.replications, asked.rounds)
    if asked.write and agree:
        RESULTS.write_text(page, encoding="utf-8")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
