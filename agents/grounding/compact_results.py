"""The short form of a tool result that a model sees. The whole result stays in the evidence."""

import json
from typing import Any

from analytics.results import AnalysisResult, Anomalies, ColumnProfile, DatasetProfile, GroupComparison, QueryResult

MOST_CHARACTERS = 9_000
"""Room for one answer: about 3,000 tokens, so that small context windows hold a whole analysis."""

_MOST_ROWS = 20
_MOST_TEXT = 80
_LISTS = ("worst", "groups", "pairs", "rows")


def compact(evidence_id: str, result: AnalysisResult) -> dict[str, Any]:
    """What the model sees of `result`: plain JSON with numbers of six digits, at most 20 rows, no histograms."""
    if isinstance(result, DatasetProfile):
        body = _profile(result)
    else:
        body = result.model_dump(mode="json", exclude={"kind", "histogram"}, exclude_none=True)
        for rows in _LISTS:
            _cut(body, rows)
    if isinstance(result, Anomalies):
        for anomaly in body["worst"]:
            anomaly.pop("until", None)
            if result.time:  # single rows are recognised by their labels
                anomaly.pop("labels", None)
    if isinstance(result, QueryResult):
        body.pop("row_limit")
    if isinstance(result, GroupComparison) and result.groups_in_all == len(result.groups):
        body.pop("groups_in_all")
    body = {"evidence": evidence_id, **_rounded(body)}
    for rows in _LISTS:
        while isinstance(body.get(rows), list) and len(body[rows]) > 1 and _too_long(body):
            _cut(body, rows, len(body[rows]) // 2)
    while isinstance(result, QueryResult) and len(body["columns"]) > 1 and _too_long(body):
        most = len(body["columns"]) // 2
        body["columns_not_shown"] = len(result.columns) - most
        body["columns"], body["rows"] = body["columns"][:most], [row[:most] for row in body["rows"]]
    return body


def _too_long(body: dict[str, Any]) -> bool:
    return len(json.dumps(body, ensure_ascii=False)) > MOST_CHARACTERS


def _cut(body: dict[str, Any], rows: str, most: int = _MOST_ROWS) -> None:
    if rows in body and len(body[rows]) > most:
        body["not_shown"] = body.get("not_shown", 0) + len(body[rows]) - most
        body[rows] = body[rows][:most]


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    if isinstance(value, float):
        short = float(f"{value:.6g}")
        return int(short) if short.is_integer() and abs(short) < 1e15 else short
    if isinstance(value, str) and len(value) > 2_000:
        return value[:2_000] + "…"
    return value


def _profile(profile: DatasetProfile) -> dict[str, Any]:
    body = profile.model_dump(mode="json", include={"rows", "duplicate_rows"})
    body["columns_in_all"] = len(profile.columns)
    if profile.time_column:
        body["time_column"] = profile.time_column
        body["period"] = f"{profile.period_start} to {profile.period_end}"
    body["notes"] = [_short(note, 200) for note in profile.notes[:10]]
    # A line a column reads better than nested objects, to small models above all. Wide tables get shorter lines.
    room = MOST_CHARACTERS - 1_000 - sum(map(len, body["notes"]))
    for line in (_full_line, _line, _name):
        columns = [line(column) for column in profile.columns]
        if sum(map(len, columns)) + 4 * len(columns) <= room:
            break
    else:
        columns = [_name(column) for column in profile.columns]
        while sum(map(len, columns)) + 4 * len(columns) > room:
            columns.pop()
        body["not_shown"] = len(profile.columns) - len(columns)
    body["columns"] = columns
    return body


def _full_line(column: ColumnProfile) -> str:
    parts = [_line(column)]
    if column.median is not None:
        parts.append(f"median {_plain(column.median)}")
    if column.std is not None:
        parts.append(f"standard deviation {_plain(column.std)}")
    if column.top:
        parts.append("most frequent " + ", ".join(f"{_quoted(top.value)} {top.count}" for top in column.top))
    return ", ".join(parts)


def _line(column: ColumnProfile) -> str:
    parts = [_name(column)]
    if column.missing:
        parts.append(f"{column.missing} missing")
    if column.minimum is not None and column.maximum is not None:
        parts.append(f"{_plain(column.minimum)} to {_plain(column.maximum)}")
    if column.mean is not None:
        parts.append(f"mean {_plain(column.mean)}")
    if column.role in {"category", "text", "identifier", "boolean"}:
        parts.append(f"{column.distinct} different values")
    return ", ".join(parts)


def _name(column: ColumnProfile) -> str:
    return f"{_quoted(column.name)} ({column.role})"


def _quoted(text: str) -> str:
    return json.dumps(_short(text, _MOST_TEXT), ensure_ascii=False)  # where data begins and ends has to be plain


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _plain(value: object) -> str:
    return str(_rounded(value)) if isinstance(value, float) else str(value)
