"""Control of false discoveries among many tests: a bound for p-values, and corrected ones."""

from collections.abc import Iterable

import numpy as np

FALSE_SHARE = 0.1
"""Share of what is told that may be chance, on average. Sentences of reports say it: a tenth."""


def largest_p(p_values: Iterable[float], level: float = FALSE_SHARE) -> float:
    """Return the largest p-value that may be told so that on average at most a share of what is told is chance.

    The procedure of Benjamini and Hochberg (1995): the largest p-value that is at most level * rank / tests. It holds
    for tests that are independent or positively dependent, such as columns that rise and fall together.

    Args:
        p_values: The p-value of every test, also of those that found nothing (1 where it is not known).
        level: The share, from 0 to 1.

    Returns:
        The bound; what has a larger p-value is not told. Negative if nothing may be told.
    """
    ordered = sorted(p_values)
    passed = [p for rank, p in enumerate(ordered, 1) if p <= level * rank / len(ordered)]
    return max(passed, default=-1.0)


def holm(p_values: Iterable[float]) -> list[float]:
    """Return p-values that hold for all tests together, by the procedure of Holm (1979).

    The smallest is multiplied by the number of tests, the next by one less, and none may be below one that was
    smaller before. One that is not known counts as 1. `multipletests` of statsmodels gives the same, but looks for
    garbage in all of the process at each call: 0.2 s of processor time where Prefect and the agents are loaded.
    """
    known = np.nan_to_num(np.array(list(p_values), dtype=np.float64), nan=1.0)
    order = np.argsort(known, kind="stable")
    corrected = np.empty_like(known)
    corrected[order] = np.maximum.accumulate(known[order] * np.arange(len(known), 0, -1)).clip(max=1.0)
    return corrected.tolist()
