"""Claims about the order of groups and periods, and groups that are equal, computed again."""

import pandas as pd

from agents.outputs.claims import EqualityClaim, OrderClaim
from tests.agents.offline.oracle.columns import FORMS, by_group, by_period, close, last_digit, times_of


def equality_problem(claim: EqualityClaim, frame: pd.DataFrame) -> str | None:
    """Say which groups differ, if a claim says that they are equal."""
    values = by_group(claim.by, claim.column, claim.aggregate, frame)
    apart = [values[name] for name in claim.among if abs(values[name] - claim.value) > last_digit(claim.value)]
    return f"others are {apart}" if apart else None


def order_problem(claim: OrderClaim, frame: pd.DataFrame) -> str | None:
    """Say what is out of order, or which period is not complete, if a claim of an order is false."""
    values = (
        by_group(claim.by, claim.column, claim.aggregate, frame)
        if claim.unit is None
        else by_period(claim.by, claim.unit, claim.column, claim.aggregate, frame)
    )
    among = {name: values[name] for name in claim.among}
    ranked = sorted(among, key=lambda name: -among[name])
    off = [name for name, value in claim.values.items() if not close(among[name], value)]
    if off:
        return f"{off} are {[among[name] for name in off]}"
    for place, name in enumerate(claim.highest):
        if among[name] < among[ranked[place]] - 1e-9 * abs(among[ranked[place]]):
            return f"place {place + 1} is {ranked[place]}"
    lowest = min(among.values())
    if any(among[name] > lowest + last_digit(lowest) for name in claim.lowest):
        return f"the lowest is {ranked[-1]}"
    return None if claim.unit is None else _left_out_problem(claim, values, frame)


def _left_out_problem(claim: OrderClaim, values: pd.Series, frame: pd.DataFrame) -> str | None:
    """All periods are compared but those at the ends of the data that the claim says are incomplete."""
    if cut := _cut_off(claim, frame) & set(claim.among):
        return f"{cut} is not complete"
    if (outside := set(values.index) - set(claim.among)) != set(claim.incomplete):
        return f"{outside} are left out"
    stamps = times_of(frame[claim.by]).dropna()
    stamps = stamps if stamps.dt.tz is None else stamps.dt.tz_convert("UTC")  # as the periods are
    ends = {stamp.strftime(FORMS[claim.unit or "month"]) for stamp in (stamps.min(), stamps.max())}
    return f"{outside - ends} lie between others" if outside - ends else None


def _cut_off(claim: OrderClaim, frame: pd.DataFrame) -> set[str]:
    """First and last periods of which daily data holds less than nine tenths of the days."""
    stamps = times_of(frame[claim.by]).dropna()
    code = "M" if claim.unit == "month" else "Y"
    days = stamps.dt.normalize().drop_duplicates()
    counts = days.dt.to_period(code).value_counts().sort_index()
    if len(counts) < 4 or counts.iloc[1:-1].min() < (28 if code == "M" else 365):
        return set()  # not daily data
    form = FORMS[claim.unit or "month"]
    edges = [counts.index[0], counts.index[-1]]
    return {edge.strftime(form) for edge in edges if counts[edge] < 0.9 * (edge.end_time - edge.start_time).days}
