"""Tails: how many values as far out as one would be expected by chance, by extreme value theory.

Peaks over threshold: whatever the distribution, what exceeds a high threshold follows nearly a generalized Pareto
distribution (Pickands 1975), whose shape tells how heavy the tail is. Siffer et al. (2017, "Anomaly detection in
streams with extreme value theory", SPOT) fit it to series to find the level that chance passes as rarely as one likes.
Ours differs, since a whole series is there at once and holds the anomalies:

- Values above the threshold that follow each other count as one peak (declustering, as in hydrology).
- The largest peaks are only counted, not measured (right-censored), so that an anomaly is no measure of itself.
- A few peaks tell neither shape nor scale. So the expected number is the mean over all of them, weighted by how well
  they fit (the posterior predictive of Coles and Tawn 1996); the prior of the shape is normal around 0, that of the
  scale lognormal around the spread of the bulk.
"""

from dataclasses import dataclass

import numpy as np

from analytics.columns import Floats

_SHAPE_SPREAD = 0.1
"""Standard deviation of the shape's prior. Student's t with five degrees of freedom has 0.2. Our choice, tried on
generated series."""
_USUAL_SCALE, _SCALE_SPREAD = 0.8, 0.5
"""Center and spread of the scale's prior: the center in spreads of the bulk (a normal distribution has 0.6, Student's t
with three degrees of freedom 1, an exponential one 1.2), the spread as a logarithm."""
_SHAPES = np.arange(-5, 26)[:, None] * 0.04 + 1e-6
_SCALES = np.exp(np.linspace(-3, 1.6, 70))[None, :]
"""Grid of shapes, and of scales in units of the mean excess; its steps are half of the sampling error of 200 peaks."""
_RATIOS = np.exp(np.linspace(np.log(1e-7), np.log(25), 300))
_LEAST_SHARE, _LARGEST_SHARE, _PEAKS_WANTED = 0.05, 0.25, 60
"""Share of values above the threshold: as small as gives 60 of them, within these bounds."""
_MOST_FITTED = 200
"""Peaks that a tail is fitted to, evenly spaced by rank if there are more."""
_CENSORED_SHARE, _LEAST_CENSORED = 0.1, 2
"""Share and number of the largest peaks that are only counted; of fewer than ten, the largest alone."""


@dataclass(frozen=True, kw_only=True)
class Tail:
    """The tail of the values above a threshold.

    Attributes:
        threshold: Value above which the tail begins.
        peaks: Peaks above the threshold.
        shapes: Shapes of the generalized Pareto distributions that fit.
        scales: Their scales, in the unit of the values.
        weights: How well each fits; together 1.
    """

    threshold: float
    peaks: int
    shapes: Floats
    scales: Floats
    weights: Floats

    @property
    def shape(self) -> float:
        """Mean shape: how heavy the tail is, from 0."""
        return float(self.weights @ self.shapes)

    @property
    def scale(self) -> float:
        """Mean scale."""
        return float(self.weights @ self.scales)

    def expected_beyond(self, values: Floats) -> Floats:
        """Peaks expected at each of the values or further out, in as many values as the tail was fitted to."""
        beyond = np.maximum(values - self.threshold, 0)[:, None]
        left = np.maximum(1 + self.shapes * beyond / self.scales, 1e-300)
        with np.errstate(over="ignore"):
            return self.peaks * (np.where(left > 1e-300, left ** (-1 / self.shapes), 0.0) @ self.weights)

    def level(self, expected: float) -> float:
        """The value beyond which so many peaks are expected."""
        steps = self.threshold + self.scale * np.exp(np.linspace(-3, 9, 200))
        beyond = self.expected_beyond(steps) <= expected
        return float(steps[int(np.argmax(beyond))] if beyond.any() else steps[-1])


def threshold_of(values: Floats, width: int = 1) -> float:
    """The threshold above which values belong to the tail.

    Args:
        values: Values without NaN.
        width: Values that follow each other and say the same, as in a rolling mean.
    """
    share = float(np.clip(_PEAKS_WANTED * width / values.size, _LEAST_SHARE, _LARGEST_SHARE))
    return float(np.quantile(values, 1 - share))


