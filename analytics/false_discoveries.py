"""Control of false discoveries: the largest p-value, of many tests, at which a result is still told."""

from collections.abc import Iterable

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
