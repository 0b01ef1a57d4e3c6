"""Robust z-scores: how far each value is from the usual, in units of the usual spread.

The usual is told from medians, so that outliers cannot hide each other as they do under a mean and standard deviation.
Three cases, all on the scale of a standard normal distribution:

- symmetric data: the modified z-score of Iglewicz and Hoaglin (1993), (x - median) / (1.4826 MAD);
- skewed data: the adjusted outlyingness of Brys, Hubert and Rousseeuw (2005), whose spread differs above and below the
  median by the medcouple, so that the long tail of delays or incomes is not flagged wholesale;
- more than half of the values equal, so that the MAD is 0 (counts that are mostly 0): the share of the others and their
  own robust spread say how far a value may reach; where under 1 % differ, any difference counts, by the
  mean absolute deviation as Iglewicz and Hoaglin advise.
"""

from dataclasses import dataclass

import numpy as np

from analytics.columns import Floats

THRESHOLD = 3.5
"""Absolute score from which a value is flagged, as Iglewicz and Hoaglin recommend."""

_MAD_TO_SIGMA = 1.4826
_MEAN_AD_TO_SIGMA = 1.2533
_WHISKER_TO_SIGMA = 2.698  # a boxplot's whisker, Q3 + 1.5 IQR, is this many sigmas from a normal median
_LARGEST_MEDCOUPLE = 0.6  # beyond, the adjustment is no longer calibrated (Hubert and Vandervieren 2008)
_MEDCOUPLE_SAMPLE = 1000  # its cost grows with the square
_TAIL = 4.65e-4  # probability beyond +-3.5 sigma
_RARE = 0.01


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


def robust_scores(values: Floats, most_skew: float = _LARGEST_MEDCOUPLE) -> Scores:
    """Score each value against all of them.

    Args:
        values: Floats with NaN for missing, at least one of them present.
        most_skew: Largest medcouple to allow for; 0 treats all data as symmetric.

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
    skew = _medcouple(present)
    by_chance = abs(skew) <= 2 * np.sqrt(1.25 / min(present.size, _MEDCOUPLE_SAMPLE))
    skew = 0.0 if by_chance else float(np.clip(skew, -most_skew, most_skew))
    if skew == 0:
        below = above = _MAD_TO_SIGMA * mad
        how = "median and MAD"
    else:
        q1, q3 = np.percentile(present, [25, 75])
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
    skew = float(np.nan_to_num(medcouple(ordered, use_fast=ordered.size >= 10)))
    return min(max(skew, -_LARGEST_MEDCOUPLE), _LARGEST_MEDCOUPLE)


def _mostly_equal(values: Floats, present: Floats, center: float, unit: float) -> Scores:
    distance = present - center
    usual = f"most values are {center * unit:g}"
    if not np.any(distance):
        return Scores(values=values - center, center=center * unit, how="all values are equal")
    if np.mean(distance != 0) < _RARE:
        spread = _MEAN_AD_TO_SIGMA * float(np.mean(np.abs(distance)))
        scores = (values - center) / spread
        return Scores(values=scores, center=center * unit, how=f"{usual}; mean absolute deviation")
    above, below = (_spread_beyond(side, present.size) for side in (distance[distance > 0], -distance[distance < 0]))
    scores = _two_sided(values - center, below, above)
    return Scores(values=scores, center=center * unit, how=f"{usual}; share and spread of the others")


def _spread_beyond(excess: Floats, size: int) -> float:
    """Spread on one side, such that chance passes 3.5 spreads as rarely as a normal z of 3.5.

    A value differs with probability p = len(excess) / size, and the size of the difference falls off like a geometric
    (whole numbers) or exponential one, whose rate is told from the mean, the top 5 % cut to the 95th percentile.
    """
    if not excess.size:
        return 1.0
    typical = float(np.mean(np.minimum(excess, np.percentile(excess, 95))))
    surprise = np.log(max(excess.size / size / _TAIL, np.e))
    whole = bool((excess == np.floor(excess)).all())
    if whole:
        share_beyond = max(1 - 1 / max(typical, 1.0), 0.02)
        reach = 1 + surprise / -np.log(share_beyond)
    else:
        reach = typical * surprise
    return reach / THRESHOLD
