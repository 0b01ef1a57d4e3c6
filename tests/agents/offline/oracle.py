"""An independent check of an offline analysis: each claim is computed again with plain pandas.

It shares nothing with the code that made the claims but their types. A statement whose numbers no claim accounts for
is reported too, so that a sentence cannot escape the check by claiming nothing.
"""

import calendar
import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from agents.claims import Claim, CorrelationClaim, EqualityClaim, NumberClaim, OrderClaim, RowFilter, TrendClaim
from agents.outputs import DataAnalysis, Finding

_MONTH = f"({'|'.join(calendar.month_name[1:])})"
_FORMS = {"month": "%Y-%m", "year": "%Y"}


def false_claims(analysis: DataAnalysis, frame: pd.DataFrame) -> list[str]:
    """Return what is false in an analysis, a line each; nothing when all of it is true.

    Args:
        analysis: What the offline model wrote.
        frame: The data that it is about, as it was read.
    """
    wrong: list[str] = []
    for finding in [*analysis.key_findings, *analysis.anomalies]:
        if not finding.claims:
            wrong.append(f"no claims: {finding.statement}")
        problems = [(claim, _problem(claim, frame)) for claim in finding.claims]
        wrong += [f"{problem}: {claim!r} in: {finding.statement}" for claim, problem in problems if problem]
        wrong += [f"no claim says {text}: {finding.statement}" for text in _unclaimed(finding)]
    told = " ".join(finding.statement for finding in [*analysis.key_findings, *analysis.anomalies])
    for sentence in re.split(r"(?<=\.) ", analysis.summary):
        known = sentence in told or sentence.startswith(("The data set has", "Nothing stands out", "The question is"))
        if not known:
            wrong.append(f"the summary says what no finding says: {sentence}")
    return wrong


def _problem(claim: Claim, frame: pd.DataFrame) -> str | None:
    match claim:
        case NumberClaim():
            value = _number(claim, frame)
            return None if _close(value, claim.value) else f"is {value}"
        case CorrelationClaim():
            pair = frame[[claim.left, claim.right]].replace([np.inf, -np.inf], np.nan).dropna()
            value = float(pair[claim.left].corr(pair[claim.right], method="spearman"))
            if len(frame) <= 50_000 and len(pair) != claim.rows:
                return f"there are {len(pair)} rows"
            return None if abs(value - claim.value) < 0.02 else f"is {value}"
        case OrderClaim():
            return _order_problem(claim, frame)
        case TrendClaim():
            values = _by_period(claim.time, claim.unit, claim.column, claim.aggregate, frame).to_dict()
            series = [values[period] for period in claim.periods]
            if any(not _close(values[name], value) for name, value in claim.values.items()):
                return f"is {series}"
            steps = [b - a for a, b in pairwise(series)]
            return None if all((step > 0) == (claim.direction == "rose") and step for step in steps) else f"is {series}"
        case EqualityClaim():
            values = _by_group(claim.by, claim.column, claim.aggregate, frame)
            apart = [values[name] for name in claim.among if abs(values[name] - claim.value) > _unit(claim.value)]
            return f"others are {apart}" if apart else None


def _unit(value: float) -> float:
    """The last digit that is written of a value: two that differ by less may be written alike."""
    size = abs(value)
    return 1.01 if size >= 100 else 0.101 if size >= 1 else max(0.101 * size, 1e-12)


def _order_problem(claim: OrderClaim, frame: pd.DataFrame) -> str | None:
    values = (
        _by_group(claim.by, claim.column, claim.aggregate, frame)
        if claim.unit is None
        else _by_period(claim.by, claim.unit, claim.column, claim.aggregate, frame)
    )
    among = {name: values[name] for name in claim.among}
    ranked = sorted(among, key=lambda name: -among[name])
    off = [name for name, value in claim.values.items() if not _close(among[name], value)]
    if off:
        return f"{off} are {[among[name] for name in off]}"
    for place, name in enumerate(claim.highest):
        if among[name] < among[ranked[place]] - 1e-9 * abs(among[ranked[place]]):
            return f"place {place + 1} is {ranked[place]}"
    lowest = min(among.values())
    if any(among[name] > lowest + _unit(lowest) for name in claim.lowest):
        return f"the lowest is {ranked[-1]}"
    if claim.unit is not None and (cut := _cut_off(claim, frame) & set(claim.among)):
        return f"{cut} is not complete"
    return None


