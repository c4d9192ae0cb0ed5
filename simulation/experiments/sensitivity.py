"""Which of the inputs nobody is sure of move the answer: first a screening, then shares of variance.

The screening (Morris 1991) moves every uncertain input across its range, one at a time from many
starting points, and finds those that hardly matter. The shares of variance (Sobol' 2001) say of the
few that are left how much of what we do not know comes from each, alone and together with others.
Every point of a design meets the same youths, so that what differs comes from the inputs.

The designs and the indices are SALib's. The elementary effects are worked out here, since SALib divides
them by the step that was planned, which is not the step that was made where a number is rounded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulation.experiments.replications import together
from simulation.experiments.uncertain import Uncertain
from simulation.measures import MEASURES
from simulation.scenario import Scenario
from simulation.summary import CONFIDENCE

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Verdict = Literal["chosen", "beyond the cap", "unclear", "small", "within noise", "no effect"]

STANDARD = ("late_share", "kept_coordinator_share", "cost_per_year_dkk")
"""The measures that are looked at if no others are asked for."""
LEVELS = 4
"""Values of each input in the screening, as Morris and Campolongo et al. (2007) do it."""
RESAMPLES = 1000
"""Bootstrap samples behind an interval."""
THRESHOLD = 0.1
"""An input matters when it moves a measure by clearly more than this part of what the strongest does:
our assumption."""
MOST = 8
"""Inputs that are passed on from the screening at most: our assumption, for the sake of time."""


@dataclass(frozen=True, slots=True)
class Influence:
    """How one input moves one measure, over all starting points of a screening."""

    input: Uncertain
    measure: str
    mu_star: float
    """Mean size of the effect of moving the input across its whole range, in the unit of the measure."""
    mu_star_low: float
    mu_star_high: float
    """Ends of its 95 % interval: a bootstrap over starting points."""
    mu: float
    """Mean effect with its sign; nearer 0 than mu_star where the effect changes direction."""
    sigma: float
    """Standard deviation of the effect: above 0 where it is not linear or hangs on other inputs."""
    noise: float
    """What mu_star would be if the input did nothing and chance alone moved the measure; not a number
    for a single replication."""
    verdict: Verdict
    """Whether the input is passed on, or why not; see :meth:`Screening.influences`."""


@dataclass(frozen=True, slots=True, eq=False)
class Screening:
    """A screening as far as it has come."""

    inputs: tuple[Uncertain, ...]
    measures: tuple[str, ...]
    seed: int
    asked: int
    """Starting points (trajectories) in the end."""
    effects: Floats
    """Elementary effect, in the unit of the measure for the whole range of the input, by trajectory,
    input, replication and measure."""
    threshold: float = THRESHOLD
    most: int = MOST

    @property
    def done(self) -> float:
        """Share of the trajectories that are there, 0-1."""
        return len(self.effects) / self.asked

    def influences(self, measure: str) -> tuple[Influence, ...]:
        """Return how each input moves *measure*, the strongest first.

        An input is "chosen" when the whole interval of its mu_star lies above its noise and above
        *threshold* times the largest mu_star, unless *most* stronger ones do ("beyond the cap"). If
        not, it has "no effect" at all, its whole interval lies below the threshold ("small"), its
        mu_star is no larger than its noise ("within noise"), or it is "unclear". Raises
        :exc:`ValueError` for a measure that was not looked at.
        """
        of = self.effects[..., _place(self.measures, measure)]
        mean = np.nanmean(of, axis=2)
        sizes = np.abs(mean)
        mu_star = sizes.mean(axis=0)
        ends = _bootstrap(sizes, self.seed)
        count = len(of)
        sigma = mean.std(axis=0, ddof=1) if count > 1 else np.full(len(self.inputs), np.nan)
        noise = _noise_of_size(of)
        verdicts = self._verdicts(mu_star, ends, noise)
        order = np.argsort(-mu_star, kind="stable")
        return tuple(
            Influence(
                self.inputs[n],
                measure,
                float(mu_star[n]),
                float(ends[0, n]),
                float(ends[1, n]),
                float(mean[:, n].mean()),
                float(sigma[n]),
                float(noise[n]),
                verdicts[n],
            )
            for n in order
        )

    def _verdicts(self, mu_star: Floats, ends: Floats, noise: Floats) -> list[Verdict]:
        bound = self.threshold * mu_star.max()
        # Of a single replication nobody knows the noise.
        noise = np.nan_to_num(noise)
        found: list[Verdict] = ["no effect"] * len(mu_star)
        for n in np.argsort(-mu_star, kind="stable"):
            low, high = ends[:, n]
            if low > max(bound, noise[n]):
                found[n] = "beyond the cap" if found.count("chosen") == self.most else "chosen"
            elif high < bound:
                found[n] = "small" if mu_star[n] > 0 else "no effect"
            elif mu_star[n] > 0:
                found[n] = "unclear" if mu_star[n] > noise[n] else "within noise"
        return found

    def chosen(self, measure: str) -> tuple[Uncertain, ...]:
        """Return the inputs that matter for *measure*, the strongest first."""
        return tuple(one.input for one in self.influences(measure) if one.verdict == "chosen")

    def table(self) -> "pd.DataFrame":
        """Return one row a measure and input, the strongest input of each measure first.

        Columns: ``measure``; ``input``; ``unit`` of the input; ``low``, ``high``: the ends of its range;
        ``mu_star``, ``mu_star_low``, ``mu_star_high``, ``mu``, ``sigma``, ``noise`` in the unit of the
        measure (see :class:`Influence`); ``verdict``; ``trajectories`` and ``replications`` behind it.
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        trajectories, _, replications, _ = self.effects.shape
        return pd.DataFrame(
            {
                "measure": measure,
                "input": one.input.field,
                "unit": one.input.unit,
                "low": one.input.low,
                "high": one.input.high,
                "mu_star": one.mu_star,
                "mu_star_low": one.mu_star_low,
                "mu_star_high": one.mu_star_high,
                "mu": one.mu,
                "sigma": one.sigma,
                "noise": one.noise,
                "verdict": one.verdict,
                "trajectories": trajectories,
                "replications": replications,
            }
            for measure in self.measures
            for one in self.influences(measure)
        )


