"""Tables made up from a seed: each mixes columns of the kinds on which sentences have been false."""

import numpy as np
import pandas as pd

_SIZES = (9, 25, 80, 300, 1200)


def made_up(seed: int, *, most: int = 3) -> pd.DataFrame:
    """Return a table, the same for the same seed.

    Args:
        seed: What it is made from.
        most: Most number columns, and most columns of groups.
    """
    random = np.random.default_rng(seed)
    size = int(random.choice(_SIZES))
    columns: dict[str, object] = {}
    if random.random() < 0.7:
        columns["when"] = _times(random, size)
    for number in range(int(random.integers(1, most + 1))):
        columns[f"m{number}"] = _numbers(random, size)
    for number in range(int(random.integers(0, most + 1))):
        columns[f"g{number}"] = _groups(random, size)
    frame = pd.DataFrame(columns)
    if random.random() < 0.3:  # rows that repeat
        frame = pd.concat([frame, frame.sample(max(1, size // 10), random_state=seed)], ignore_index=True)
    return frame.sample(frac=1, random_state=seed, ignore_index=True) if random.random() < 0.3 else frame


def _times(random: np.random.Generator, size: int) -> pd.Series:
    kind = int(random.integers(0, 8))
    start = pd.Timestamp("2021-01-01") + pd.Timedelta(days=int(random.integers(0, 400)))
    if kind == 0:  # daily, cut off within a month
        return pd.Series(pd.date_range(start, periods=size, freq="D"))
    if kind == 1:  # month ends
        return pd.Series(pd.date_range("1995-01-31", periods=size, freq="ME"))
    if kind == 2:  # years with gaps
        years = np.sort(random.choice(np.arange(1900, 2025), size=min(size, 60), replace=False))
        return pd.Series(pd.to_datetime([f"{year}-01-01" for year in np.resize(years, size)]))
    if kind == 3:  # hours in a zone
        return pd.Series(pd.date_range(start, periods=size, freq="h", tz="UTC"))
    if kind == 4:  # events at odd moments
        seconds = np.sort(random.integers(0, 200 * 86_400, size))
        return pd.Series(start + pd.to_timedelta(seconds, unit="s"))
    if kind == 5:  # days with gaps
        days = np.sort(random.choice(np.arange(3 * size), size=size, replace=False))
        return pd.Series(start + pd.to_timedelta(days, unit="D"))
    if kind == 6:  # several rows a day
        return (
            pd.Series(pd.date_range(start, periods=size // 3 + 1, freq="D")).repeat(3).head(size).reset_index(drop=True)
        )
    return pd.Series(pd.date_range(start, periods=size, freq="10min"))


def _numbers(random: np.random.Generator, size: int) -> np.ndarray:
    kind = int(random.integers(0, 12))
    values: np.ndarray = random.normal(20, 4, size)
    if kind == 0:
        values = random.integers(0, 2, size)
    elif kind == 1:
        values = (random.random(size) < 0.01).astype(int)
    elif kind == 2:
        values = np.full(size, 7.0)
    elif kind == 3:
        values = random.lognormal(3, 1.5, size).round(2)
    elif kind == 4:
        values = random.integers(1, 6, size)
    elif kind == 5:
        values = np.where(random.random(size) < 0.3, np.nan, values)
    elif kind == 6:
        values = -random.exponential(50, size)
    elif kind == 7:
        values = random.normal(0, 1e12, size)
    elif kind == 8:
        values = random.normal(0, 1e-7, size)
    elif kind == 9:
        values = random.poisson(3, size)
    elif kind == 10:
        values = np.arange(size) * 1.5 + random.normal(0, 0.1, size)
    elif kind == 11:
        values = np.where(random.random(size) < 0.05, -999.0, values)
    if random.random() < 0.3 and values.dtype.kind == "f":
        values[int(random.integers(0, size))] *= 40
    return values


def _groups(random: np.random.Generator, size: int) -> list[object]:
    kind = int(random.integers(0, 6))
    if kind == 0:  # tiny groups beside large ones
        names = ["large"] * max(1, size - 3) + ["tiny", "tiny", "alone"]
        return list(random.permutation(names[:size]))
    if kind == 1:  # two groups
        return list(random.choice(["yes", "no"], size))
    if kind == 2:  # even parts, so that ties are likely
        return [f"part {number % 4}" for number in range(size)]
    if kind == 3:  # some rows without a group
        return [
            None if random.random() < 0.2 else str(random.choice(["North", "South", "East", "West"]))
            for _ in range(size)
        ]
    if kind == 4:  # many groups
        return [f"code{number}" for number in random.integers(0, 40, size)]
    return list(random.choice(["12 kg", "3 kg", "7.5 %"], size))  # names that hold numbers
