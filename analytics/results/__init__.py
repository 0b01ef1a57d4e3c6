"""Results of the analysis functions: small typed results that a model, a report and a stored file can all read.

A result never holds a column of the data set: it holds what was measured, at most a few dozen rows of it. Each kind has
a file of its own in `kinds/`, which describes it to all its readers, and a line below, which registers it.
"""

from analytics.results.base import AnalysisResult, Result
from analytics.results.kinds.associations.correlations import Correlation, Correlations
from analytics.results.kinds.associations.drivers import Driver, Drivers
from analytics.results.kinds.associations.groups import Group, GroupComparison
from analytics.results.kinds.associations.outcome import Outcome, OutcomeColumn
from analytics.results.kinds.associations.regression import Regression, RegressionTerm
from analytics.results.kinds.associations.relations import RelatedColumns, RelatedPair, Whole
from analytics.results.kinds.keys import Key, Keys, SharedKey
from analytics.results.kinds.known_facts import KnownFact, KnownFacts
from analytics.results.kinds.missing_patterns import MissingPattern, MissingPatterns
from analytics.results.kinds.periods import Period, PeriodPart, Periods
from analytics.results.kinds.profile import (
    ColumnProfile,
    DatasetProfile,
    Quantity,
    Repeat,
    Role,
    RoleOrQuantity,
    TopValue,
)
from analytics.results.kinds.query import QueryResult
from analytics.results.kinds.statistics import HistogramBin, Statistics
from analytics.results.kinds.unusual.anomalies import (
    Anomalies,
    Anomaly,
    AnomalyEvent,
    EventCompanion,
    EventKind,
    EventPart,
    YearlyDays,
)
from analytics.results.kinds.unusual.silences import Silence, Silences
from analytics.results.kinds.unusual.unusual_rows import UnusualRow, UnusualRows, UnusualValue
from analytics.results.table import Cell, ResultColumn, ResultTable, data_columns, overall, prose

__all__ = [
    "AnalysisResult",
    "Anomalies",
    "Anomaly",
    "AnomalyEvent",
    "Cell",
    "ColumnProfile",
    "Correlation",
    "Correlations",
    "DatasetProfile",
    "Driver",
    "Drivers",
    "EventCompanion",
    "EventKind",
    "EventPart",
    "Group",
    "GroupComparison",
    "HistogramBin",
    "Key",
    "Keys",
    "KnownFact",
    "KnownFacts",
    "MissingPattern",
    "MissingPatterns",
    "Outcome",
    "OutcomeColumn",
    "Period",
    "PeriodPart",
    "Periods",
    "Quantity",
    "QueryResult",
    "Regression",
    "RegressionTerm",
    "RelatedColumns",
    "RelatedPair",
    "Repeat",
    "Result",
    "ResultColumn",
    "ResultTable",
    "Role",
    "RoleOrQuantity",
    "SharedKey",
    "Silence",
    "Silences",
    "Statistics",
    "TopValue",
    "UnusualRow",
    "UnusualRows",
    "UnusualValue",
    "Whole",
    "YearlyDays",
    "data_columns",
    "overall",
    "prose",
]
