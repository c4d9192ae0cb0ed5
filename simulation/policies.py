"""A rule of one's own in place of one of the model's, for the SimPy engine alone.

The rules are plain functions of a :class:`~simulation.state.Town` that call each other by name. To
replace one, the model's functions are copied over names of their own, in which the new rule stands for
the old. The model itself is left as it is: another run, another thread and the compiled twin, whose
machine code is made from the same functions, never see the new rule.
"""

from collections.abc import Callable, Mapping
from inspect import signature
from types import FunctionType, ModuleType
from typing import Any

from simulation import (
    allocation,
    casework,
    leadership,
    life,
    meetings,
    office,
    outcomes,
    posts,
    todo,
    work,
)

RULES: tuple[ModuleType, ...] = (
    *(allocation, casework, leadership, life, meetings, office, outcomes, posts, todo, work),
)
"""The modules whose functions can be replaced."""

Policies = Mapping[Callable[..., Any], Callable[..., Any]]
"""What stands in the place of what: ``{allocation.burden_of: mine}``."""


class PolicyError(ValueError):
    """A policy cannot stand in the place it was given; the message says why and what can be done."""


def names_of(policies: Policies) -> tuple[str, ...]:
    """Return each replacement as ``allocation.burden_of → mine``, in the order in which they are given.

    Raises :exc:`PolicyError` for a function that is no rule, or a replacement that cannot be called as
    the rule is.
    """
    said = []
    for rule, mine in policies.items():
        if not isinstance(rule, FunctionType) or not any(
            rule.__globals__ is vars(module) for module in RULES
        ):
            modules = ", ".join(module.__name__.rpartition(".")[2] for module in RULES)
            raise PolicyError(f"{_name(rule)} is no rule; a rule is a function of one of {modules}")
        wanted = list(signature(rule).parameters)
        if not callable(mine) or list(signature(mine).parameters) != wanted:
            raise PolicyError(
                f"{_name(mine)} cannot stand for {_name(rule)}; "
                f"it must be a function of {', '.join(wanted)}, named so and in this order"
            )
        room = rule.__module__.rpartition(".")[2]
        said.append(f"{room}.{rule.__name__} → {_name(mine)}")
    return tuple(said)


def with_policies(engine: Callable[..., Any], policies: Policies) -> Callable[..., Any]:
    """Return *engine*, a function that carries out the rules, with *policies* in their places.

    Whatever it calls of its own module and of :data:`RULES` is a copy that calls copies. A policy calls
    what it has imported, which are the model's own rules, the one it stands for among them.
    """
    names_of(policies)
    spaces = {id(vars(module)): dict(vars(module)) for module in RULES}
    spaces[id(engine.__globals__)] = dict(engine.__globals__)
    copies: dict[Callable[..., Any], Callable[..., Any]] = dict(policies)
    for space in spaces.values():
        for name, value in space.items():
            if isinstance(value, FunctionType) and id(value.__globals__) in spaces:
                if value not in copies:
                    copies[value] = _over(value, spaces[id(value.__globals__)])
                space[name] = copies[value]
    return copies[engine]


def _over(function: FunctionType, names: dict[str, Any]) -> FunctionType:
    """Return a copy of *function* that looks up what it calls in *names*."""
    copy = FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _name(thing: object) -> str:
    return str(getattr(thing, "__name__", repr(thing)))
