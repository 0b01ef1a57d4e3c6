"""Plain functions over data: read, profile, statistics, anomalies, correlations, groups, SQL. No Prefect, no model.

Names are loaded when they are first used, so that a result type can be imported without pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.anomalies.detect import AnomalyReport, detect_anomalies
    from analytics.anomalies.find import find_anomalies
    from analytics.anomalies.silences import find_silences
    from analytics.anomalies.unusual_rows import find_unusual_rows
    from analytics.associations.correlations import correlations
    from analytics.associations.groups import compare_groups
    from analytics.associations.outcomes import relate_outcome
    from analytics.associations.regression import regress
    from analytics.associations.relations import relate_columns
    from analytics.descriptive import calculate_statistics
    from analytics.drivers.explain import explain_change, explain_difference, explain_miss
    from analytics.errors import AnalysisInputError, DatasetError
    from analytics.keys import find_keys
    from analytics.missing import missing_patterns
    from analytics.periods import compare_periods
    from analytics.profile.profile import profile_dataset
    from analytics.reading.dataset import Dataset
    from analytics.reading.read import read_dataset
    from analytics.results import (
        AnalysisResult,
        Anomalies,
        Anomaly,
        Correlation,
        Correlations,
        DatasetProfile,
        Driver,
        Drivers,
        Group,
        GroupComparison,
        Keys,
        MissingPatterns,
        Outcome,
        Periods,
        QueryResult,
        Regression,
        RelatedColumns,
        Silences,
        Statistics,
        UnusualRows,
    )
    from analytics.sql.query import query

__all__ = [
    "AnalysisInputError",
    "AnalysisResult",
    "Anomalies",
    "Anomaly",
    "AnomalyReport",
    "Correlation",
    "Correlations",
    "Dataset",
    "DatasetError",
    "DatasetProfile",
    "Driver",
    "Drivers",
    "Group",
    "GroupComparison",
    "Keys",
    "MissingPatterns",
    "Outcome",
    "Periods",
    "QueryResult",
    "Regression",
    "RelatedColumns",
    "Silences",
    "Statistics",
    "UnusualRows",
    "calculate_statistics",
    "compare_groups",
    "compare_periods",
    "correlations",
    "detect_anomalies",
    "explain_change",
    "explain_difference",
    "explain_miss",
    "find_anomalies",
    "find_keys",
    "find_silences",
    "find_unusual_rows",
    "missing_patterns",
    "profile_dataset",
    "query",
    "read_dataset",
    "regress",
    "relate_columns",
    "relate_outcome",
]

_HOMES = {
    "AnalysisInputError": "errors",
    "AnomalyReport": "anomalies.detect",
    "Dataset": "reading.dataset",
    "DatasetError": "errors",
    "calculate_statistics": "descriptive",
    "compare_groups": "associations.groups",
    "compare_periods": "periods",
    "correlations": "associations.correlations",
    "detect_anomalies": "anomalies.detect",
    "explain_change": "drivers.explain",
    "explain_difference": "drivers.explain",
    "explain_miss": "drivers.explain",
    "find_anomalies": "anomalies.find",
    "find_keys": "keys",
    "find_silences": "anomalies.silences",
    "find_unusual_rows": "anomalies.unusual_rows",
    "missing_patterns": "missing",
    "profile_dataset": "profile.profile",
    "query": "sql.query",
    "read_dataset": "reading.read",
    "regress": "associations.regression",
    "relate_columns": "associations.relations",
    "relate_outcome": "associations.outcomes",
}
"""Module of each name that is not a result type."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'analytics' has no attribute {name!r}")
    value = getattr(import_module(f"analytics.{_HOMES.get(name, 'results')}"), name)
    globals()[name] = value
    return value
