"""Rules of the search for drivers: what was planted is named, at its own level, with figures that add up."""

import numpy as np
import pandas as pd
import pytest

from analytics import AnalysisInputError, explain_change, explain_difference, explain_miss
from analytics.drivers.spans import span_of
from analytics.engine.relation import Relation
from benchmarks.accuracy.drivers import forecast, made, named

SMALL = 1500
"""Rows of a month."""


@pytest.fixture(scope="module")
def pair():
    """A year of orders in which one region's one channel grew in December."""
    case = made("pair", 0.0, 3, rows=SMALL)
    return case, explain_change(case.frame, "amount", "day", "2024-12")


def test_a_pair_is_named_as_a_pair(pair):
    """Growth in one region and one channel is neither put on the whole region nor on its products."""
    case, result = pair
    assert named(result) == case.planted


def test_figures_of_a_segment_are_its_totals(pair):
    """A segment's values, rows and effect are those that a filter and a sum give."""
    case, result = pair
    rows = case.frame[(case.frame["region"] == "region2") & (case.frame["channel"] == "channel1")]
    sums = [rows[rows["day"].dt.month == month]["amount"].sum() for month in (11, 12)]
    (segment,) = result.segments
    assert [segment.before, segment.after] == pytest.approx(sums)
    assert segment.effect == pytest.approx(sums[1] - sums[0])
    assert segment.share == pytest.approx(segment.effect / result.change)
    assert result.change == pytest.approx(result.after - result.before)


def test_the_search_is_run_where_nothing_happened(pair):
    """The months before are searched in the same way, and the result says in how many a segment was named."""
    result = pair[1]
    assert result.quiet_pairs >= 8
    assert result.false_pairs <= 2
    assert result.false_share == result.false_pairs / result.quiet_pairs


@pytest.mark.parametrize("shape", ["nothing", "all alike"])
def test_a_change_that_all_share_is_put_on_no_segment(shape):
    """If nothing changed, or all by the same factor, none is named; the largest parts are told as such."""
    case = made(shape, 0.0, 0, rows=SMALL)
    result = explain_change(case.frame, "amount", "day", "2024-12")
    assert result.segments == []
    assert result.largest[0].effect == max(each.effect for each in result.largest)


def test_a_changed_mix_is_no_change_of_rates():
    """If dear products sell more, the mean rises by the mix; rate and mix parts add up to the change (Kitagawa)."""
    case = made("mix", 0.0, 1, rows=SMALL)
    result = explain_change(case.frame, "amount", "day", "2024-12", aggregate="mean")
    assert [(each.segment, each.cause) for each in result.segments] == [("product product3", "mix")]
    assert result.rate_part + result.mix_part == pytest.approx(result.change)
    assert result.mix_part > 0.8 * result.change


def test_a_changed_rate_is_no_change_of_mix():
    """If a region pays more for the same, its own mean is named."""
    frame = pd.DataFrame({"region": list("abcd") * 600, "side": 1200 * ["2024-01-15"] + 1200 * ["2024-02-15"]})
    frame["paid"] = np.random.default_rng(0).normal(20, 3, len(frame))
    frame.loc[(frame["region"] == "b") & (frame["side"] > "2024-02"), "paid"] += 10
    frame["side"] = pd.to_datetime(frame["side"])
    frame["shop"] = np.random.default_rng(1).choice(["x", "y"], len(frame))
    result = explain_change(frame, "paid", "side", "2024-02", aggregate="mean")
    assert [(each.segment, each.cause) for each in result.segments] == [("region b", "rate")]
    assert result.quiet_pairs is None


@pytest.mark.parametrize("shape", ["two segments", "two of a column", "two pairs", "three columns"])
def test_a_miss_is_put_on_what_missed(shape):
    """Against a forecast with errors of 5 %, the segments that were planted are named, and no others."""
    case = forecast(shape, 0.05, 2)
    assert named(explain_miss(case.frame, "amount", "expected")) == case.planted


def test_a_group_is_compared_with_all_other_rows():
    """The segment that makes a group's mean differ is named with its share of the rows on both sides."""
    random = np.random.default_rng(5)
    frame = pd.DataFrame({"region": random.choice(["Central", "East", "West"], 3000)})
    high = random.random(3000) < np.where(frame["region"] == "Central", 0.4, 0.1)
    frame["discount"] = np.where(high, 0.8, 0.0)
    frame["profit"] = random.normal(30, 10, 3000) - 100 * frame["discount"]
    result = explain_difference(frame, "profit", "region", "central")
    assert {each.cause for each in result.segments} == {"mix"}
    assert {each.segment for each in result.segments} <= {"discount 0.8", "discount 0"}
    assert result.after == pytest.approx(frame[frame["region"] == "Central"]["profit"].mean())


def test_negative_amounts_can_be_explained():
    """A measure that is a loss in places, such as profit, has drivers as well."""
    case = forecast("one segment", 0.05, 1)
    frame = case.frame.assign(amount=case.frame["amount"] - 60, expected=case.frame["expected"] - 60)
    assert named(explain_miss(frame, "amount", "expected")) == case.planted


@pytest.mark.parametrize(
    ("text", "label", "before"),
    [
        ("2013-02", "February 2013", "January 2013"),
        ("Feb 2013", "February 2013", "January 2013"),
        ("2013", "2013", "2012"),
        ("2013-Q1", "Q1 2013", "Q4 2012"),
        ("2013-02-08 to 2013-02-09", "8 to 9 February 2013", "6 to 7 February 2013"),
        ("2013-02-08", "8 February 2013", "7 February 2013"),
    ],
)
def test_a_period_is_compared_with_the_one_before(text, label, before):
    """Years, quarters, months and days are read, and the period before has the same length."""
    assert (span_of(text).label, span_of(text).moved(-1).label) == (label, before)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("amount", "day", "soon"), "is no period: write 2013"),
        (("amount", "day", "2031-01"), "no rows with amount in"),
        (("amount", "region", "2024-12"), "not times"),
        (("cost", "day", "2024-12"), "unknown column 'cost'"),
    ],
)
def test_errors_say_what_to_write(arguments, message):
    """A period that cannot be read, one without rows, and a wrong column are told apart."""
    frame = pd.DataFrame({"amount": [1.0], "day": pd.to_datetime(["2024-12-01"]), "region": ["a"], "shop": ["x"]})
    frame = pd.concat([frame, frame.assign(region="b")], ignore_index=True)
    with pytest.raises(AnalysisInputError, match=message):
        explain_change(frame, *arguments)


def test_a_large_table_has_the_same_drivers(pair, tmp_path):
    """A table that stays on disk is put together in SQL, and gives the segments and figures of the frame."""
    case, result = pair
    case.frame.to_parquet(tmp_path / "orders.parquet", index=False)
    found = explain_change(Relation(tmp_path / "orders.parquet", len(case.frame)), "amount", "day", "2024-12")
    assert named(found) == case.planted
    assert found.change == pytest.approx(result.change)
    assert (found.quiet_pairs, found.false_pairs) == (result.quiet_pairs, result.false_pairs)
