"""An independent check of an offline analysis: each claim is computed again with plain pandas.

It shares nothing with the code that made the claims but their types. A statement whose numbers no claim accounts for
is reported too, so that a sentence cannot escape the check by claiming nothing.
"""

import re
from collections.abc import Iterator, Sequence

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
    SilenceClaim,
    SpanClaim,
    TogetherClaim,
    TopShareClaim,
    TrendClaim,
    YearlyClaim,
)
from tests.agents.offline.oracle import groups, numbers, over_time, relations
from tests.agents.offline.oracle.days_of_year import yearly_problem
from tests.agents.offline.oracle.written import unclaimed

__all__ = ["false_claims", "false_statement"]


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
    columns = "1 column" if frame.shape[1] == 1 else f"{frame.shape[1]:,} columns"
    size = re.escape(f"The data set has {rows} and {columns}")
    for pattern in (rf"{size}(?: from .*?)?\.$", r"Nothing (?:stands out|was checked)", r"[^.\d]*\."):
        left = re.sub(pattern, "", left).strip()
    if left:
        yield f"the summary says what no finding says: {left}"


def _problem(claim: Claim, frame: pd.DataFrame) -> str | None:
    match claim:
        case NumberClaim():
            return numbers.number_problem(claim, frame)
        case QueryClaim():
            return numbers.query_problem(claim, frame)
        case TopShareClaim():
            return numbers.top_share_problem(claim, frame)
        case KeyClaim():
            return numbers.key_problem(claim, frame)
        case OrderClaim():
            return groups.order_problem(claim, frame)
        case EqualityClaim():
            return groups.equality_problem(claim, frame)
        case CorrelationClaim():
            return relations.correlation_problem(claim, frame)
        case AssociationClaim():
            return relations.association_problem(claim, frame)
        case RegressionClaim():
            return relations.regression_problem(claim, frame)
        case TogetherClaim():
            return relations.together_problem(claim, frame)
        case TrendClaim():
            return over_time.trend_problem(claim, frame)
        case GrowthClaim():
            return over_time.growth_problem(claim, frame)
        case PatternClaim():
            return over_time.pattern_problem(claim, frame)
        case YearlyClaim():
            return yearly_problem(claim, frame)
        case LevelClaim():
            return over_time.level_problem(claim, frame)
        case SilenceClaim():
            return over_time.silence_problem(claim, frame)
        case ExpectedClaim():
            return over_time.expected_problem(claim, frame)
        case ChangeClaim():
            return over_time.change_problem(claim, frame)
        case SpanClaim():
            return over_time.span_problem(claim, frame)
