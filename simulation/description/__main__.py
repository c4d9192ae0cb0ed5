"""Build docs/model.md, or say whether it is up to date: ``python -m simulation.description``."""

import argparse
import sys

from simulation.description import PAGE, describe, first_difference


def main() -> int:
    """Write the description, or compare it."""
    parser = argparse.ArgumentParser(prog="simulation.description", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if it is stale")
    parser.add_argument(
        "--moves", action="store_true", help="first find out again what each number moves (minutes)"
    )
    asked = parser.parse_args()
    if asked.check:
        old = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
        found = first_difference(old, describe())
        if found:
            sys.stdout.write(f"{PAGE.name} is stale; python -m simulation.description\n{found}\n")
        return 1 if found else 0
    if asked.moves:
        from simulation.description.moves import write_moves  # noqa: PLC0415 (needs the engine)

        write_moves()
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(describe(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
