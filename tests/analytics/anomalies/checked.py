"""Series of tests, and how they are checked."""

import numpy as np
import pandas as pd

from analytics import AnomalyReport, detect_anomalies


def three_sigma(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> set[int]:
    return set(np.flatnonzero(np.abs(values - values.mean()) > 3 * values.std()).tolist())


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def column(values: "np.ndarray[tuple[int], np.dtype[np.float64]] | list[float]") -> AnomalyReport:
    return detect_anomalies(pd.DataFrame({"x": values}), "x")
