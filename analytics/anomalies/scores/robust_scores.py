"""Robust z-scores: distance of each value from the center, in units of the spread.

Center and spread come from medians and quartiles, so that outliers do not hide each other as they do when mean and
standard deviation are used. All scores are on the scale of a standard normal distribution:

- symmetric data: the modified z-score of Iglewicz and Hoaglin (1993), (x - median) / (1.4826 MAD), with the correction
  for few values of Croux and Rousseeuw (1992);
- skewed data: the adjusted outlyingness of Brys, Hubert and Rousseeuw (2005), whose spread differs above and below the
  median by the medcouple, so that the long tail of delays or incomes is not flagged wholesale;
- more than half of the values equal, so that the MAD is 0 (mostly constant columns, counts that are mostly 0): how
  often and how far values usually differ says how far one may reach;
- what is left of a series without trend and season: the distance between the quartiles, see `residual_scores`.
"""

from dataclasses import dataclass

import numpy as np

from analytics.columns import Floats

THRESHOLD = 3.5
"""Absolute score from which a value is flagged, as Iglewicz and Hoaglin recommend."""

_MAD_TO_SIGMA = 1.4826
"""Standard deviations in the MAD of a normal distribution, inverted: 1 / 0.6745."""
_MEAN_AD_TO_SIGMA = 1.2533
"""The same for the mean absolute deviation: sqrt(pi / 2)."""
_WHISKER_TO_SIGMA = 2.698
"""Standard deviations from a normal median to the whisker of a boxplot, Q3 + 1.5 IQR (Tukey 1977)."""
_QUARTILES_TO_SIGMA = 1.349
"""Standard deviations between the quartiles of a normal distribution."""
_LARGEST_MEDCOUPLE = 0.6
"""Medcouple beyond which the adjustment is not calibrated (Hubert and Vandervieren 2008)."""
_MEDCOUPLE_SAMPLE = 1000
"""Values from which the medcouple is computed; time and memory grow with the square."""
_ONE_SIDED = 4
"""Ratio of the distances of both quartiles from the median, from which a series is mostly at rest, like rain."""
_TAIL = 4.65e-4
"""Probability of a normal value beyond 3.5 standard deviations, both sides together."""
_FEW = 0.05
"""Share of values that differ from a value that most rows have, up to which they are exceptions. Our choice."""
_DETACHED = 0.15
"""Share of values beyond a gap up to which they are outliers; more are a second group. Our choice."""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Robust scores of values.

    Attributes:
        values: Scores, aligned to the input; NaN where the input is NaN.
        center: The usual value, to which a score of 0 belongs.
        how: The rule that was used, for people.
    """

    values: Floats
    center: float
    how: str


def robust_scores(values: Floats) -> Scores:
    """Score each value against all of them.

    Args:
        values: Floats with NaN for missing, at least one of them present.

    Returns:
        Scores on the scale of a normal distribution's z.
    """
    present = values[~np.isnan(values)]
    peak = float(np.max(np.abs(present)))
    unit = peak if peak > 1e150 else 1.0  # squares and differences of such numbers would overflow
    present, scaled = present / unit, values / unit
    center = float(np.median(present))
    mad = float(np.median(np.abs(present - center)))
    if mad <= 1e-12 * max(abs(center), 1e-300):
        return _mostly_equal(scaled, present, center, unit)
    mad *= _for_few(present.size)
    bulk = _without_detached(present, center, _MAD_TO_SIGMA * mad)
    skew = _medcouple(bulk)
    by_chance = abs(skew) <= 2 * np.sqrt(1.25 / min(bulk.size, _MEDCOUPLE_SAMPLE))
    skew = 0.0 if by_chance else float(np.clip(skew, -_LARGEST_MEDCOUPLE, _LARGEST_MEDCOUPLE))
    if skew == 0:
        below = above = _MAD_TO_SIGMA * mad
        how = "median and MAD"
    else:
        q1, q3 = np.percentile(bulk, [25, 75])
        low = q1 - 1.5 * np.exp(-4 * skew if skew > 0 else -3 * skew) * (q3 - q1)
        high = q3 + 1.5 * np.exp(3 * skew if skew > 0 else 4 * skew) * (q3 - q1)
        # The short tail keeps at least the common spread: an ordinary low day is no anomaly.
        below, above = (max(reach / _WHISKER_TO_SIGMA, _MAD_TO_SIGMA * mad) for reach in (center - low, high - center))
        how = f"median and quartiles, adjusted for the skew (medcouple {skew:.2f})"
    return Scores(values=_two_sided(scaled - center, below, above), center=center * unit, how=how)


def _two_sided(distance: Floats, below: float, above: float) -> Floats:
    return np.where(distance < 0, distance / below, distance / above)


def _medcouple(present: Floats) -> float:
    """Robust skewness of Brys, Hubert and Struyf (2004), from evenly spaced order statistics of larger samples."""
    from statsmodels.stats.stattools import medcouple

    ordered = np.sort(present)
    if ordered.size > _MEDCOUPLE_SAMPLE:
        ordered = ordered[np.linspace(0, ordered.size - 1, _MEDCOUPLE_SAMPLE).round().astype(int)]
    # The fast algorithm of statsmodels never ends for some values that differ by many powers of ten.
    skew = float(np.nan_to_num(medcouple(ordered, use_fast=False)))
    return min(max(skew, -_LARGEST_MEDCOUPLE), _LARGEST_MEDCOUPLE)


def residual_scores(residuals: Floats, least_spread: float) -> Scores:
    """Score what is left of a series without trend and season.

    The spread is the distance between the quartiles / 1.349, on both sides. What is left of delays or counts leans to
    one side: the MAD follows the quieter half, and would flag the ordinary bad days; the medcouple also counts the
    very events that are looked for, and would hide them. The quartiles stand between the two. Where nearly all
    differences lie on one side, as in daily rain, their usual size on that side counts.

    Args:
        residuals: Observed minus expected values, NaN for missing, at least one of them present.
        least_spread: Differences are never measured in smaller units than this: in a series without noise, what
            rounding leaves over is no anomaly.

    Returns:
        Scores on the scale of a normal distribution's z.
    """
    present = residuals[~np.isnan(residuals)]
    q1, middle, q3 = (float(value) for value in np.percentile(present, [25, 50, 75]))
    spread = _for_few(present.size) * (q3 - q1) / _QUARTILES_TO_SIGMA
    if spread <= least_spread:
        flat = np.where(np.abs(residuals - middle) <= least_spread, middle, residuals)
        return _mostly_equal(flat, flat[~np.isnan(flat)], middle, 1.0)
    below = above = spread
    how = "median and quartiles, so that a long tail widens the usual range"
    if max(q3 - middle, middle - q1) > _ONE_SIDED * min(q3 - middle, middle - q1):
        how = "median and quartiles, the side where most differences lie by their usual size"
        if q3 - middle > middle - q1:
            above = max(above, _spread_beyond((present - middle)[present > middle], present.size, few=False))
        else:
            below = max(below, _spread_beyond((middle - present)[present < middle], present.size, few=False))
    return Scores(values=_two_sided(residuals - middle, below, above), center=middle, how=how)


def _for_few(size: int) -> float:
    """Factor that corrects the MAD of few values, which is too small on average (Croux and Rousseeuw 1992)."""
    return size / (size - 0.8) if size > 9 else 1.13


def _without_detached(present: Floats, center: float, spread: float) -> Floats:
    """The values without groups of outliers: those beyond a gap of one spread, more than 3.5 spreads from the median.

    A tail thins out towards its end, so the gap of a skewed distribution leaves out a few values; outliers that lie
    together would else be taken for skew, which hides them.
    """
    ordered = np.sort(present)
    scores = (ordered - center) / spread
    gaps = np.diff(scores) > 1
    high = np.flatnonzero(gaps & (scores[1:] > THRESHOLD))
    low = np.flatnonzero(gaps & (scores[:-1] < -THRESHOLD))
    end = int(high[0]) + 1 if high.size else ordered.size
    start = int(low[-1]) + 1 if low.size else 0
    if ordered.size - end > _DETACHED * ordered.size:
        end = ordered.size
    if start > _DETACHED * ordered.size:
        start = 0
    return ordered[start:end]


def _mostly_equal(values: Floats, present: Floats, center: float, unit: float) -> Scores:
    distance = present - center
    distance = np.where(np.abs(distance) <= 1e-12 * abs(center), 0.0, distance)
    usual = f"most values are {center * unit:g}"
    if not np.any(distance):
        return Scores(values=np.where(np.isnan(values), np.nan, 0.0), center=center * unit, how="all values are equal")
    others = int(np.count_nonzero(distance))
    few = others <= max(_FEW * present.size, min(2, present.size // 8))
    sides = (distance[distance > 0], -distance[distance < 0])
    above, below = (_spread_beyond(side, present.size, few) for side in sides)
    scores = _two_sided(values - center, below, above)
    told = "any other is an exception" if few else "share and spread of the others"
    return Scores(values=scores, center=center * unit, how=f"{usual}; {told}")


def _spread_beyond(excess: Floats, size: int, few: bool) -> float:
    """Spread on one side, such that chance passes 3.5 spreads as rarely as a normal z of 3.5.

    A value differs with probability p = len(excess) / size, and the size of the difference falls off like a geometric
    (whole numbers) or exponential one. Its rate follows from the mean, the top 5 % cut to the 95th percentile.
    That is one of the values: between two of a few, it would follow the largest, which would be measured by itself.
    A few exceptions do not tell their own usual size: whole numbers are then thought to differ by 1 at most times, and
    of other numbers any difference counts, by the mean absolute deviation (Iglewicz and Hoaglin 1993).
    """
    if not excess.size:
        return 1.0
    whole = bool((excess == np.floor(excess)).all())
    if few and not whole:
        return _MEAN_AD_TO_SIGMA * float(np.sum(np.minimum(excess, 3 * np.median(excess)))) / size
    typical = 1.0 if few else float(np.mean(np.minimum(excess, np.percentile(excess, 95, method="lower"))))
    surprise = np.log(max(excess.size / size / _TAIL, np.e))
    if whole:
        share_beyond = max(1 - 1 / max(typical, 1.0), 0.02)
        reach = 1 + surprise / -np.log(share_beyond)
    else:
        reach = typical * surprise
    return reach / THRESHOLD