def screen(
    base: Scenario,
    inputs: Sequence[Uncertain],
    *,
    measures: Sequence[str] = STANDARD,
    trajectories: int = 20,
    replications: int = 10,
    seed: int = 1,
    threshold: float = THRESHOLD,
    most: int = MOST,
    workers: int | str = 1,
    cancel: Event | None = None,
) -> Iterator[Screening]:
    """Yield the screening of *inputs* (see :func:`~simulation.experiments.uncertain.uncertain_inputs`).

    It grows by a trajectory at a time: a starting point drawn on a grid of four levels, then each
    input moved by two thirds of its range, in an order that is drawn too. Each trajectory takes
    ``(inputs + 1) * replications`` runs. *measures* are those of
    :data:`simulation.measures.MEASURES`. The same *seed* gives the same bytes.

    Source: M. D. Morris, Technometrics 33 (1991) 161-174; the mean of sizes, mu_star, is from F.
    Campolongo, J. Cariboni and A. Saltelli, Environ. Model. Softw. 22 (2007) 1509-1518.

    It stops early, with what is finished, once *cancel* is set. Raises :exc:`ValueError` for no input,
    a measure that does not exist or has nothing to measure, or less than one trajectory or replication.
    """
    if trajectories < 1:
        raise ValueError(f"trajectories is {trajectories}; it must be 1 or more")
    runs = _Runs(
        base, tuple(inputs), tuple(measures), replications, seed, workers, cancel or Event()
    )

    def grow() -> Iterator[Screening]:
        found: list[Floats] = []
        for points in morris_design(len(inputs), trajectories, seed):
            values = runs.values(points)
            if values is None:
                return
            found.append(elementary_effects(_positions(runs.inputs, points), values))
            effects = np.array(found)
            yield Screening(
                runs.inputs, runs.measures, seed, trajectories, effects, threshold, most
            )

    return grow()


def morris_design(inputs: int, trajectories: int, seed: int) -> Floats:
    """Return SALib's trajectories as positions, 0-1, by trajectory, point and input.

    A trajectory has a point more than there are inputs; each differs from the one before in one input.
    """
    from SALib.sample import morris  # noqa: PLC0415 (slow to import, and only designs need it)

    design = morris.sample(_problem(inputs), trajectories, num_levels=LEVELS, seed=seed)
    return np.asarray(design).reshape(trajectories, inputs + 1, inputs)


