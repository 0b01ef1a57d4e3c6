"""An independent check of an offline analysis: each claim is computed again with plain pandas.

It shares nothing with the code that made the claims but their types. A statement whose numbers no claim accounts for
is reported too, so that a sentence cannot escape the check by claiming nothing.
"""

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from agents.outputs import DataAnalysis
from agents.outputs.claims import (
    AssociationClaim,
    ChangeClaim,
    Claim,
    CorrelationClaim,
    EqualityClaim,
    ExpectedClaim,
    GrowthClaim,
    KeyClaim,
    LevelClaim,
    NumberClaim,
    OrderClaim,
    PatternClaim,
    QueryClaim,
    RegressionClaim,
    RowFilter,
    SilenceClaim,
    SpanClaim,
    TogetherClaim,
    TopShareClaim,
    TrendClaim,
    YearlyClaim,
)
from analytics.columns import label
from tests.agents.offline.days_of_year import yearly_problem
from tests.agents.offline.written import unclaimed

_FORMS = {"month": "%Y-%m", "year": "%Y"}


def false_claims(analysis: DataAnalysis, frame: pd.DataFrame) -> list[str]:
    """Return what is false in an analysis, a line each; nothing when all of it is true.

    Args:
        analysis: What the offline model wrote.
        frame: The data that it is about, as it was read.
    """
    wrong: list[str] = []
    for finding in [*analysis.key_findings, *analysis.anomalies]:
        wrong += false_statement(finding.statement, finding.claims, frame)
    return [*wrong, *_of_summary(analysis, frame)]


def false_statement(statement: str, claims: Sequence[Claim], frame: pd.DataFrame) -> list[str]:
    """Return what is false in one statement, and what no claim accounts for."""
    wrong = [] if claims else [f"no claims: {statement}"]
    problems = [(claim, _problem(claim, frame)) for claim in claims]
    wrong += [f"{problem}: {claim!r} in: {statement}" for claim, problem in problems if problem]
    return wrong + [f"no claim says {text}: {statement}" for text in unclaimed(statement, claims)]


def _of_summary(analysis: DataAnalysis, frame: pd.DataFrame) -> Iterator[str]:
    """Sentences of the summary that are neither findings nor the size of the data."""
    left = analysis.summary.removeprefix(analysis.unanswered).removeprefix(" Apart from the question:").strip()
    findings = [*analysis.key_findings, *analysis.anomalies]
    for statement in sorted((finding.statement for finding in findings), key=len, reverse=True):
        left = left.replace(statement, "")
    rows = "1 row" if len(frame) == 1 else f"{len(frame):,} rows"
    columns = "1 column" if frame.shape[1] == 1 else f"{frame.shape[1]} columns"
    size = re.escape(f"The data set has {rows} and {columns}")
    for pattern in (rf"{size}(?: from .*?)?\.$", r"Nothing (?:stands out|was checked)", r"[^.\d]*\."):
        left = re.sub(pattern, "", left).strip()
    if left:
        yield f"the summary says what no finding says: {left}"


def _problem(claim: Claim, frame: pd.DataFrame) -> str | None:
    match claim:
        case NumberClaim():
            value = _number(claim, frame)
            return None if _close(value, claim.value) else f"is {value}"
        case QueryClaim():
            found = _queried(claim.sql, frame)
            alike = len(found) >= len(claim.rows) and all(map(_same_row, found, claim.rows))
            return None if alike else f"is {found[:3]}"
        case CorrelationClaim():
            pair = frame[[claim.left, claim.right]].replace([np.inf, -np.inf], np.nan).dropna()
            value = float(pair[claim.left].corr(pair[claim.right], method="spearman"))
            if len(frame) <= 50_000 and len(pair) != claim.rows:
                return f"there are {len(pair)} rows"
            return None if abs(value - claim.value) < 0.02 else f"is {value}"
        case AssociationClaim():
            value = _cramers_v(frame[claim.left], frame[claim.right])
            return None if abs(value - claim.value) < (0.006 if len(frame) <= 20_000 else 0.05) else f"is {value}"
        case GrowthClaim():
            return _growth_problem(claim, frame)
        case PatternClaim():
            return _pattern_problem(claim, frame)
        case YearlyClaim():
            return yearly_problem(claim, frame)
        case TopShareClaim():
            values = _values(frame, claim.column).dropna()
            value = float(values.nlargest(claim.largest).sum() / values.sum())
            return None if _close(value, claim.value) else f"is {value}"
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
        case ExpectedClaim():
            return _expected_problem(claim, frame)
        case ChangeClaim():
            before, after = (
                float(_values(_rows(where, frame), claim.column).dropna().agg(claim.aggregate))
                for where in (claim.before, claim.after)
            )
            return None if _close(after / before - 1, claim.value) else f"is {after / before - 1}"
        case LevelClaim():
            found = [_level(claim, where, frame) for where in (claim.before, claim.after)]
            return None if all(map(_close, found, (claim.was, claim.value))) else f"are {found}"
        case TogetherClaim():
            order = _distances(frame[claim.columns]).sort_values(ascending=False).index
            return None if claim.row_number - 1 in order[: claim.among] else f"first are rows {order[:3] + 1}"
        case KeyClaim():
            return _key_problem(claim, frame)
        case SilenceClaim():
            return _silence_problem(claim, frame)
        case RegressionClaim():
            return _regression_problem(claim, frame)
        case SpanClaim():
            stamps = _times(frame[claim.column]).dropna()
            ends = (stamps.min().isoformat(), stamps.max().isoformat())
            return None if ends == (claim.first, claim.last) else f"is {ends}"


