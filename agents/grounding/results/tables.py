"""Tables of cells, taken from the typed results of the analyst's tools."""

from collections.abc import Iterable, Iterator

from agents.grounding.results.associations.comparisons import correlation_tables, group_tables
from agents.grounding.results.associations.drivers import driver_tables
from agents.grounding.results.associations.outcome import outcome_tables
from agents.grounding.results.associations.regression import regression_tables
from agents.grounding.results.associations.relations import relation_tables
from agents.grounding.results.described import described_tables
from agents.grounding.results.missing import missing_tables
from agents.grounding.results.periods import period_tables
from agents.grounding.results.profile import profile_tables
from agents.grounding.results.queries.query import query_tables
from agents.grounding.results.rows_of_a_table import key_tables, silence_tables
from agents.grounding.results.statistics import statistics_tables
from agents.grounding.results.unusual.anomalies import anomaly_tables
from agents.grounding.results.unusual.unusual_rows import unusual_row_tables
from agents.grounding.tables.cells import Table
from agents.outputs import Evidence
from analytics.results import (
    Anomalies,
    Correlations,
    DatasetProfile,
    Drivers,
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


def tables_of(evidence: Iterable[Evidence]) -> list[Table]:
    """Every table that results hold. Arguments, limits and lengths of lists are not in them."""
    return [table for item in evidence for table in _tables(item)]


def names_in(evidence: Iterable[Evidence]) -> set[str]:
    """Names of entries and columns that results hold."""
    return names_of(tables_of(evidence))


def names_of(tables: Iterable[Table]) -> set[str]:
    """Names of entries and columns of tables."""
    found: set[str] = set()
    for table in tables:
        found |= {measure.name for measure in table.measures.values()} | table.columns
        found |= {name for row in table.rows for name in row.names.values()}
    return found


def _tables(item: Evidence) -> Iterator[Table]:
    match item.result:
        case DatasetProfile() as profile:
            yield from profile_tables(item.id, profile)
        case Statistics() as statistics:
            yield from statistics_tables(item.id, statistics)
        case Anomalies() as anomalies:
            yield from anomaly_tables(item.id, anomalies)
        case Correlations() as pairs:
            yield from correlation_tables(item.id, pairs)
        case GroupComparison() as groups:
            yield from group_tables(item.id, groups)
        case Drivers() as drivers:
            yield from driver_tables(item.id, drivers)
        case Keys() as keys:
            yield from key_tables(item.id, keys)
        case Silences() as silences:
            yield from silence_tables(item.id, silences)
        case Regression() as regression:
            yield from regression_tables(item.id, regression)
        case MissingPatterns() as missing:
            yield from missing_tables(item.id, missing)
        case Outcome() as outcome:
            yield from outcome_tables(item.id, outcome)
        case Periods() as periods:
            yield from period_tables(item.id, periods)
        case QueryResult() as query:
            yield from query_tables(item.id, query)
        case RelatedColumns() as related:
            yield from relation_tables(item.id, related)
        case UnusualRows() as unusual:
            yield from unusual_row_tables(item.id, unusual)
        case other:
            yield from described_tables(item.id, other)