def fit_tail(
    peaks: Floats,
    threshold: float,
    *,
    censor: bool = True,
    width: int = 1,
    spread: float | None = None,
    shape_spread: float = _SHAPE_SPREAD,
    censored_share: float = _CENSORED_SHARE,
) -> Tail:
    """Fit the tail to peaks above a threshold.

    Args:
        peaks: The largest value of each stretch above the threshold; at least one.
        threshold: The threshold.
        censor: Count the largest peaks only. False takes them for what is usual.
        width: Values in each mean, if the peaks are of a rolling mean: means of many are nearly normal.
        spread: Spread of the bulk of the values, where it is known; else the peaks alone tell the scale.
        shape_spread: Standard deviation of the shape's prior: how heavy the tail may be.
        censored_share: Part of the peaks that are counted only.
    """
    ordered = np.sort(peaks) - threshold
    if ordered.size > _MOST_FITTED:
        ordered = ordered[np.linspace(0, ordered.size - 1, _MOST_FITTED).round().astype(int)]
    few = min(1, ordered.size // 2) if ordered.size < 10 else _LEAST_CENSORED
    censored = max(few, round(censored_share * ordered.size)) if censor else 0
    shapes, scales, weights = generalized_pareto(ordered, censored, shape_spread / np.sqrt(width), spread)
    return Tail(threshold=threshold, peaks=peaks.size, shapes=shapes, scales=scales, weights=weights)


def generalized_pareto(
    excesses: Floats, censored: int, shape_spread: float = _SHAPE_SPREAD, spread: float | None = None
) -> tuple[Floats, Floats, Floats]:
    """Shapes and scales of generalized Pareto distributions that fit excesses, with the weight of each.

    Args:
        excesses: Positive excesses, sorted.
        censored: How many of the last ones are only known to exceed the one before them.
        shape_spread: Standard deviation of the shape's prior.
        spread: Spread of the bulk, which is what the scale's prior is about; None for none.
    """
    seen = excesses[: excesses.size - censored]
    limit = float(seen[-1])
    mean = max((float(seen.sum()) + censored * limit) / seen.size, 1e-300)
    seen, limit = seen / mean, limit / mean
    cost = _cost(seen, limit, censored) + _SHAPES**2 / (2 * shape_spread**2)
    if spread:
        cost = cost + np.log(_SCALES * mean / (_USUAL_SCALE * spread)) ** 2 / (2 * _SCALE_SPREAD**2)
    weights = np.exp(cost.min() - cost)
    rows, columns = np.nonzero(weights > 1e-3)
    kept = weights[rows, columns]
    shapes, scales = _SHAPES[rows, 0], _SCALES[0, columns] * mean
    return np.asarray(shapes, np.float64), np.asarray(scales, np.float64), np.asarray(kept / kept.sum(), np.float64)


def _cost(seen: Floats, limit: float, censored: int) -> Floats:
    """Negative logarithm of the likelihood on the grid; infinite where a distribution ends before the largest excess.

    It needs the data only by two sums that depend on shape / scale, which are tabulated once.
    """
    heavy = _SHAPES > 0
    cost = np.full(np.broadcast_shapes(_SHAPES.shape, _SCALES.shape), np.inf)
    for sign, rows in ((1, heavy[:, 0]), (-1, ~heavy[:, 0])):
        shapes = _SHAPES[rows]
        inside = 1 + sign * _RATIOS * limit > 1e-6
        ratios = _RATIOS[inside]
        body = np.log1p(sign * ratios[:, None] * seen).sum(axis=1)
        rest = censored * np.log1p(sign * ratios * limit)
        at, known = np.log(np.abs(shapes) / _SCALES), np.log(ratios)
        both = sign * np.exp(np.interp(at, known, np.log(np.abs(body) + 1e-300)))
        last = sign * np.exp(np.interp(at, known, np.log(np.abs(rest) + 1e-300)))
        found = both * (1 / shapes + 1) + last / shapes + seen.size * np.log(_SCALES)
        cost[rows] = np.where(at <= known[-1], found, np.inf)
    return cost
