"""Control of false discoveries over a whole report of the offline model."""

from collections.abc import Iterator, Sequence

from agents.outputs import Evidence
from analytics.false_discoveries import largest_p
from analytics.results import (
    Anomalies,
    Correlations,
    GroupComparison,
    MissingPatterns,
    Outcome,
    Periods,
    Regression,
    RelatedColumns,
    Silences,
    UnusualRows,
)

SIGNIFICANT = 0.05
"""p-value of a single test, or of one that is corrected for the others of its family, below which it is told."""


def told_p(evidence: Sequence[Evidence]) -> float:
    """Return the largest p-value that is told, of all tests whose results a report is written from.

    Args:
        evidence: The tool results.
    """
    return largest_p(p for item in evidence for p in _p_values(item.result))


def said(evidence: Sequence[Evidence]) -> str:
    """A sentence on the control; empty where no test has a result that may be told."""
    if told_p(evidence) < 0:
        return ""
    return (
        "Of all series, groups and pairs of columns that were tested, so much is told that on average at most "
        "a tenth of it is chance (procedure of Benjamini and Hochberg)."
    )


def _p_values(result: object) -> Iterator[float]:
    """The p-value of each test of a result; 1 for each that found nothing."""
    match result:
        case Anomalies(time=str()):
            yield from [each.p_value for each in (*result.events, *result.yearly)] or [1.0]
        case Correlations():
            yield from _corrected([pair.p_value for pair in result.pairs])
        case GroupComparison() if result.p_value is not None:
            yield result.p_value
        case Periods():
            if result.step is not None or result.part == "year":
                yield 1.0 if result.p_value is None else result.p_value
            if result.chance is not None:
                yield result.chance
        case MissingPatterns():
            yield from _corrected([one.p_value for one in result.patterns if one.p_value is not None])
        case Outcome():
            yield from _corrected([column.p_value for column in result.columns])
        case Regression():
            yield result.p_value
        case Silences():
            yield from [silence.p_value for silence in result.silences] or [1.0]
        case RelatedColumns():
            yield from [pair.p_value for pair in result.pairs if pair.of == "categories"]
        case UnusualRows():
            yield from [row.p_value for row in result.rows] or [1.0]
        case _:
            pass


def _corrected(p_values: Sequence[float]) -> list[float]:
    """Of p-values that are corrected for each other (Holm), those that may be told; together they are one test."""
    return [p for p in p_values if p < SIGNIFICANT] or [1.0]
