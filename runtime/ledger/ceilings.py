"""Ceilings that hold for a request, and the accounts that its cost is booked on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from runtime.budget import Budget
from runtime.runs.spent import account_of_run
from runtime.settings import get_settings


@dataclass(frozen=True)
class Ceiling:
    """A ceiling and the account it holds for.

    Attributes:
        account: Key of the account.
        name: What people call it.
        limit: What the account may come to.
        until: When it begins anew, in words; empty for a run's own.
    """

    account: str
    name: str
    limit: Budget
    until: str = ""


def accounts_of(run_id: str, now: float, labels: Sequence[str] = ()) -> list[str]:
    """Keys of the accounts on which a request is booked: the run's, the day's, the month's, and those of its labels.

    Day and month have theirs in any case, so that a ceiling counts what was spent before it was set.

    Args:
        run_id: The run.
        now: The database's time. Days and months are those of UTC.
        labels: The run's labels.
    """
    periods = _periods(now)
    of_labels = [f"{label} {periods[per]}" for label, (_, per) in _budgets_for(labels)]
    # In one order everywhere, in which databases lock them.
    return sorted({account_of_run(run_id), *(f"{per} {name}" for per, name in periods.items()), *of_labels})


def ceilings_for(run_id: str, budget: Budget | None, now: float, labels: Sequence[str] = ()) -> list[Ceiling]:
    """Ceilings that hold for a request of a run now."""
    settings, periods = get_settings(), _periods(now)
    found = [Ceiling(account_of_run(run_id), "the budget of this run", budget)] if budget is not None else []
    for per, usd in (("day", settings.daily_usd), ("month", settings.monthly_usd)):
        if usd is not None:
            name = "ANALYST_DAILY_USD" if per == "day" else "ANALYST_MONTHLY_USD"
            found.append(Ceiling(f"{per} {periods[per]}", name, Budget(usd=usd), _UNTIL[per]))
    for label, (usd, per) in _budgets_for(labels):
        name = f"the budget of {label} in ANALYST_BUDGETS"
        found.append(Ceiling(f"{label} {periods[per]}", name, Budget(usd=usd), _UNTIL[per]))
    return found


def has_ceilings(budget: Budget | None) -> bool:
    """Tell whether any ceiling may hold for requests of a run."""
    settings = get_settings()
    shared = settings.daily_usd, settings.monthly_usd, settings.budgets or None
    return budget is not None or any(one is not None for one in shared)


def money_ceiling(budget: Budget | None) -> str | None:
    """Name of a ceiling in money that holds for a run whatever its labels, if there is one."""
    settings = get_settings()
    if budget is not None and budget.usd is not None:
        return "the budget of this run"
    named = {"ANALYST_DAILY_USD": settings.daily_usd, "ANALYST_MONTHLY_USD": settings.monthly_usd}
    return next((name for name, usd in named.items() if usd is not None), None)


_UNTIL = {"day": "It begins anew at 00:00 UTC.", "month": "It begins anew on the first of the month, UTC."}


def _periods(now: float) -> dict[str, str]:
    at = datetime.fromtimestamp(now, UTC)
    return {"day": f"{at:%Y-%m-%d}", "month": f"{at:%Y-%m}"}


def _budgets_for(labels: Sequence[str]) -> list[tuple[str, tuple[Decimal, str]]]:
    budgets = get_settings().budgets or {}
    return [(label, budgets[label]) for label in dict.fromkeys(labels) if label in budgets]
