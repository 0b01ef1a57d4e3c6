"""Each number of a result stands in the tables with its entry, time, column and aggregate."""

import pytest

from agents.grounding.results.tables import names_of, tables_of
from agents.outputs import Evidence
from analytics.results import DatasetProfile
from tests.agents.grounding.results.queries import QUERIES
from tests.agents.grounding.results.recorded import CASES, recorded, tables, wide


@pytest.mark.parametrize("name", [*CASES, *QUERIES])
def test_tables_are_as_recorded(name):
    """Every kind of result, with all of its fields and with few, gives the tables that were read and recorded."""
    assert tables(name) == recorded()[name], "see tests.agents.grounding.results.recorded"


def _columns(profile: DatasetProfile) -> set[int]:
    evidence = Evidence(id="E1", tool="tool", arguments={}, result=profile)
    measures = [table.measures["missing"] for table in tables_of([evidence]) if "missing" in table.measures]
    return {int(word) for measure in measures for word in measure.words if word.isdigit()}


def test_columns_of_a_wide_table_can_be_cited_if_a_model_sees_them():
    """All of 300 columns; of more the first 200 and the 100 with most gaps."""
    assert _columns(wide(300)) == set(range(300))
    assert _columns(wide(301)) == set(range(301)) - {299}


def test_names_are_those_of_entries_and_columns():
    """Names of tables are their measures, the columns that name rows, and the entries."""
    evidence = Evidence(id="E1", tool="tool", arguments={}, result=QUERIES["grouped"])
    assert names_of(tables_of([evidence])) == {"region", "n", "total_sales", "p", "North", "(missing)"}
