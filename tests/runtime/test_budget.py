"""Budgets as people write them."""

from decimal import Decimal

import pytest

from runtime.budget import Budget, BudgetError, as_budget, dollars


@pytest.mark.parametrize(
    ("written", "budget"),
    [
        ("0.50", Budget(usd=Decimal("0.50"))),
        ("$2", Budget(usd=Decimal(2))),
        (0.5, Budget(usd=Decimal("0.5"))),
        ("usd=0.1, requests=40", Budget(usd=Decimal("0.1"), requests=40)),
        ("tokens=1000,seconds=2.5", Budget(tokens=1000, seconds=2.5)),
    ],
)
def test_a_budget_is_read_and_written(written, budget):
    """A budget is dollars, or names and values, and comes back from how it is shown and stored."""
    assert as_budget(written) == budget
    assert as_budget(str(budget)) == budget
    assert Budget.model_validate_json(budget.model_dump_json(exclude_none=True)) == budget


@pytest.mark.parametrize(
    "written", ["", "lots", "-1", "nan", "inf", "euro=1", "usd=1,usd=2", "requests=0", "tokens=1.5", "usd=", True, {}]
)
def test_what_is_no_budget_is_refused(written):
    """A text that is no budget is refused in one line that names it."""
    with pytest.raises(BudgetError) as caught:
        as_budget(written)
    assert repr(written) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_money_is_counted_in_whole_millionths():
    """A budget of dollars is rounded down, and amounts are shown as exactly as small ones need it."""
    assert Budget(usd=Decimal("0.1234567")).micros == 123_456
    assert (dollars(1_500_000), dollars(123)) == ("$1.50", "$0.000123")
