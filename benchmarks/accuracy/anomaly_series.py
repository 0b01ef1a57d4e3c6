"""Series with labelled anomalies, made from a seed: every kind of anomaly on every kind of series where it makes sense.

The seeds from 1000 on are for choosing constants, those from 0 on for reporting.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.columns import Floats

Random = np.random.Generator


@dataclass(frozen=True, kw_only=True)
class LabelledSeries:
    """A series with what is unusual in it.

    Attributes:
        base: Kind of the series.
        anomaly: Kind of its anomalies; `none` where it has none.
        times: Times of its points, without gaps except for missing periods.
        values: Their values.
        windows: First and last time of each anomaly.
    """

    base: str
    anomaly: str
    times: pd.DatetimeIndex
    values: Floats
    windows: list[tuple[pd.Timestamp, pd.Timestamp]]


def _ar(random: Random, size: int, factor: float) -> Floats:
    from scipy.signal import lfilter

    noise = random.normal(size=size + 200) * np.sqrt(1 - factor**2)
    return np.asarray(lfilter([1.0], [1.0, -factor], noise))[200:]


def _bases(random: Random) -> dict[str, tuple[str, Floats, float]]:
    """Frequency, values and usual spread of each kind of series."""
    day, hour, month = np.arange(730), np.arange(24 * 60), np.arange(60)
    week = np.array([0, 1, 1.5, 1, 2, -3, -4.0])[day % 7]
    rate = 6 + 4 * np.sin(2 * np.pi * hour / 24)
    busy = random.random(1500)
    on = np.repeat(np.arange(300) % 2, random.integers(4, 16, 300))[:1500].astype(float)
    return {
        "white noise": ("D", 50 + random.normal(size=1000), 1.0),
        "autoregressive": ("h", 50 + _ar(random, 1500, 0.8), 1.0),
        "heavy tails": ("h", 50 + random.standard_t(3, 1500), 1.3),
        "counts": ("h", random.poisson(rate).astype(float), 2.5),
        "intermittent": ("D", np.where(busy < 0.2, np.round(random.exponential(3, 1500)) + 1, 0.0), 3.0),
        "on and off": ("h", on, 1.0),
        "daily season": ("h", 100 + 15 * np.sin(2 * np.pi * hour / 24) + 2 * _ar(random, hour.size, 0.5), 2.0),
        "weekly season": ("D", 100 + 0.02 * day + 4 * week + 3 * random.normal(size=730), 3.0),
        "growing sales": ("D", (50 + 0.2 * day) * (1 + 0.1 * week / 4) * np.exp(0.05 * random.normal(size=730)), 6.0),
        "drifting sensor": ("10min", 20 + np.cumsum(0.1 * random.normal(size=4000)) + random.normal(size=4000), 1.0),
        "fine season": ("5min", _fine(random), 1.0),
        "five years of months": ("MS", 200 + month + 12 * np.sin(month * np.pi / 6) + 3 * random.normal(size=60), 3.0),
        "months of noise": ("MS", 100 + random.normal(size=60), 1.0),
    }


def _fine(random: Random) -> Floats:
    """Four weeks of five minutes: a day with a rush hour, a quieter weekend, noise that grows with the level."""
    at = np.arange(4 * 7 * 288)
    shape = 10 + 5 * np.sin(2 * np.pi * at / 288) + 4 * np.exp(-(((at % 288) - 100) ** 2) / 200)
    return shape * np.where(at // 288 % 7 >= 5, 0.7, 1.0) * (1 + 0.06 * _ar(random, at.size, 0.6))


_FOR = {
    "on and off": ("outage", "none"),
    "intermittent": ("point", "outage", "none"),
    "counts": ("point", "collective", "level shift", "outage", "none"),
    "five years of months": ("point", "level shift", "none"),
    "months of noise": ("point", "level shift", "none"),
    "drifting sensor": ("point", "collective", "variance", "outage", "missing", "none"),
}
_ALL = ("point", "collective", "level shift", "trend break", "variance", "outage", "missing", "none")


def series(seed: int) -> Iterator[LabelledSeries]:
    """Return one series of each kind with each kind of anomaly."""
    for base in _bases(np.random.default_rng(0)):
        for place, anomaly in enumerate(_FOR.get(base, _ALL)):
            random = np.random.default_rng([seed, place, len(base), ord(base[0])])
            freq, values, spread = _bases(random)[base]
            times = pd.date_range("2021-01-01", periods=values.size, freq=freq)
            keep = np.ones(values.size, dtype=bool)
            spans = _insert(random, anomaly, base, values, spread, keep)
            windows = [(times[start], times[min(end, values.size) - 1]) for start, end in spans]
            yield LabelledSeries(base=base, anomaly=anomaly, times=times[keep], values=values[keep], windows=windows)


def _insert(
    random: Random,
    anomaly: str,
    base: str,
    values: Floats,
    spread: float,
    keep: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
) -> list[tuple[int, int]]:
    """Put anomalies into the values, and return where."""
    size, found = values.size, list[tuple[int, int]]()
    sign = 1.0 if base in {"counts", "intermittent"} else random.choice([-1.0, 1.0])
    short = size < 100
    local = spread if base not in {"growing sales", "fine season"} else 0.0
    if anomaly == "point":
        for at in random.choice(np.arange(size // 10, size - 2), 1 if short else 3, replace=False):
            factor = {"heavy tails": 15, "intermittent": 12}.get(base, 7) * random.uniform(1, 1.5)
            values[at] += sign * factor * (local or 0.06 * values[at])
            found.append((int(at), int(at) + 1))
    elif anomaly == "collective":
        length = int(random.integers(8, 20)) if size < 3000 else int(random.integers(40, 120))
        at = int(random.integers(size // 5, size - 2 * length))
        values[at : at + length] += np.round(sign * random.uniform(4, 6) * (local or 0.06 * values[at : at + length]))
        found.append((at, at + length))
    elif anomaly == "level shift":
        at = int(random.integers(size // 4, 3 * size // 4))
        values[at:] += np.round(sign * random.uniform(4, 7) * (local or 0.06 * float(np.median(values))))
        found.append((max(at - 2, 0), at + max(3, size // 50)))
    elif anomaly == "trend break":
        at = int(random.integers(size // 3, 2 * size // 3))
        slope = sign * random.uniform(8, 14) * (local or 0.06 * float(np.median(values))) / (size - at)
        values[at:] += slope * np.arange(size - at)
        found.append((at - size // 20, at + size // 10))
    elif anomaly == "variance":
        length = int(size * random.uniform(0.08, 0.15))
        at = int(random.integers(size // 5, size - 2 * length))
        noise = random.normal(size=length) * random.uniform(3, 4) * (local or 0.06 * values[at : at + length])
        values[at : at + length] += noise
        found.append((at, at + length))
    elif anomaly in {"outage", "missing"}:
        length = int(random.integers(60, 120)) if base in {"intermittent", "on and off"} else max(12, size // 60)
        at = int(random.integers(size // 5, size - 2 * length))
        if anomaly == "outage":
            stuck = random.random() < 0.5 and base not in {"counts", "intermittent", "on and off"}
            values[at : at + length] = values[at] if stuck else 0.0
        else:
            keep[at : at + length] = False
        found.append((at, at + length))
    return found
