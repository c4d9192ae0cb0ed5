"""The tables of the description, in Markdown."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import isnan

from data import PRESETS, Figure, Parameter, Texts, parameters, read_preset, read_rules
from data.files import Entry, read_model
from simulation import casework, codes, meetings, outcomes
from simulation.cohort import Purpose
from simulation.description.moves import Moves, Trials, plain, read_moves, read_trials
from simulation.measures import MEASURES
from simulation.plan import minutes_of
from simulation.scenario import Scenario

WITHIN = {
    "invitation": meetings.INVITE_WITHIN,
    "write_up": meetings.WRITE_UP_WITHIN,
    "follow_up": casework.FOLLOW_UP_WITHIN,
    "contact": casework.CONTACT_WITHIN,
    "intake": casework.INTAKE_WITHIN,
    "handover_in": casework.HANDOVER_WITHIN,
    "crisis": 0,
}
"""Days within which each kind of work is wanted, where that is counted from the day it arises."""
MINUTES = {
    "crisis": ("crisis",),
    "invitation": ("invitation",),
    "preparation": ("preparation", "extra_preparation"),
    "write_up": ("write_up", "extra_write_up"),
    "follow_up": ("follow_up",),
    "contact": ("contact_under_18", "contact_first_year", "contact_later"),
    "intake": ("intake",),
    "handover_out": ("handover_half",),
    "handover_in": ("handover_half",),
}
"""What each kind of work takes; see :func:`simulation.plan.minutes_of`."""


class ModelWords(Entry):
    """The content of ``model_words.toml``: what the words of the model mean."""

    activities: dict[str, str]
    kinds: dict[str, str]
    causes: dict[str, str]
    purses: dict[str, str]
    principles: dict[str, str]
    priorities: dict[str, str]
    leadership: dict[str, str]


def words() -> ModelWords:
    """Return what the words of the model mean."""
    return read_model("definitions/model_words.toml", ModelWords)


def tables() -> dict[str, str]:
    """Return every table by the name of its slot."""
    said = words()
    listed = {
        "activities": ("activity", said.activities),
        "causes": ("cause", said.causes),
        "purses": ("purse", said.purses),
        "principles": ("principle", said.principles),
        "priorities": ("order", said.priorities),
        "leadership": ("rule", said.leadership),
        "measures": ("measure", MEASURES),
    }
    found = {
        f"table_{name}": _table((head, "meaning"), ((f"`{id}`", text) for id, text in rows.items()))
        for name, (head, rows) in listed.items()
    }
    return found | {
        "table_kinds": _kinds(said),
        "table_rules": _rules(),
        "rule_notes": _rule_notes(),
        "table_streams": _table(
            ("number", "purpose"),
            ((str(int(one)), one.name.lower().replace("_", " ")) for one in Purpose),
        ),
        "table_moves_of_outcomes": _outcomes(),
        "parameters": _parameters(),
        "confidence_counts": _confidence(),
        "our_assumptions": _our_assumptions(),
    }


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _kinds(said: ModelWords) -> str:
    minutes = [minutes_of(Scenario.preset(name)) for name in PRESETS]
    rows = []
    for kind in codes.KINDS:
        each = [", ".join(str(of[part]) for part in MINUTES[kind]) for of in minutes]
        within = str(WITHIN[kind]) if kind in WITHIN else ""
        parts = ", ".join(part.replace("_", " ") for part in MINUTES[kind])
        rows.append((f"`{kind}`", said.kinds[kind], parts, *each, within))
    appointment = [str(of["appointment"]) for of in minutes]
    held = "held or not come to; travel included; no task but an appointment"
    rows.append(("meeting", held, "appointment", *appointment, ""))
    return _table(("kind", "arises when", "minutes for", *PRESETS, "wanted within days"), rows)


def _rules() -> str:
    heads = (
        "rule",
        "kind",
        "counted from",
        "earliest, target, latest (months)",
        "basis",
        "source",
        "valid from",
        "checked on",
    )
    return _table(
        heads,
        (
            (
                f"`{rule.id}`: {rule.name.en}",
                rule.kind,
                rule.anchor,
                f"{rule.earliest_months}, {rule.target_months}, {rule.latest_months}",
                rule.basis,
                rule.source,
                rule.valid_from.isoformat(),
                rule.checked_on.isoformat(),
            )
            for rule in read_rules()
        ),
    )


def _rule_notes() -> str:
    return "\n".join(f"- `{rule.id}`: {rule.note.en}" for rule in read_rules() if rule.note)


def _outcomes() -> str:
    """Ask the rule itself where a youth who leaves a state goes, over evenly spread chances."""
    steps = 1000
    rows = []
    for number, name in enumerate(codes.STATES[:-1]):
        state = codes.IN_SCHOOL + number
        gone = [outcomes._next_state(state, (n + 0.5) / steps) for n in range(steps)]
        shares = [gone.count(codes.IN_SCHOOL + other) / steps for other in range(len(codes.STATES))]
        rows.append((f"`{name}`", *(f"{share:g}" if share else "" for share in shares[1:-1])))
    return _table(("from", *(f"to `{name}`" for name in codes.STATES[1:-1])), rows)


def _figures(id: str) -> list[Figure]:
    return [read_preset(name).figures[id] for name in PRESETS]


def _parameters() -> str:
    texts, trials = Texts.read("en"), read_trials()
    moves = {found.parameter: found for found in read_moves().moves}
    parts = []
    for group, members in groupby(parameters().values(), key=lambda parameter: parameter.group):
        listed = list(members)
        parts += [
            f"#### {texts(f'group.{group}')}",
            _values_of(listed, texts),
            _sources_of(listed, moves, trials),
        ]
    return "\n\n".join(parts)


def _values_of(listed: Sequence[Parameter], texts: Texts) -> str:
    rows = []
    for parameter in listed:
        id = parameter.id
        meaning = f"`{id}`: {texts(f'parameter.{id}.meaning')}"
        values = [_value(parameter, figure) for figure in _figures(id)]
        rows.append((meaning, parameter.unit, *values, _bounds(parameter)))
    return _table(("parameter", "unit", *PRESETS, "allowed"), rows)


def _value(parameter: Parameter, figure: Figure) -> str:
    value = plain(parameter, figure.value)
    if figure.low is None:
        return value
    return f"{value} ({plain(parameter, figure.low)}–{plain(parameter, figure.high)})"


def _bounds(parameter: Parameter) -> str:
    if parameter.kind == "choice":
        return ", ".join(f"`{choice}`" for choice in parameter.choices)
    if parameter.kind == "switch":
        return "yes, no"
    if parameter.kind == "date":
        return "a date"
    each = {"weeks": ", each", "roles": ", each role", "triangle": ", each of three"}
    return f"{parameter.minimum:,g} to {parameter.maximum:,g}{each.get(parameter.kind, '')}"


def _sources_of(listed: Sequence[Parameter], moves: dict[str, Moves], trials: Trials) -> str:
    return _table(
        ("parameter", "source", "confidence", "what it moves"),
        (
            (f"`{one.id}`", _source(one.id), _sure(one.id), _moved(one, moves[one.id], trials))
            for one in listed
        ),
    )


def _source(id: str) -> str:
    sources = {name: figure.source.en for name, figure in zip(PRESETS, _figures(id), strict=True)}
    different = set(sources.values())
    if len(different) == 1:
        return different.pop()
    return "; ".join(f"{name}: {source}" for name, source in sources.items())


def _sure(id: str) -> str:
    said = []
    for figure in _figures(id):
        text = figure.confidence + (", computed by us from the source" if figure.derived else "")
        if text not in said:
            said.append(text)
    return "; ".join(said)


def _moved(parameter: Parameter, moves: Moves, trials: Trials) -> str:
    given = trials.with_.get(parameter.id, {})
    before = getattr(trials.before(parameter.id), parameter.id)
    after = parameter.of_each_role(trials.other[parameter.id])
    what = f"{plain(parameter, before)} → {plain(parameter, after)}"
    if given:
        what += " (with " + ", ".join(f"`{id}` {value}" for id, value in given.items()) + ")"
    measures = ", ".join(
        f"`{one.measure}` {_number(one.before)} → {_number(one.after)}"
        + ("" if one.clear else " (statistically unclear)")
        for one in moves.moved
    )
    return f"{what}: {measures or 'nothing'}"


def _number(value: float) -> str:
    if isnan(value):
        return "none"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _confidence() -> str:
    rows = []
    for name in PRESETS:
        figures = list(read_preset(name).figures.values())
        for sure in ("measured", "reported", "expert guess", "our assumption"):
            of_kind = [figure for figure in figures if figure.confidence == sure]
            derived = sum(figure.derived for figure in of_kind)
            rows.append((name, sure, str(len(of_kind)), str(derived)))
    return _table(("preset", "confidence", "numbers", "of these computed by us"), rows)


def _our_assumptions() -> str:
    names = [
        f"`{id}`"
        for id in parameters()
        if all(figure.confidence == "our assumption" for figure in _figures(id))
    ]
    return f"{len(names)} of {len(parameters())}: " + ", ".join(names)
