"""Cases of a rule, of which `make test` runs the first ones and `make test-scale` the others."""

from collections.abc import Iterable
from typing import Any

import pytest


def thinned(cases: Iterable[Any], keep: int) -> list[Any]:
    """Mark all cases of a parameter but the first ones as `scale`.

    Args:
        cases: Values, tuples of values or `pytest.param`, as `pytest.mark.parametrize` takes them.
        keep: Number of cases for `make test`: those that stand for the others.
    """
    first, others = list(cases)[:keep], list(cases)[keep:]
    return [*first, *(_scale(case) for case in others)]


def _scale(case: Any) -> Any:
    if hasattr(case, "marks"):
        return pytest.param(*case.values, marks=[*case.marks, pytest.mark.scale], id=case.id)
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.scale)
