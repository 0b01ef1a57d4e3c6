"""Findings of the offline model about rows that are unusual in several columns together."""

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import listed, name, number
from agents.outputs.claims import Claim, NumberClaim, RowFilter, TogetherClaim
from analytics.results import UnusualRows

_MOST = 2
"""Rows that are told."""


def write_rows_together(draft: Draft) -> None:
    """Add the rows that are least likely by chance, with the columns that make each unusual."""
    for evidence_id, result in draft.results(UnusualRows):
        for place, row in enumerate(result.rows[:_MOST]):
            if row.row_number is None or row.p_value > draft.told_p:
                continue
            where = [RowFilter(row_number=row.row_number)]
            columns = [each.column for each in row.values]
            values = [f"{name(v.column)} is {number(v.value)} (median {number(v.usual)})" for v in row.values]
            claims: list[Claim] = [
                TogetherClaim(row_number=row.row_number, columns=result.columns, among=result.flagged)
            ]
            for each in row.values:
                claims.append(NumberClaim(aggregate="sum", column=each.column, where=where, value=each.value))
                claims.append(NumberClaim(aggregate="median", column=each.column, value=each.usual))
            draft.say(
                f"Row {row.row_number} is unusual in {listed([name(c) for c in columns])} together: {listed(values)}.",
                [evidence_id],
                "medium",
                claims=claims,
                reason=f"Among {number(result.checked)} rows, chance hardly brings one like it.",
                topic=columns,
                rank=1.0 / (1 + place),
                anomaly=True,
                advice="Check whether rows whose values do not go together are real or errors of entry",
            )