def _cut_off(claim: OrderClaim, frame: pd.DataFrame) -> set[str]:
    """First and last periods of which the data holds less than nine tenths of the days that others have."""
    stamps = _times(frame[claim.by]).dropna()
    code = "M" if claim.unit == "month" else "Y"
    days = stamps.dt.normalize().drop_duplicates()
    counts = days.dt.to_period(code).value_counts().sort_index()
    if len(counts) < 4 or counts.iloc[1:-1].min() < (28 if code == "M" else 365):
        return set()  # not daily data
    form = _FORMS[claim.unit or "month"]
    edges = [counts.index[0], counts.index[-1]]
    return {edge.strftime(form) for edge in edges if counts[edge] < 0.9 * counts.iloc[1:-1].median()}


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _values(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame[column].astype("float64").replace([np.inf, -np.inf], np.nan)


def _times(column: pd.Series) -> pd.Series:
    return column if pd.api.types.is_datetime64_any_dtype(column) else pd.to_datetime(column, format="ISO8601")


def _by_group(by: str, column: str, aggregate: str, frame: pd.DataFrame) -> pd.Series:
    table = pd.DataFrame({"by": frame[by].map(_label, na_action="ignore"), "value": _values(frame, column)})
    table = table.dropna(subset=["value"])
    return table.groupby("by")["value"].agg(aggregate)


def _label(value: Any) -> str:
    from analytics.columns import label

    return label(value)


def _by_period(time: str, unit: str, column: str, aggregate: str, frame: pd.DataFrame) -> pd.Series:
    stamps = _times(frame[time])
    if stamps.dt.tz is not None:
        stamps = stamps.dt.tz_convert("UTC").dt.tz_localize(None)
    table = pd.DataFrame({"by": stamps.dt.strftime(_FORMS[unit]), "value": _values(frame, column)})
    return table.dropna().groupby("by")["value"].agg(aggregate)


def _number(claim: NumberClaim, frame: pd.DataFrame) -> float:
    value = _aggregate(claim, _rows(claim.where, frame), frame)
    if claim.share_of is None:
        return value
    if claim.aggregate == "missing":
        return value / len(_rows(claim.share_of, frame))
    whole = _aggregate(claim, _rows(claim.share_of, frame), frame)
    return value / whole


def _aggregate(claim: NumberClaim, rows: pd.DataFrame, frame: pd.DataFrame) -> float:
    if claim.aggregate == "rows":
        return len(rows)
    if claim.aggregate == "columns":
        return frame.shape[1]
    if claim.aggregate == "repeated":
        return int(frame.astype(str).duplicated().sum())
    assert claim.column is not None
    if claim.aggregate == "missing":
        return int(rows[claim.column].isna().sum())
    if claim.aggregate == "distinct":
        return rows[claim.column].astype(str).where(rows[claim.column].notna()).nunique()
    if claim.aggregate == "values":
        present = rows[claim.column]
        return int((_values(rows, claim.column) if _is_number(present) else present).notna().sum())
    values = _values(rows, claim.column).dropna()
    how = {"minimum": "min", "maximum": "max"}.get(claim.aggregate, claim.aggregate)
    return float(getattr(values, how)())


def _rows(where: list[RowFilter], frame: pd.DataFrame) -> pd.DataFrame:
    for condition in where:
        if condition.row is not None:
            frame = frame.iloc[[condition.row]]
            continue
        assert condition.column is not None
        column = frame[condition.column]
        if condition.above is not None:
            frame = frame[_values(frame, condition.column) > condition.above]
        elif condition.start is not None:
            frame = frame[_within(_times(column), condition)]
        elif isinstance(condition.equals, str):
            frame = frame[column.map(_label, na_action="ignore") == condition.equals]
        else:
            frame = frame[column == condition.equals]
    return frame


def _within(stamps: pd.Series, condition: RowFilter) -> pd.Series:
    start, end = pd.Timestamp(condition.start), pd.Timestamp(condition.end)
    if stamps.dt.tz is None:
        start, end = start.tz_localize(None), end.tz_localize(None)
    return (stamps >= start) & (stamps < end)


def _close(found: float, said: float) -> bool:
    return math.isclose(found, said, rel_tol=1e-6, abs_tol=1e-9) or (math.isnan(found) and math.isnan(said))


def _unclaimed(finding: Finding) -> Iterator[str]:
    """Numbers of a statement that follow from no claim, leaving out names in the data, dates, and expected values."""
    text = finding.statement
    for name in sorted(set(_names_of(finding)), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    text = re.sub(r"^Row [\d,]+ (\(.*?\) has)?", " ", text)  # the labels of a row are copied from it
    text = re.sub(r"\u201c[^\u201d]*\u201d", " ", text)
    text = re.sub(r"and in \d+ more columns", " ", text)
    text = re.sub(r"the (expected|usual) -?[\d.,e+-]*\d", " ", text)
    text = re.sub(rf"\d{{1,2}}(\u2013\d{{1,2}})? {_MONTH}( \d{{4}})?|{_MONTH} \d{{4}}", " ", text)
    text = re.sub(r"\d{2}:\d{2}|[Ii]n (the|each) \d+ \w+|of fewer than \d+ rows|is 1 in", " ", text)
    text = re.sub(r"([Ff]rom|to|and|[Ii]n) \d{4}\b|\d{4} (is|are|and) |\d{4} \(", " ", text)
    values = [v for claim in finding.claims for v in _values_of(claim)]
    for match in re.finditer(r"(?<![\w.])-?(\d[\d,]*\d|\d)(?:\.(\d+))?(?:e[+-]?\d+)?(\u00a0%)?", text):
        number = float(match[0].removesuffix("\u00a0%").replace(",", ""))
        half = 0.006 * abs(number) if "e" in match[0] else 0.51 * 10 ** -len(match[2] or "")
        scale = 100 if match[3] else 1
        if not any(abs(number - scale * value) <= half for value in values):
            yield match[0]


def _names_of(finding: Finding) -> Iterator[str]:
    for claim in finding.claims:
        for field in ("column", "by", "left", "right", "time"):
            if name := getattr(claim, field, None):
                yield name
        if getattr(claim, "unit", None) is None:
            yield from (f"{claim.by} {name}" if name.isdecimal() else name for name in getattr(claim, "among", []))
        for condition in getattr(claim, "where", []):
            yield from (n for n in (condition.column, condition.equals) if isinstance(n, str) and not n.isdecimal())


def _values_of(claim: Claim) -> Iterator[float]:
    match claim:
        case OrderClaim() | TrendClaim():
            yield from claim.values.values()
        case EqualityClaim():
            yield from (claim.value, float(len(claim.among)))
        case CorrelationClaim():
            yield from (claim.value, float(claim.rows))
        case NumberClaim():
            yield claim.value
            yield from (condition.above for condition in claim.where if condition.above is not None)