def elementary_effects(points: Floats, values: Floats) -> Floats:
    """Return what each input moved along one trajectory, for its whole range, a row an input.

    *points* are positions that were run, 0-1, by point and input; *values* have a row a point and
    any further axes, which are kept.
    """
    moved = np.diff(points, axis=0)
    changed = np.diff(values, axis=0)
    found = np.zeros((points.shape[1], *values.shape[1:]))
    for step, change in zip(moved, changed, strict=True):
        input = int(np.abs(step).argmax())
        found[input] = change / step[input]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Shares of variance as far as they have come."""

    inputs: tuple[Uncertain, ...]
    measures: tuple[str, ...]
    seed: int
    asked: int
    """Base points in the end."""
    values: Floats
    """By base point, its ``inputs + 2`` points in the order of SALib, replication and measure."""

    @property
    def done(self) -> float:
        """Share of the base points that are there, 0-1."""
        return len(self.values) / self.asked

    def table(self) -> "pd.DataFrame":
        """Return one row a measure and input, the greatest total of each measure first.

        Columns: ``measure``; ``input``; ``unit`` of the input; ``low``, ``high``: the ends of its range;
        ``first``: share of the variance that goes away when this input is known; ``total``: share that
        stays when all others are known; each with ``_low`` and ``_high``, the ends of its 95 % bootstrap
        interval; ``noise``: the part of ``total`` that chance alone explains; ``points`` and
        ``replications`` behind it. A ``first`` near 0 may come out below it. All are not numbers where
        the measure never moves, or only one base point is there.
        """
        import pandas as pd  # noqa: PLC0415 (slow to import, and only tables need it)

        points, _, replications, _ = self.values.shape
        rows = []
        for number, measure in enumerate(self.measures):
            values = self.values[..., number]
            found = sobol_indices(np.nanmean(values, axis=2), self.seed)
            noise = _noise_of_total(values)
            for n in np.argsort(-found["total"], kind="stable"):
                one = self.inputs[n]
                rows.append(
                    {
                        "measure": measure,
                        "input": one.field,
                        "unit": one.unit,
                        "low": one.low,
                        "high": one.high,
                        **{name: float(column[n]) for name, column in found.items()},
                        "noise": float(noise[n]),
                        "points": points,
                        "replications": replications,
                    }
                )
        return pd.DataFrame(rows)


def shares_of_variance(
    base: Scenario,
    inputs: Sequence[Uncertain],
    *,
    measures: Sequence[str] = STANDARD,
    points: int = 64,
    replications: int = 10,
    seed: int = 1,
    workers: int | str = 1,
    cancel: Event | None = None,
) -> Iterator[Shares]:
    """Yield the shares of variance of *inputs*, growing by a base point at a time.

    Every value in an input's range is taken to be as likely as any other, whatever the other inputs are:
    our assumption. A base point takes ``(inputs + 2) * replications`` runs; *points*, a power of two,
    is how many there are in the end. The same *seed* gives the same bytes.

    Source: A. Saltelli et al., Comput. Phys. Commun. 181 (2010) 259-270, on scrambled Sobol' points, as
    SALib has it.

    It stops early, with what is finished, once *cancel* is set. Raises :exc:`ValueError` for no input,
    a measure that does not exist or has nothing to measure, less than one replication, or a number of
    points that is no power of two.
    """
    if points < 2 or points & (points - 1):
        raise ValueError(f"points is {points}; it must be a power of two, such as 32, 64 or 128")
    runs = _Runs(
        base, tuple(inputs), tuple(measures), replications, seed, workers, cancel or Event()
    )

    def grow() -> Iterator[Shares]:
        found: list[Floats] = []
        for rows in saltelli_design(len(inputs), points, seed):
            values = runs.values(rows)
            if values is None:
                return
            found.append(values)
            yield Shares(runs.inputs, runs.measures, seed, points, np.array(found))

    return grow()


def saltelli_design(inputs: int, points: int, seed: int) -> Floats:
    """Return SALib's design as positions, 0-1, by base point, its ``inputs + 2`` points and input."""
    from SALib.sample import sobol  # noqa: PLC0415 (slow to import, and only designs need it)

    design = sobol.sample(_problem(inputs), points, calc_second_order=False, seed=seed)
    return np.asarray(design).reshape(points, inputs + 2, inputs)


