"""The numbers behind an answer as people write them, and those of our own guesses that carry it."""

from collections.abc import Container
from datetime import date

from data import Parameter, Preset, parameters
from data.texts import Texts

CARRYING = (
    "work_multiplier",
    "inflow_per_year",
    "case_hours_per_year",
    "team_slots_per_week",
    "no_show",
    "vacancy_months",
)
"""The assumptions of ours that move the answer most."""
_MOST_DECIMALS = 3


def written(texts: Texts, parameter: Parameter, value: object) -> str:
    """Return the *value* of *parameter* without its unit; shares as per cent.

    Numbers for each role of the team are written once where they are the same.
    """
    match value:
        case bool():
            return texts("capacity.on" if value else "capacity.off")
        case int() | float() if parameter.unit.startswith("share"):
            return texts.percent(value, _decimals(100 * value))
        case int() | float():
            return texts.number(value, _decimals(value))
        case date():
            return texts.date(value)
        case tuple() if parameter.kind == "triangle":
            low, middle, high = (texts.number(part, _decimals(part)) for part in value)
            return texts("word.triangle", low=low, middle=middle, high=high)
        case tuple() if parameter.kind == "roles" and len(set(value)) == 1:
            return texts.number(value[0])
        case tuple():
            return ", ".join(texts.number(part) for part in value)
    return texts(f"choice.{parameter.id}.{value}")


def _decimals(value: float) -> int:
    """Return how many decimals *value* needs, three at most."""
    return len(f"{value:.{_MOST_DECIMALS}f}".rstrip("0").partition(".")[2])


def assumptions_in_words(preset: Preset, texts: Texts, own: Container[str] = ()) -> tuple[str, ...]:
    """Return the assumptions that carry an answer about *preset*, with what they may well be.

    The ids in *own* are numbers of the leaders' own, and no assumption of ours.
    """
    said = []
    for id in CARRYING:
        if id in own:
            continue
        parameter, figure = parameters()[id], preset.figures[id]
        value = f"{written(texts, parameter, figure.value)} {texts(f'unit.{parameter.unit}')}"
        if parameter.unit == "ratio":
            value = written(texts, parameter, figure.value)
        slots = {"name": texts(f"parameter.{id}"), "value": value}
        if figure.low is None or figure.high is None:
            said.append(texts("capacity.assumption", **slots))
            continue
        low, high = (written(texts, parameter, end) for end in (figure.low, figure.high))
        said.append(texts("capacity.assumption_range", **slots, low=low, high=high))
    return tuple(said)
