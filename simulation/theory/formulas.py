"""Formulas of queueing theory, each with its source.

Rates and times belong together: a rate a day goes with days, minutes go with minutes a day.
"""

from collections.abc import Sequence
from math import exp, expm1
from typing import NamedTuple

import numpy as np
from scipy.special import hyp1f1
from scipy.stats import poisson

from simulation.scenario import Scenario


def erlang_b(servers: int, offered: float) -> float:
    """Return the share of arrivals that find every one of *servers* taken and are turned away.

    *offered* is arrival rate × mean service time. M/G/c/c; Erlang (1917).

    >>> round(erlang_b(10, 5.0), 4)
    0.0184
    """
    return float(poisson.pmf(servers, offered) / poisson.cdf(servers, offered))


def erlang_c(servers: int, offered: float) -> float:
    """Return the share of arrivals that must wait: M/M/c without impatience; Erlang (1917).

    *offered* is arrival rate × mean service time, below *servers*.

    >>> round(erlang_c(10, 8.0), 4)
    0.4092
    """
    if offered >= servers:
        raise ValueError(f"offered is {offered}; it must be below servers, {servers}")
    blocked = erlang_b(servers, offered)
    load = offered / servers
    return blocked / (1 - load * (1 - blocked))


def erlang_c_wait(servers: int, arrivals: float, service: float) -> float:
    """Return the mean wait in M/M/c, in the unit of 1 ÷ *arrivals*; both are rates."""
    return erlang_c(servers, arrivals / service) / (servers * service - arrivals)


class Impatient(NamedTuple):
    """What the Erlang A formula says."""

    waits: float
    """Share of arrivals that find no free server."""
    abandons: float
    """Share of arrivals that leave before they are served."""
    mean_wait: float
    """Mean time in the queue of all arrivals, those who abandon included."""


def erlang_a(servers: int, arrivals: float, service: float, impatience: float) -> Impatient:
    """Return M/M/c+M: who waits leaves at the rate *impatience*; all are rates.

    Palm (1957) in the form of Mandelbaum and Zeltyn (2007), "Service engineering in action: the
    Palm/Erlang-A queue": A(x, y) = x eʸ y⁻ˣ γ(x, y), with γ the lower incomplete gamma function. That
    is Kummer's function M(1, x + 1, y), which SciPy has.
    """
    x, y = servers * service / impatience, arrivals / impatience
    spread = float(hyp1f1(1.0, x + 1, y))
    blocked = erlang_b(servers, arrivals / service)
    load = arrivals / (servers * service)
    waits = float(spread * blocked / (1 + (spread - 1) * blocked))
    abandons = waits * float(1 / (load * spread) + 1 - 1 / load)
    return Impatient(waits, abandons, abandons / impatience)


def mean_stay(scenario: Scenario) -> float:
    """Return the mean years in the programme of a youth placed before 18, without a limited stay.

    Entry at 15, or evenly up to the latest age; exponential leaving before 18, some without support
    at 18, exponential leaving after it, the end at 23.
    """
    before, after = scenario.leave_before_18_per_year, scenario.leave_after_18_per_year
    least = 18 - scenario.latest_entry_age
    share, width = scenario.share_entering_at_15, 3 - least
    # The chance of being there at 18, and its mean over an even entry age.
    reach_15 = exp(-before * 3)
    reach_even = (exp(-before * least) - reach_15) / (before * width)
    reach = share * reach_15 + (1 - share) * reach_even
    adult = scenario.support_granted_at_18 * -expm1(-after * 5) / after
    return (1 - reach) / before + reach * adult


def workload(rates: Sequence[float], squares: Sequence[float], load: float) -> float:
    """Return the mean work that waits in M/G/1: Pollaczek (1930) and Khinchine (1932).

    *rates* and *squares* (mean squares of the work an arrival brings) belong to the kinds of work;
    *load* is below 1. With work in days of one server, the answer is in days.

    >>> workload([0.8], [2.0], 0.8)  # M/M/1: ρ ÷ (1 - ρ) services
    4.000000000000001
    """
    return sum(r * s for r, s in zip(rates, squares, strict=True)) / (2 * (1 - load))


def preemptive_resume(
    rates: Sequence[float], means: Sequence[float], squares: Sequence[float]
) -> tuple[float, ...]:
    """Return the mean work that waits of each class in M/G/1, first class first.

    A class interrupts those after it, and what was interrupted goes on where it stopped. Classes 1 to
    k then see a queue of their own, so class k has the work of 1 to k less that of 1 to k - 1
    (Conway, Maxwell and Miller 1967, ch. 8; Kleinrock 1976, ch. 3).
    """
    loads = np.cumsum([r * m for r, m in zip(rates, means, strict=True)])
    whole = [
        workload(rates[: k + 1], squares[: k + 1], float(load)) for k, load in enumerate(loads)
    ]
    return tuple(float(part) for part in np.diff([0.0, *whole]))


def repairman(cases: int, service: float, delay: float) -> float:
    """Return the share of time one server is busy with *cases* that come back after a *delay*.

    The machine-repair queue (Palm 1947): exponential services with mean *service*, any delays with
    mean *delay*, first come first served. The server is idle as often as Erlang B says.
    """
    return 1 - erlang_b(cases, delay / service)


def busy_at_most(cases: int, service: float, delay: float) -> float:
    """Return the asymptotic bound of that share where a service takes no time beside the delay.

    A case asks for *service* at most once in *delay*, and nobody is busy more than always (Denning and
    Buzen 1978).
    """
    return min(1.0, cases * service / delay)


def busy_at_least(cases: int, service: float, delay: float) -> float:
    """Return the lower asymptotic bound: each case waits for the services of all *cases*."""
    return cases * service / (cases * service + delay)