def sobol_indices(values: Floats, seed: int) -> dict[str, Floats]:
    """Return first and total shares with their intervals, one number an input.

    *values* has a row a base point and a column for each of its points, in the order of
    :func:`saltelli_design`. Names: ``first``, ``first_low``, ``first_high``, ``total``, ``total_low``,
    ``total_high``.
    """
    from SALib.analyze import sobol  # noqa: PLC0415 (slow to import, and only indices need it)

    points, columns = values.shape
    inputs = columns - 2
    if points < 2 or np.ptp(values) == 0:
        empty = np.full(inputs, np.nan)
        ends = ("", "_low", "_high")
        return {f"{name}{end}": empty for name in ("first", "total") for end in ends}
    found = sobol.analyze(
        _problem(inputs),
        values.ravel(),
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        # SALib takes a seed of 0 for none and would draw from the global stream.
        seed=2 * seed + 1,
    )
    named: dict[str, Floats] = {}
    for name, index in (("first", "S1"), ("total", "ST")):
        middle, half = found[index], found[f"{index}_conf"]
        named |= {name: middle, f"{name}_low": middle - half, f"{name}_high": middle + half}
    return named


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs the points of a design."""

    base: Scenario
    inputs: tuple[Uncertain, ...]
    measures: tuple[str, ...]
    replications: int
    seed: int
    workers: int | str
    stop: Event

    def __post_init__(self) -> None:
        unknown = [name for name in self.measures if name not in MEASURES]
        if unknown or not self.measures:
            raise ValueError(
                f"measures is {list(self.measures)}; each must be one of {', '.join(MEASURES)}"
            )
        if not self.inputs:
            raise ValueError("inputs is empty; give those of uncertain_inputs(base)")
        if self.replications < 1:
            raise ValueError(f"replications is {self.replications}; it must be 1 or more")

    def values(self, points: Floats) -> Floats | None:
        """Return the measures by point, replication and measure; None where it was cancelled."""
        scenarios = [
            self.base.replace(**{o.field: o.at(at) for o, at in zip(self.inputs, row, strict=True)})
            for row in points
        ]
        runs = together(
            scenarios, self.replications, self.seed, workers=self.workers, cancel=self.stop
        )
        rows = [
            [[result.measures[name] for name in self.measures] for result in row] for row in runs
        ]
        if len(rows) < self.replications:
            return None
        values = np.array(rows, dtype=float).transpose(1, 0, 2)
        for name, column in zip(self.measures, np.moveaxis(values, 2, 0), strict=True):
            if np.isnan(column).all(axis=1).any():
                raise ValueError(
                    f"{name} has nothing to measure at a point of the design, in any of "
                    f"{self.replications} replications; take more replications or years, another "
                    "measure, or narrower ranges"
                )
        return values


def _problem(inputs: int) -> dict[str, Any]:
    """Return SALib's description of inputs by their positions, 0-1."""
    return {
        "num_vars": inputs,
        "names": [f"x{number}" for number in range(inputs)],
        "bounds": [[0.0, 1.0]] * inputs,
    }


def _positions(inputs: Sequence[Uncertain], points: Floats) -> Floats:
    """Return where the values lie that are run, which differs from *points* where they are rounded."""
    return np.array(
        [[one.position(one.at(at)) for one, at in zip(inputs, row, strict=True)] for row in points]
    )


def _place(measures: tuple[str, ...], measure: str) -> int:
    if measure not in measures:
        raise ValueError(f"measure is {measure!r}; it must be one of {', '.join(measures)}")
    return measures.index(measure)


def _bootstrap(sizes: Floats, seed: int) -> Floats:
    """Return the ends of the 95 % interval of each column's mean, by drawing rows again."""
    count = len(sizes)
    if count < 2:
        return np.full((2, sizes.shape[1]), np.nan)
    drawn = np.random.default_rng(seed).integers(count, size=(RESAMPLES, count))
    means = np.array([sizes[rows].mean(axis=0) for rows in drawn])
    tail = (1 - CONFIDENCE) / 2
    return np.asarray(np.quantile(means, (tail, 1 - tail), axis=0))


def _noise_of_size(effects: Floats) -> Floats:
    """Return the mean size of effects that chance alone would make, one number an input.

    *effects* by trajectory, input and replication. The mean of replications has a standard error; the
    size of a normal number around 0 is the square root of 2/pi times its standard deviation.
    """
    return np.asarray(np.sqrt(2 / np.pi) * np.sqrt(_squared_error(effects)).mean(axis=0))


def _noise_of_total(values: Floats) -> Floats:
    """Return the part of the total shares that chance alone explains, one number an input.

    The total share is half the mean square of what an input moves, over the variance (Jansen 1999);
    chance adds the square of its standard error.
    """
    mean = np.nanmean(values, axis=2)
    base = mean[:, [0, -1]]
    variance = base.var()
    if variance == 0:
        return np.full(values.shape[1] - 2, np.nan)
    moved = values[:, 1:-1] - values[:, :1]
    return np.asarray(0.5 * _squared_error(moved).mean(axis=0) / variance)


def _squared_error(values: Floats) -> Floats:
    """Return the squared standard error of the mean over the last axis; not a number for one value."""
    known = (~np.isnan(values)).sum(axis=-1)
    centred = values - np.nanmean(values, axis=-1, keepdims=True)
    squares = np.nansum(centred**2, axis=-1)
    return np.asarray(
        np.divide(squares, (known - 1) * known, out=np.full(known.shape, np.nan), where=known > 1)
    )