def _level(claim: LevelClaim, where: list[RowFilter], frame: pd.DataFrame) -> float:
    """Return the average of a point in time: the mean of the rows, or their sum over the points that have some."""
    rows = _rows(where, frame)
    values = _values(rows, claim.column).dropna()
    if claim.aggregate == "mean":
        return float(values.mean())
    stamps = _times(rows[str(where[0].column)])[values.index]
    step = claim.step if claim.step[0].isdigit() else f"1 {claim.step}"
    codes = {"1 month": "M", "1 quarter": "Q", "1 year": "Y"}
    if step in codes or pd.Timedelta(step.replace("week", "W")) >= pd.Timedelta("1D"):
        stamps = stamps.dt.tz_localize(None)
    if step in codes:
        return float(values.sum()) / stamps.dt.to_period(codes[step]).nunique()
    points = (stamps - stamps.min().floor("D")) // pd.Timedelta(step.replace("week", "W"))
    return float(values.sum()) / points.nunique()


def _cramers_v(left: pd.Series, right: pd.Series) -> float:
    """Cramér's V after Bergsma (2013), from the definition, without values of fewer than five rows."""
    pair = pd.DataFrame({"left": _labels(left), "right": _labels(right)})
    for name in pair:
        pair[name] = pair[name].where(pair[name].map(pair[name].value_counts()) >= 5)
    counts = pair.groupby(["left", "right"]).size().unstack(fill_value=0)
    n, (r, k) = counts.to_numpy().sum(), counts.shape
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    phi = max(0.0, ((counts - expected) ** 2 / expected).to_numpy().sum() / n - (r - 1) * (k - 1) / (n - 1))
    return float(np.sqrt(phi / (min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1)))


def _growth_problem(claim: GrowthClaim, frame: pd.DataFrame) -> str | None:
    stamps = frame[claim.time]
    years = stamps.astype("float64") if _is_number(stamps) else _times(stamps).dt.year
    values = pd.Series(1.0, index=frame.index) if claim.column is None else _values(frame, claim.column).dropna()
    found = values.groupby(years).agg("sum" if claim.aggregate == "count" else claim.aggregate)
    was, value = found[int(claim.first)], found[int(claim.last)]
    steps = int(claim.last) - int(claim.first)
    said = [claim.was, claim.value, claim.growth, claim.average]
    right = [was, value, value / was - 1, (value / was) ** (1 / steps) - 1]
    if not all(map(_close, right, said)):
        return f"is {right}"
    counts = values.groupby(years).size()
    if claim.counts and claim.counts != [counts[int(claim.first)], counts[int(claim.last)]]:
        return f"the years have {counts.to_dict()} values"
    outside = [str(int(year)) for year in found.index if not int(claim.first) <= year <= int(claim.last)]
    return None if set(outside) == set(claim.incomplete) else f"{outside} are left out"


def _pattern_problem(claim: PatternClaim, frame: pd.DataFrame) -> str | None:
    stamps = _times(frame[claim.time])
    stamps = (stamps if stamps.dt.tz is None else stamps.dt.tz_convert("UTC").dt.tz_localize(None)).dropna()
    values = pd.Series(1.0, index=frame.index) if claim.column is None else _values(frame, claim.column)
    values = values.reindex(stamps.index).dropna()
    stamps = stamps[values.index]
    steps = stamps.dt.floor("h" if claim.part == "hour" else "D")
    table = values.groupby(steps).agg("sum" if claim.aggregate == "count" else claim.aggregate)
    if (steps != stamps).any() and len(table) > 2:
        table = table.iloc[1:-1]
    form = {"hour": "hour %H", "weekday": "%A", "month of the year": "%B"}[claim.part]
    found = table.groupby(table.index.strftime(form).str.replace("hour 0", "hour ")).mean()
    if not all(_close(found[name], value) for name, value in claim.values.items()):
        return f"is {found.to_dict()}"
    if found.idxmax() != claim.highest or claim.lowest not in (None, found.idxmin()):
        return f"the ends are {found.idxmax()} and {found.idxmin()}"
    return None if _close(float(table.mean()), claim.overall) else f"over all it is {table.mean()}"


