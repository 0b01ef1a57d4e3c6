"""Numbers and dates of a sentence that no claim accounts for."""

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from agents.outputs import claims as kinds
from agents.outputs.claims import Claim, RowFilter

_MONTHS = list(calendar.month_name)
_MONTH = f"(?:{'|'.join(_MONTHS[1:])})"
_LENGTHS = {"minutes": 60, "hours": 3600, "days": 86_400, "weeks": 7 * 86_400, "seconds": 1}
_NUMBER = re.compile(r"(?<![\w.])-?(?:\d[\d,]*\d|\d)(?:\.(\d+))?(?:e[+-]?\d+)?(\u00a0%)?")


def unclaimed(statement: str, claims: Sequence[Claim]) -> Iterator[str]:
    """Return the numbers and dates of a statement that follow from no claim; names of the data are left out."""
    text = re.sub(r"\u201c[^\u201d]*\u201d", " ", statement)
    for name in sorted(set(_names(claims)), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    moments, periods = _moments(claims), _periods(claims)
    dates = {moment.date() for moment in moments}
    days = rf"(\d{{1,2}})(?:\u2013(\d{{1,2}}))? ({_MONTH})(?: (\d{{4}}))?"
    for match in re.finditer(days, text):
        for day in filter(None, match.group(1, 2)):
            said = (int(day), _MONTHS.index(match[3]), int(match[4]) if match[4] else None)
            if not any(said in {(d.day, d.month, d.year), (d.day, d.month, None)} for d in dates):
                yield match[0]
    text = re.sub(days, " ", text)
    months = {f"{moment:%B %Y}" for moment in moments} | {
        f"{_MONTHS[int(month)]} {year}" for year, _, month in (period.partition("-") for period in periods) if month
    }
    yield from (said for said in re.findall(rf"{_MONTH} \d{{4}}", text) if said not in months)
    text = re.sub(rf"{_MONTH} \d{{4}}", " ", text)
    clocks = {f"{moment:%H:%M}" for moment in moments}
    yield from (said for said in re.findall(r"\d{2}:\d{2}", text) if said not in clocks)
    text = re.sub(r"\d{2}:\d{2}", " ", text)
    years = {f"{moment:%Y}" for moment in moments} | {period for period in periods if len(period) == 4}
    text = re.sub(r"\b\d{4}\b(?!,\d)", lambda match: " " if match[0] in years else match[0], text)
    values = [*_values(claims), *_lengths(claims, text)]
    for match in _NUMBER.finditer(text):
        number = float(match[0].removesuffix("\u00a0%").replace(",", ""))
        half = 0.006 * abs(number) if "e" in match[0] else 0.51 * 10 ** -len(match[1] or "")
        scale = 100 if match[2] else 1
        if not any(abs(number - scale * value) <= half for value in values):
            yield match[0]


def _of_query(claim: kinds.QueryClaim) -> Iterator[float]:
    """Cells of the rows, ratios within a row and differences within a column, and the numbers of the SQL itself."""
    rows = [[float(cell) for cell in row if isinstance(cell, int | float)] for row in claim.rows]
    for row in rows:
        yield from row
        yield from (abs(cell) for cell in row)
        yield from (part / whole for part in row for whole in row if whole)
    if len(rows) == 2 and len(rows[0]) == len(rows[1]):
        for first, second in zip(*rows, strict=True):
            yield from (abs(first - second), *((abs(second / first - 1),) if first else ()))
    yield float(len(rows))
    yield from (float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", claim.sql))
    yield from (sum(row[:2]) for row in rows)  # outliers above and below


def _conditions(claims: Sequence[Claim]) -> Iterator[RowFilter]:
    for claim in claims:
        yield from getattr(claim, "where", [])
        yield from getattr(claim, "share_of", None) or []
        yield from [*getattr(claim, "before", []), *getattr(claim, "after", [])]


def _names(claims: Sequence[Claim]) -> Iterator[str]:
    for claim in claims:
        for field in ("column", "by", "left", "right", "time"):
            if name := getattr(claim, field, None):
                yield name
        if isinstance(claim, kinds.PatternClaim):
            yield from claim.values
        if isinstance(claim, kinds.KeyClaim):
            yield from claim.columns
        if isinstance(claim, kinds.RegressionClaim):
            yield from (claim.outcome, *claim.numbers, *claim.categories, *claim.categories.values())
            yield from (told.partition(" = ")[2] for told in claim.coefficients if " = " in told)
        if isinstance(claim, kinds.OrderClaim | kinds.EqualityClaim) and getattr(claim, "unit", None) is None:
            yield from (f"{claim.by} {name}" if name.isdecimal() else name for name in claim.among)
    for condition in _conditions(claims):
        if condition.column:
            yield condition.column
        if isinstance(condition.equals, str):
            yield condition.equals if not condition.equals.isdecimal() else f"{condition.column} {condition.equals}"


def _moments(claims: Sequence[Claim]) -> set[datetime]:
    found: set[datetime] = set()
    for condition in _conditions(claims):
        if condition.start and condition.end:
            end = datetime.fromisoformat(condition.end)
            found |= {datetime.fromisoformat(condition.start), end, end - timedelta(microseconds=1)}
    for claim in claims:
        if isinstance(claim, kinds.SilenceClaim):
            found |= {datetime.fromisoformat(claim.start), datetime.fromisoformat(claim.end)}
        if isinstance(claim, kinds.SpanClaim):
            found |= {datetime.fromisoformat(claim.first), datetime.fromisoformat(claim.last)}
    return found


def _periods(claims: Sequence[Claim]) -> set[str]:
    """Months and years that a claim names or leaves out as incomplete."""
    found: set[str] = set()
    for claim in claims:
        if isinstance(claim, kinds.TrendClaim):
            found |= set(claim.periods)
        elif isinstance(claim, kinds.GrowthClaim):
            found |= {claim.first, claim.last, *claim.incomplete, *claim.thin}
        elif isinstance(claim, kinds.OrderClaim) and claim.unit:
            found |= {*claim.among, *claim.incomplete}
    return found


def _lengths(claims: Sequence[Claim], text: str) -> Iterator[float]:
    """Lengths of the times that claims are about, in the unit that the text names."""
    for condition in _conditions(claims):
        if condition.start and condition.end:
            seconds = (datetime.fromisoformat(condition.end) - datetime.fromisoformat(condition.start)).total_seconds()
            yield from (seconds / length for unit, length in _LENGTHS.items() if unit in text)
    for claim in claims:
        if isinstance(claim, kinds.SilenceClaim):
            seconds = (datetime.fromisoformat(claim.end) - datetime.fromisoformat(claim.start)).total_seconds()
            yield from (seconds / length for unit, length in _LENGTHS.items() if unit in text)


def _values(claims: Sequence[Claim]) -> Iterator[float]:
    for claim in claims:
        match claim:
            case kinds.OrderClaim() | kinds.TrendClaim():
                yield from claim.values.values()
            case kinds.EqualityClaim():
                yield from (claim.value, float(len(claim.among)))
            case kinds.CorrelationClaim():
                yield from (claim.value, float(claim.rows))
            case kinds.AssociationClaim():
                yield claim.value
            case kinds.ExpectedClaim():
                yield from (claim.value, claim.expected)
            case kinds.NumberClaim():
                yield claim.value
            case kinds.GrowthClaim():
                yield from (claim.was, claim.value, abs(claim.growth), abs(claim.average), *map(float, claim.counts))
            case kinds.PatternClaim():
                yield from (*claim.values.values(), claim.overall)
            case kinds.YearlyClaim():
                yield from (claim.value, claim.usual)
            case kinds.TopShareClaim():
                yield from (float(claim.largest), claim.value)
            case kinds.LevelClaim():
                yield from (claim.was, claim.value)
            case kinds.ChangeClaim():
                yield abs(claim.value)
            case kinds.QueryClaim():
                yield from _of_query(claim)
            case kinds.TogetherClaim():
                yield float(claim.row_number)
            case kinds.KeyClaim():
                yield from (
                    float(claim.rows),
                    float(claim.shared),
                    *(float(row) for rows in claim.examples for row in rows),
                )
            case kinds.SilenceClaim():
                yield from (claim.expected, float(len(claims)))
            case kinds.RegressionClaim():
                yield from (1.0, float(claim.rows), claim.r_squared, *map(abs, claim.coefficients.values()))
                yield float(len(claim.numbers) + len(claim.categories))
            case kinds.SpanClaim():
                pass
    for condition in _conditions(claims):
        if condition.row_number is not None:
            yield condition.row_number
        if condition.above is not None:
            yield condition.above
        if condition.at_most is not None:
            yield condition.at_most
        if isinstance(condition.equals, int | float):
            yield float(condition.equals)
