"""What would change a recommendation, as a leadership group reads it."""

from collections.abc import Iterator
from math import isnan

from data import parameters
from data.texts import Texts
from simulation.assumptions import written
from simulation.experiments.change_of_mind import Change, ChangesOfMind, Side
from simulation.experiments.flips import SURE, Flip
from simulation.experiments.offered import promise_in_words
from simulation.experiments.options import NONE
from simulation.experiments.uncertain import Uncertain
from simulation.measure_words import joined
from simulation.wording import share

MOST_TOLD = 5
"""Numbers that are told of one by one; the table has all."""
_MOST_NAMED = 6


def asked(found: ChangesOfMind, texts: Texts) -> str:
    """Return what is decided, and between what."""
    question = found.question
    promise = promise_in_words(question.promise, question.probability, question.today.years, texts)
    return texts(
        "flip.asked",
        promise=promise,
        options="; ".join(f"“{name}”" for name, _ in question.options),
    )


def lead(found: ChangesOfMind, texts: Texts) -> str:
    """Return what is recommended as the numbers are, and how many of them would change that."""
    if found.keeps_none:
        said = texts("flip.recommended_none")
    else:
        said = texts("flip.recommended", option=found.recommended)
    many = len(found.flipping)
    if many:
        word = "flip.many" if many > 1 else "flip.one"
        return f"{said} {texts(word, n=texts.number(many), name=name_of(found.flipping[0], texts))}"
    if not found.finished:
        return said
    return f"{said} {texts('flip.maybe' if found.unclear else 'flip.firm')}"


def certainty(found: ChangesOfMind, texts: Texts) -> str:
    """Return how sure the recommendation is as the numbers are."""
    words = "flip.support" if found.support >= SURE else "flip.support_weak"
    return texts(words, share=share(texts, found.support))


def told(found: ChangesOfMind, texts: Texts) -> tuple[str, ...]:
    """Return a sentence for each of the numbers that most likely change the recommendation."""
    return tuple(_change(change, texts) for change in found.flipping[:MOST_TOLD])


def next_to_measure(found: ChangesOfMind, texts: Texts) -> str:
    """Return which number is worth finding out first; empty where none would change anything."""
    ranked = [one for one in (*found.flipping, *found.unclear) if one.chance > 0]
    if not ranked:
        return ""
    first = max(ranked, key=lambda one: one.chance)
    return texts(
        "flip.measure",
        name=name_of(first, texts),
        chance=share(texts, first.chance),
        range=range_of(first.input, texts),
    )


def others(found: ChangesOfMind, texts: Texts) -> tuple[str, ...]:
    """Return which numbers may change it, and which do not."""
    said = []
    for word, changes in (("flip.unclear", found.unclear), ("flip.do_not", found.firm)):
        if changes:
            names = "; ".join(name_of(one, texts) for one in changes[:_MOST_NAMED])
            if len(changes) > _MOST_NAMED:
                more = texts.number(len(changes) - _MOST_NAMED)
                names = texts("flip.and_more", names=names, n=more)
            said.append(texts(word, names=names))
    return tuple(said)


def unsure(found: ChangesOfMind, texts: Texts) -> Iterator[str]:
    """Yield what is not sure about it, and what it leaves out."""
    if not found.finished:
        yield texts("flip.unsure_begun")
    yield texts("flip.unsure_one")
    yield texts("flip.unsure_even")
    yield texts("flip.unsure_jump")
    if found.question.which == "carrying":
        yield texts("flip.unsure_few")
    decided = [texts(f"parameter.{field}") for field in sorted(found.question.decided)]
    if decided:
        yield texts("flip.unsure_decided", names="; ".join(decided))
    if found.question.known:
        yield texts("flip.unsure_known", n=texts.number(len(found.question.known)))


def name_of(change: Change, texts: Texts) -> str:
    """Return what the number is called."""
    return texts(f"parameter.{change.input.field}")


def plain_number(one: Uncertain, value: float, texts: Texts, *, exact: bool = False) -> str:
    """Return *value*, the number of an input (see :meth:`Uncertain.number`), without its unit.

    What was found has three figures, as nobody knows it better; what was given is *exact*.
    """
    if isnan(value):
        return texts("word.not_known")
    parameter = parameters()[one.field]
    plain: object = value if exact else float(f"{value:.3g}")
    if parameter.kind == "switch":
        plain = value >= 0.5
    elif one.stepwise and value % 1 == 0:
        plain = int(value)
    return written(texts, parameter, plain)


def now_of(one: Uncertain, texts: Texts) -> str:
    """Return what the number is now, with its unit."""
    return _with_unit(one, plain_number(one, one.number(one.value), texts, exact=True), texts)


def range_of(one: Uncertain, texts: Texts) -> str:
    """Return what the number may well be, with its unit."""
    low, high = (
        plain_number(one, one.number(end), texts, exact=True) for end in (one.low, one.high)
    )
    return _with_unit(one, joined(low, high, texts), texts)


def option_of(name: str, texts: Texts) -> str:
    """Return what is recommended: the option, or that none will do."""
    return texts("flip.none") if name == NONE else texts("flip.named", option=name)


def ends_of(flip: Flip, texts: Texts) -> str:
    """Return the interval of the value at which the recommendation changes, or what is known of it."""
    if isnan(flip.low) or isnan(flip.high):
        known = flip.high if isnan(flip.low) else flip.low
        if isnan(known):
            return texts("word.not_known")
        return texts("flip.from", at=plain_number(flip.input, known, texts))
    low, high = (plain_number(flip.input, end, texts) for end in (flip.low, flip.high))
    return joined(low, high, texts)


def _with_unit(one: Uncertain, said: str, texts: Texts) -> str:
    unit = parameters()[one.field].unit
    return said if unit in {"ratio", "on or off"} else f"{said} {texts(f'unit.{unit}')}"


def _change(change: Change, texts: Texts) -> str:
    now = texts("flip.number", name=name_of(change, texts), now=now_of(change.input, texts))
    return " ".join([now, *(_side(side, texts) for side in change.flipping)])


def _side(side: Side, texts: Texts) -> str:
    flip = side.flip
    return texts(
        f"flip.{flip.side}",
        at=plain_number(flip.input, flip.value, texts),
        ends=ends_of(flip, texts),
        to=option_of(flip.to, texts),
        chance=share(texts, side.chance),
    )