def _key_problem(claim: KeyClaim, frame: pd.DataFrame) -> str | None:
    cells = list(zip(*(frame[name] for name in claim.columns), strict=True))
    rows = [row for row, values in enumerate(cells, 1) if not any(pd.isna(value) for value in values)]
    together: dict[object, list[int]] = {}
    for row in rows:
        together.setdefault(cells[row - 1], []).append(row)
    shared = sum(len(each) for each in together.values() if len(each) > 1)
    if (len(rows), shared) != (claim.rows, claim.shared):
        return f"{shared} of {len(rows)} rows"
    apart = [rows for rows in claim.examples if not set(rows) <= set(together[cells[rows[0] - 1]])]
    return f"{apart} are apart" if apart else None


def _silence_problem(claim: SilenceClaim, frame: pd.DataFrame) -> str | None:
    stamps = _times(frame[claim.time]).dropna().sort_values()
    start, end = pd.Timestamp(claim.start), pd.Timestamp(claim.end)
    if not (stamps.eq(start).any() and stamps.eq(end).any()) or ((stamps > start) & (stamps < end)).any():
        return "there are rows between, or none at the ends"
    others = stamps[(stamps <= start) | (stamps >= end)]
    most = others.groupby((others - start) // (end - start)).size().max()
    return None if 1 <= claim.expected <= 1.5 * most else f"at most {most} rows come in such a time"


def _regression_problem(claim: RegressionClaim, frame: pd.DataFrame) -> str | None:
    table = pd.DataFrame({name: _values(frame, name) for name in (claim.outcome, *claim.numbers)})
    for name in claim.categories:
        table[name] = _labels(frame[name])
    table = table.dropna().reset_index(drop=True)
    design = table[claim.numbers].copy()
    for name, reference in claim.categories.items():
        for value in sorted(set(table[name]) - {reference}):
            design[f"{name} = {value}"] = (table[name] == value).astype("float64")
    scaled = (design - design.mean()) / design.std()
    found, *_ = np.linalg.lstsq(scaled.to_numpy(), (table[claim.outcome] - table[claim.outcome].mean()).to_numpy())
    left = table[claim.outcome] - table[claim.outcome].mean() - scaled.to_numpy() @ found
    coefficients = dict(zip(design.columns, found / design.std().to_numpy(), strict=True))
    r_squared = 1 - (left**2).sum() / ((table[claim.outcome] - table[claim.outcome].mean()) ** 2).sum()
    said = [claim.r_squared, *claim.coefficients.values()]
    right = [r_squared, *(coefficients[name] for name in claim.coefficients)]
    same = all(math.isclose(a, b, rel_tol=1e-5) for a, b in zip(right, said, strict=True))
    return None if same and len(table) == claim.rows else f"is {right} over {len(table)} rows"


def _distances(table: pd.DataFrame) -> pd.Series:
    """Mahalanobis' distance of each row, by the normal scores of the ranks of its values."""
    from scipy.stats import norm

    table = table.astype("float64").replace([np.inf, -np.inf], np.nan).reset_index(drop=True)
    scores = pd.DataFrame({name: norm.ppf(table[name].rank() / (table[name].count() + 1)) for name in table}).fillna(0)
    related = 0.98 * 2 * np.sin(np.pi * scores.corr(method="spearman") / 6) + 0.02 * np.eye(len(scores.columns))
    return (scores * np.linalg.solve(related, scores.T).T).sum(axis=1)


def _queried(sql: str, frame: pd.DataFrame) -> list[tuple[object, ...]]:
    """Rows of a statement over the frame, by an engine of its own."""
    import duckdb

    with duckdb.connect() as connection:
        connection.register("data", frame)
        return connection.execute(sql).fetchall()


def _same_row(found: Sequence[object], said: Sequence[object]) -> bool:
    pairs = list(zip(found, said, strict=True))
    numbers = [(float(a), float(b)) for a, b in pairs if isinstance(a, int | float) and isinstance(b, int | float)]
    return all(_close(*pair) for pair in numbers) and len(numbers) == sum(isinstance(b, int | float) for _, b in pairs)


def _expected_problem(claim: ExpectedClaim, frame: pd.DataFrame) -> str | None:
    """A value is as said and on its side of what was expected; that is the median for rows, within bounds over time.

    What trend and season make likely is a model's estimate. It is not computed again: it has to lie within what the
    column comes to in times of the same length.
    """
    rows = _rows(claim.where, frame)
    value = float(_values(rows, claim.column).dropna().agg(claim.aggregate))
    if not _close(value, claim.value):
        return f"is {value}"
    if (value > claim.expected) != (claim.direction == "above"):
        return "is on the other side"
    everything = _values(frame, claim.column).dropna()
    condition = claim.where[0]
    if condition.row_number is not None:
        return None if _close(float(everything.median()), claim.expected) else f"the median is {everything.median()}"
    stamps = _times(frame[str(condition.column)])
    start, end = pd.Timestamp(condition.start), pd.Timestamp(condition.end)
    if stamps.dt.tz is None:
        start, end = start.tz_localize(None), end.tz_localize(None)
    part = ((stamps - start) // (end - start))[everything.index]
    like = everything.groupby(part).agg(claim.aggregate)
    room = like.max() - like.min()
    if not like.min() - room <= claim.expected <= like.max() + room:
        return f"{claim.expected} is not between {like.min()} and {like.max()}"
    return None


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
    """First and last periods of which daily data holds less than nine tenths of the days."""
    stamps = _times(frame[claim.by]).dropna()
    code = "M" if claim.unit == "month" else "Y"
    days = stamps.dt.normalize().drop_duplicates()
    counts = days.dt.to_period(code).value_counts().sort_index()
    if len(counts) < 4 or counts.iloc[1:-1].min() < (28 if code == "M" else 365):
        return set()  # not daily data
    form = _FORMS[claim.unit or "month"]
    edges = [counts.index[0], counts.index[-1]]
    return {edge.strftime(form) for edge in edges if counts[edge] < 0.9 * (edge.end_time - edge.start_time).days}


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _values(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame[column].astype("float64").replace([np.inf, -np.inf], np.nan)


def _times(column: pd.Series) -> pd.Series:
    return column if pd.api.types.is_datetime64_any_dtype(column) else pd.to_datetime(column, format="ISO8601")


def _by_group(by: str, column: str, aggregate: str, frame: pd.DataFrame) -> pd.Series:
    table = pd.DataFrame({"by": _labels(frame[by]), "value": _values(frame, column)})
    table = table.dropna(subset=["value"])
    return table.groupby("by")["value"].agg(aggregate)


def _labels(column: pd.Series) -> pd.Series:
    """Names of a column's values in reports."""
    if isinstance(
        column.dtype, pd.StringDtype
    ):  # equal texts are called the same, other equal values (1, True) are not
        return column.map({value: label(value) for value in column.dropna().unique()})
    return column.map(label, na_action="ignore")


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
    if claim.weight is not None:
        known = pd.DataFrame({"value": _values(rows, claim.column), "weight": _values(rows, claim.weight)}).dropna()
        return float(np.average(known["value"], weights=known["weight"]))
    values = _values(rows, claim.column).dropna()
    how = {"minimum": "min", "maximum": "max"}.get(claim.aggregate, claim.aggregate)
    return float(getattr(values, how)())


def _rows(where: list[RowFilter], frame: pd.DataFrame) -> pd.DataFrame:
    for condition in where:
        if condition.row_number is not None:
            frame = frame.iloc[[condition.row_number - 1]]
            continue
        assert condition.column is not None
        column = frame[condition.column]
        if condition.missing:
            frame = frame[column.isna()]
        elif condition.above is not None:
            frame = frame[_values(frame, condition.column) > condition.above]
        elif condition.at_most is not None:
            frame = frame[_values(frame, condition.column) <= condition.at_most]
        elif condition.start is not None:
            frame = frame[_within(_times(column), condition)]
        elif isinstance(condition.equals, str):
            frame = frame[_labels(column) == condition.equals]
        else:
            frame = frame[column == condition.equals]
    return frame


def _within(stamps: pd.Series, condition: RowFilter) -> pd.Series:
    start, end = pd.Timestamp(condition.start), pd.Timestamp(condition.end)
    if stamps.dt.tz is None:
        start, end = start.tz_localize(None), end.tz_localize(None)
    elif start.tz is None:
        start, end = start.tz_localize("UTC"), end.tz_localize("UTC")
    return (stamps >= start) & (stamps < end)


def _close(found: float, said: float) -> bool:
    return math.isclose(found, said, rel_tol=1e-6, abs_tol=1e-9) or (math.isnan(found) and math.isnan(said))
