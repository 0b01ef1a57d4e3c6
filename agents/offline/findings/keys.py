"""Findings of the offline model about columns that identify the rows, or nearly do."""

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import listed, name, number
from agents.outputs.claims import KeyClaim
from analytics.results import Key, Keys

_MOST_BROKEN = 2
"""Keys told that some rows break."""


def write_keys(draft: Draft) -> None:
    """Add the columns that nearly identify the rows, with the rows that break them, and the first one that does."""
    for evidence_id, result in draft.results(Keys):
        whole = [key for key in result.candidates if not key.shared]
        for key in whole[:1]:
            told = f"{name(key.column)} identifies" if key.other is None else f"{_columns(key)} together identify"
            draft.say(
                f"{told} the rows: all {number(key.rows)} have a value of their own.",
                [evidence_id],
                "info",
                claims=[_claim(key)],
                reason="A key tells what one row stands for.",
                topic=_names(key),
                rank=-3.0,
            )
        for key in [key for key in result.candidates if key.shared][:_MOST_BROKEN]:
            identifier = {column.name: column.role for column in draft.profile.columns}.get(key.column) == "identifier"
            draft.say(
                f"{_columns(key)} nearly {'identifies' if key.other is None else 'identify'} the rows, but "
                f"{number(key.shared)} of the {number(key.rows)} rows share a value: {_examples(key)}.",
                [evidence_id],
                "medium" if identifier or key.other is not None else "info",
                claims=[_claim(key)],
                reason="Where nearly every row has a value of its own, rows that share one may be doubles or mistakes.",
                topic=_names(key),
                rank=-0.2,
                advice=f"Check whether rows that share {_columns(key)} are the same thing twice",
            )


def _columns(key: Key) -> str:
    return listed([name(column) for column in _names(key)])


def _names(key: Key) -> list[str]:
    return [key.column] if key.other is None else [key.column, key.other]


def _examples(key: Key) -> str:
    """`rows 12 and 84; rows 100 and 101`."""
    parts = [f"rows {listed([str(row) for row in each.rows])}" for each in key.examples]
    shown = sum(len(each.rows) for each in key.examples)
    return "; ".join(parts) + (" and others" if key.shared > shown else "")


def _claim(key: Key) -> KeyClaim:
    return KeyClaim(
        columns=_names(key), rows=key.rows, shared=key.shared, examples=[each.rows for each in key.examples]
    )
