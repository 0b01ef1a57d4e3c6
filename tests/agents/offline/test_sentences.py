"""Sentences that were odd or said too much on public tables, each kind with a table of its own."""

import numpy as np
import pandas as pd
import pytest

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.offline.phrasing import number
from agents.outputs import DataAnalysis
from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims
from tests.agents.offline.test_analyst import analyse, everything, problems_of

pytestmark = pytest.mark.usefixtures("unchecked")


@pytest.fixture
def chance() -> np.random.Generator:
    """The same draws in each test, whatever ran before."""
    return np.random.default_rng(13)


async def true_analysis(frame: pd.DataFrame, tmp_path) -> DataAnalysis:
    """The analysis of a table, after the oracle and the number check have found nothing wrong."""
    result = await analyse(dataset(frame, tmp_path))
    assert false_claims(result.output, frame) == []
    assert problems_of(result.output, collect_evidence(result.all_messages())) == []
    return result.output


async def test_a_long_tail_is_not_called_an_error(chance, tmp_path):
    """Where so many values are far out that they are a tail, nobody is told to look for errors of entry."""
    tail = await true_analysis(pd.DataFrame({"price": chance.lognormal(3, 1.6, 300).round(2)}), tmp_path)
    assert "the tail of the column rather than errors" in " ".join(each.reason for each in tail.anomalies)
    assert not any("errors of entry" in advice for advice in tail.recommendations)


async def test_single_rows_far_out_may_be_errors(chance, tmp_path):
    """Where few values are far out, it is told to look at them, a verb for each row."""
    frame = pd.DataFrame({"price": [*chance.normal(50, 4, 398).round(1), 410.0, 380.5, 290.0]})
    few = await true_analysis(frame, tmp_path)
    assert few.anomalies[0].statement.startswith("Row 399 has price 410, row 400 has 381 and row 401 has 290")
    assert any("errors of entry" in advice for advice in few.recommendations)


async def test_a_code_beside_an_unusual_row_is_no_quantity(chance, tmp_path):
    """Digits of a code are told as they are, without a comma for thousands."""
    frame = pd.DataFrame({"code": 5200 + chance.permutation(90), "pay": chance.normal(100, 5, 90).round(1)})
    frame.loc[17, "pay"] = 460.0
    statement = (await true_analysis(frame, tmp_path)).anomalies[0].statement
    assert "has pay 460" in statement
    assert "5," not in statement


async def test_two_groups_are_compared_with_each_other(chance, tmp_path):
    """Of two groups one is higher than the other, and a column of zeros and ones is not told as a correlation too."""
    frame = pd.DataFrame({"bar": [0, 1] * 60, "sugar": chance.normal(50, 5, 120).round(1)})
    frame["sugar"] += 9 * frame["bar"]
    analysis = await true_analysis(frame, tmp_path)
    assert "the mean of sugar is higher in bar 1 (" in everything(analysis)
    assert ") than in bar 0 (" in everything(analysis)
    assert "rank correlation" not in everything(analysis)
    assert any("most between bar 1 and bar 0" in advice for advice in analysis.recommendations)


async def test_a_measure_that_follows_from_the_group_is_no_difference(chance, tmp_path):
    """Years since joining are not told by the wave of joining: one follows from the other, which is a limitation."""
    wave = chance.choice(12, 300)
    years = 5 * (wave * 7 % 12) + chance.normal(0, 0.3, 300).round(2)
    frame = pd.DataFrame({"wave": [f"wave {n}" for n in wave], "years": years})
    analysis = await true_analysis(frame, tmp_path)
    assert "By wave" not in everything(analysis)
    assert "years all but follows from wave." in analysis.limitations


async def test_a_finer_grid_is_no_reason_for_another_mean(chance, tmp_path):
    """A series with one row a day in late years and every second day before has no other rows in its later means."""
    early, late = pd.date_range("2010-01-01", "2014-12-31", freq="2D"), pd.date_range("2015-01-01", "2019-12-31")
    days = early.append(late)
    frame = pd.DataFrame({"day": days, "extent": 14 - 0.4 * (days.year - 2010) + chance.normal(0, 0.3, len(days))})
    told = everything(await true_analysis(frame, tmp_path))
    assert "From 2010 to 2019, the mean of extent fell by" in told
    assert "rows with a value" not in told


async def test_growth_far_beyond_new_rows_is_not_ascribed_to_them(chance, tmp_path):
    """A total that grew tenfold, with a sixth more rows, has grown otherwise; years in a column are a time."""
    frame = pd.DataFrame([(year, shop) for year in range(2001, 2021) for shop in "ABCDEFG"], columns=["year", "shop"])
    frame = frame[(frame["shop"] != "G") | (frame["year"] > 2010)].reset_index(drop=True)
    frame["spent"] = (100 * 1.13 ** (frame["year"] - 2000) + chance.normal(0, 5, len(frame))).round()
    analysis = await true_analysis(frame, tmp_path)
    assert "spent grew by" in everything(analysis)
    assert "rows with a value" not in everything(analysis)
    assert not any("No time column" in limit for limit in analysis.limitations)


async def test_advice_on_a_table_of_numbers_asks_for_no_more_of_them(chance, tmp_path):
    """A table with several number columns and no news lacks a time at most."""
    frame = pd.DataFrame({"a1": chance.normal(5, 1, 60), "b1": chance.normal(5, 1, 60), "c1": chance.normal(5, 1, 60)})
    advice = (await true_analysis(frame, tmp_path)).recommendations
    assert advice == ["Add a time column if you want to know what changes or stands out over time."]


async def test_a_group_called_like_a_comparison_stands_in_quotation_marks(chance, tmp_path):
    """Of groups called `low` and `not low`, each is told as a name, and the number check reads it as one."""
    frame = pd.DataFrame({"weight": chance.normal(7, 0.5, 200).round(2)})
    frame["class"] = np.where(frame["weight"] < 6.8, "low", "not low")
    told = everything(await true_analysis(frame, tmp_path))
    assert ") than for \u201clow\u201d (" in told


async def test_two_flags_are_told_as_categories_alone(chance, tmp_path):
    """Columns of zeros and ones that go together are not told a second time as numbers that rise and fall."""
    first = chance.integers(0, 2, 300)
    frame = pd.DataFrame({"ocean": first, "waves": np.where(chance.random(300) < 0.1, 1 - first, first)})
    told = [finding.statement for finding in (await true_analysis(frame, tmp_path)).key_findings]
    assert sum("ocean and waves go together" in statement for statement in told) == 1
    assert not any("rise and fall together" in statement for statement in told)


def test_a_count_worked_out_from_a_mean_is_whole():
    """0.066997518610421836 times 403 rows is 27.000000000000004 in binary, and 27 rows for a reader."""
    assert [number(27.000000000000004), number(26.999999999999996), number(27.04)] == ["27", "27", "27.0"]
