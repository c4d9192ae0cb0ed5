"""What was tried against today, and what that changed, in sentences."""

from data import parameters
from data.texts import Texts
from simulation.assumptions import written
from simulation.scenario import Scenario
from simulation.study import Study
from simulation.summary import Difference
from simulation.wording import base_in_words, counted, money, plain


def changes_in_words(study: Study, texts: Texts) -> tuple[str, ...]:
    """Return what differs from the base and what follows from it; clear differences only.

    Where a difference in late meetings may be chance, that is what is said.
    """
    if study.base is None:
        return ()
    if not study.compared:
        return (texts("change.none", base=base_in_words(study, texts)),)
    tried = differences_in_words(study.scenario, study.base, texts)
    said = [texts("change.what", changes="; ".join(tried))]
    said.append(_late(texts, study.differences["late_per_year"]))
    wait = study.differences["wait_mean_days"]
    if wait.clear and round(abs(wait.mean)):
        longer = "change.longer_wait" if wait.mean > 0 else "change.shorter_wait"
        said.append(texts(longer, days=counted(texts, "days", abs(wait.mean))))
    cost = study.differences["cost_per_year_dkk"]
    if cost.clear and abs(cost.mean) >= 50:
        dearer = "change.dearer" if cost.mean > 0 else "change.cheaper"
        said.append(texts(dearer, amount=money(texts, abs(cost.mean))))
    return tuple(said)


def differences_in_words(scenario: Scenario, base: Scenario, texts: Texts) -> tuple[str, ...]:
    """Return each field in which *scenario* differs from *base*, such as "6 coordinators instead of 4"."""
    changed = scenario.differences(base)
    return tuple(_tried(texts, field, new, old) for field, (new, old) in changed.items())


def _tried(texts: Texts, field: str, new: object, old: object) -> str:
    if field == "reminders":
        return texts("change.reminders_on" if new else "change.reminders_off")
    if field not in parameters():
        return texts(f"change.{field}")
    parameter = parameters()[field]
    told = f"{texts(f'parameter.{field}')}: {written(texts, parameter, new)}"
    before = written(texts, parameter, old)
    if isinstance(new, int | float) and f"count.{field}.other" in texts.words:
        decimals = decimals_of(field)
        told = counted(texts, field, new, 0 if float(new).is_integer() else decimals)
    return texts("change.instead", new=told, old=before)


def decimals_of(field: str) -> int:
    """Return how many decimals the control of *field* has."""
    step = f"{parameters()[field].step:g}" if parameters()[field].kind == "number" else "1"
    return len(step.partition(".")[2])


def _late(texts: Texts, late: Difference) -> str:
    if late.mean != late.mean:
        return texts("change.unknown")
    if late.none:
        return texts("change.same_late")
    if not late.clear:
        return texts(
            "change.unclear_late",
            low=_more_or_fewer(texts, late.low),
            high=_more_or_fewer(texts, late.high),
        )
    low, high = sorted((abs(late.low), abs(late.high)))
    fewer = late.mean < 0
    return texts(
        "change.fewer_late" if fewer else "change.more_late",
        mean=plain(texts, abs(late.mean), 1),
        low=plain(texts, low, 1),
        high=plain(texts, high, 1),
    )


def _more_or_fewer(texts: Texts, value: float) -> str:
    return counted(texts, "fewer" if value < 0 else "more", abs(value), 1)
