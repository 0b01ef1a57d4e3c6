"""Findings of the offline model about rows with unusual values, one finding a column."""

from collections.abc import Sequence

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import listed, name, number
from agents.offline.planning.columns import is_year
from agents.outputs import Severity
from agents.outputs.claims import Claim, ExpectedClaim, NumberClaim, RowFilter
from analytics.results import Anomalies, Anomaly, Cell

_MOST_ROWS = 3
"""Rows of a column that are told, all on one side of what is usual."""
_MOST_LABELS = 3
"""Other cells by which a single row is told."""
_HIGH, _MEDIUM = 4.0, 1.5
"""Score of the worst row as a multiple of the threshold of detection."""
_TAIL = 0.01
"""Share of unusual rows from which they are a long tail."""
_FEW_ROWS = 30
"""Rows below which an unusual row may well be chance."""


def write_rows(draft: Draft, evidence_id: str, result: Anomalies, place: int) -> None:
    """Add the worst rows of a column.

    Args:
        draft: Where to add the finding.
        evidence_id: Id of the result.
        result: Rows that were checked singly.
        place: Place of the column among those that matter, from 0.
    """
    found = [row for row in result.worst if row.row_number is not None]
    if not found:
        return
    rows = [row for row in found if (row.score > 0) == (found[0].score > 0)][:_MOST_ROWS]
    strength = abs(rows[0].score) / result.threshold
    what, way = name(result.column), "above" if rows[0].score > 0 else "below"
    labels = _labels(draft, rows)
    severity, reason = _severity(result, strength)
    draft.say(
        f"{_told(rows, labels, what)}, far {way} the usual {number(rows[0].expected)}.",
        # The profile knows that 2021 is a year.
        [evidence_id, draft.profile_id] if any(labels.values()) else [evidence_id],
        severity,
        claims=[claim for row in rows for claim in _claims(result, row, labels)],
        reason=reason,
        topic=[result.column],
        # The columns that matter come first among anomalies of like size.
        rank=strength / (1 + place),
        anomaly=True,
        advice="" if _is_tail(result) else f"Check whether the extreme values of {what} are real or errors of entry",
    )


def _labels(draft: Draft, rows: Sequence[Anomaly]) -> dict[str, bool]:
    """The columns whose cells tell the rows apart, and whether they hold years or codes, which are no quantities."""
    columns = {column.name: column for column in draft.profile.columns}
    known = [
        label for label in rows[0].labels if label in columns and all(row.labels[label] is not None for row in rows)
    ]
    known = [label for label in known if any(row.labels[label] != row.row_number for row in rows)]
    if len(rows) > 1:  # one name each; more would bury the values
        texts = [label for label in known if isinstance(rows[0].labels[label], str)]
        alone = [label for label in texts if columns[label].distinct > draft.profile.rows / 2][:1]
        years = [label for label in known if is_year(columns[label])][:1]
        own = [label for label in years if columns[label].distinct > draft.profile.rows / 2]  # a row for each year
        known = alone or ([*texts[:1], *years] if texts and years else own)  # a thing of a panel and its year
    return {label: is_year(columns[label]) or columns[label].role != "number" for label in known[:_MOST_LABELS]}


def _told(rows: Sequence[Anomaly], labels: dict[str, bool], what: str) -> str:
    """`Row 8 (Oslo) has fare 512 and row 9 (Voss) has 420`; a single row with its other cells."""
    if len(rows) == 1:
        return f"Row {rows[0].row_number}{_who(rows[0], labels)} has {what} {number(rows[0].value)}"
    written = {number(row.value) for row in rows}
    cells = [_cell(row.labels[label], code) for row in rows for label, code in labels.items()]
    quoted = any(cell.startswith("\u201c") for cell in cells)  # all names of a sentence are written alike
    if len(written) == 1:
        places = [f"in row {row.row_number}{_who(row, labels, quoted=quoted)}" for row in rows]
        return f"{what} is {written.pop()} {listed(places)}"
    parts: list[str] = []
    for row in rows:
        has = "has" if parts else f"has {what}"
        who = _who(row, labels, quoted=quoted)
        parts.append(f"{'row' if parts else 'Row'} {row.row_number}{who} {has} {number(row.value)}")
    return listed(parts)


def _who(row: Anomaly, labels: dict[str, bool], *, quoted: bool = False) -> str:
    """Words by which a row is known, in brackets: names and years alone, other numbers with their column."""
    told = [
        _cell(row.labels[label], code, quoted=quoted)
        if isinstance(row.labels[label], str) or code
        else f"{name(label)} {_cell(row.labels[label], code)}"
        for label, code in labels.items()
    ]
    return f" ({', '.join(told)})" if told else ""


def _cell(value: Cell, code: bool, *, quoted: bool = False) -> str:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:.15g}" if code else number(value)
    text = name(str(value))
    return f"\u201c{text}\u201d" if quoted and not text.startswith("\u201c") else text


def _claims(result: Anomalies, row: Anomaly, labels: dict[str, bool]) -> list[Claim]:
    where = RowFilter(row_number=row.row_number)
    direction = "above" if row.score > 0 else "below"
    claims: list[Claim] = [
        ExpectedClaim(
            aggregate="sum",
            column=result.column,
            where=[where],
            value=row.value,
            expected=row.expected,
            direction=direction,
        )
    ]
    for label in labels:
        same = RowFilter(column=label, equals=row.labels[label])
        claims.append(NumberClaim(aggregate="rows", where=[where, same], value=1))
    return claims


def _is_tail(result: Anomalies) -> bool:
    return result.checked >= _FEW_ROWS and result.flagged >= _TAIL * result.checked


def _severity(result: Anomalies, strength: float) -> tuple[Severity, str]:
    reason = f"Of {number(result.checked)} rows, the worst lies {strength:.1f} times as far out as the threshold"
    if result.checked < _FEW_ROWS:
        return "low", f"{reason}: too few to tell what is usual."
    if _is_tail(result):
        return "low", f"{reason}; so many are far out that they are the tail of the column rather than errors."
    return ("high" if strength >= _HIGH else "medium" if strength >= _MEDIUM else "low"), f"{reason}."
