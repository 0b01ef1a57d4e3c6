"""Claims: what a statement says, in a form that anyone with the data can compute again."""

from agents.outputs.claims.models import KeyClaim, RegressionClaim, SilenceClaim
from agents.outputs.claims.over_time import GrowthClaim, LevelClaim, PatternClaim, TrendClaim, YearlyClaim
from agents.outputs.claims.parts import Aggregate, RowFilter
from agents.outputs.claims.values import (
    AssociationClaim,
    ChangeClaim,
    CorrelationClaim,
    EqualityClaim,
    ExpectedClaim,
    NumberClaim,
    OrderClaim,
    QueryClaim,
    SpanClaim,
    TogetherClaim,
    TopShareClaim,
)

__all__ = [
    "Aggregate",
    "AssociationClaim",
    "ChangeClaim",
    "Claim",
    "CorrelationClaim",
    "EqualityClaim",
    "ExpectedClaim",
    "GrowthClaim",
    "KeyClaim",
    "LevelClaim",
    "NumberClaim",
    "OrderClaim",
    "PatternClaim",
    "QueryClaim",
    "RegressionClaim",
    "RowFilter",
    "SilenceClaim",
    "SpanClaim",
    "TogetherClaim",
    "TopShareClaim",
    "TrendClaim",
    "YearlyClaim",
]

Claim = (
    QueryClaim
    | NumberClaim
    | TopShareClaim
    | OrderClaim
    | TrendClaim
    | GrowthClaim
    | PatternClaim
    | YearlyClaim
    | CorrelationClaim
    | AssociationClaim
    | EqualityClaim
    | ExpectedClaim
    | ChangeClaim
    | LevelClaim
    | TogetherClaim
    | SpanClaim
    | KeyClaim
    | SilenceClaim
    | RegressionClaim
)
"""Any claim, told apart by `kind`."""
