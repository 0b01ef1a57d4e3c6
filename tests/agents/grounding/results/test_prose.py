"""Texts of results: their numbers, names and times may be said again."""

from datetime import datetime

import pytest

from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.reading.written_numbers import read
from agents.grounding.results.prose import NumberInText, prose_of, times_in_name
from agents.grounding.tables.moments import Moment
from agents.outputs import Evidence
from analytics.results import (
    Anomalies,
    AnomalyEvent,
    Correlations,
    DatasetProfile,
    Drivers,
    GroupComparison,
    KnownFact,
    Outcome,
    QueryResult,
    Silences,
    Statistics,
)
from tests.agents.grounding.results.filled import filled


def prose(*results):
    """The texts of some results."""
    return prose_of([Evidence(id=f"E{n}", tool="tool", arguments={}, result=one) for n, one in enumerate(results)])


def profile(*notes, start="2012-11-05", end="2014-02-10"):
    """A profile with notes and a period."""
    period = {"period_start": datetime.fromisoformat(start), "period_end": datetime.fromisoformat(end)}
    return filled(DatasetProfile, bare=True, notes=list(notes), **period)


def query(sql):
    """A query without rows."""
    return QueryResult(sql=sql, columns=["a"], rows=[], truncated=False, row_limit=9)


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("sales_2023", [Moment(2023)]),
        ("season 2022-23", [Moment(2022), Moment(2023)]),
        ("2022/2024", [Moment(2022), Moment(2024)]),
        ("2022-03", [Moment(2022), Moment(2022, 3)]),
        ("2022-13 2022-00 1999-99", [Moment(2022), Moment(2022), Moment(1999)]),
        ("2022-22", [Moment(2022)]),
        ("2022-12", [Moment(2022), Moment(2022, 12)]),
        ("12022 2150 2022a", [Moment(2022)]),
    ],
)
def test_years_are_read_from_the_name_of_a_data_set(name, times):
    """One year, a season of two, or a month."""
    assert times_in_name(name) == times


@pytest.mark.parametrize(
    ("date", "held"),
    [
        *((WrittenDate("", 2013), True), (WrittenDate("", 2012), True), (WrittenDate("", 2014), True)),
        *((WrittenDate("", 2011), False), (WrittenDate("", 2015), False), (WrittenDate("", 2012, 10), False)),
        *((WrittenDate("", 2012, 11), True), (WrittenDate("", 2014, 2), True), (WrittenDate("", 2014, 3), False)),
        *((WrittenDate("", 2013, 5, 3), False), (WrittenDate("", 2012, 11, 5), True)),
        *((WrittenDate("", 2013, hour=5), False), (WrittenDate("", month=5), False), (WrittenDate("", month=11), True)),
        *(
            (WrittenDate("", 2012, quarter=4), True),
            (WrittenDate("", 2012, quarter=3), False),
            (WrittenDate("", 2013, quarter=1), True),
        ),
        *((WrittenDate("", 2014, quarter=1), True), (WrittenDate("", 2014, quarter=2), False)),
        *((WrittenDate("", 2013, half=1), True), (WrittenDate("", 2014, half=2), False)),
        *((WrittenDate("", 2013, half=2), True), (WrittenDate("", 2014, half=1), True)),
    ],
)
def test_times_inside_the_period_of_the_data_may_be_said(date, held):
    """A year, half, quarter or month that begins in it; a day only at both ends."""
    assert prose(profile()).holds_date(date) is held


def test_a_period_of_years_takes_whole_years():
    """An end without a month is that of its year."""
    held = prose(profile())
    held.spans, held.moments = [(Moment(2012), Moment(2013))], []
    months = [(2011, 12), (2012, 1), (2013, 12), (2014, 1)]
    assert [held.holds_date(WrittenDate("", *month)) for month in months] == [False, True, True, False]
    held.spans = [(Moment(2012, 8), Moment(2014, 6))]
    parts = [{"half": 1}, {"half": 2}, {"quarter": 3}, {"quarter": 4}]
    assert [held.holds_date(WrittenDate("", 2012, **part)) for part in parts] == [False, False, False, True]
    assert [held.holds_date(WrittenDate("", 2014, **part)) for part in parts] == [True, False, False, False]
    held.spans = [(Moment(), Moment())]
    assert held.holds_year(1)
    assert held.holds_year(9999)
    assert not held.holds_date(WrittenDate("", 10_000, 1))


@pytest.mark.parametrize(
    ("text", "said", "held"),
    [
        ("3 values of tip are missing", "3 values of it", True),
        ("3 values of tip are missing", "3 rows of it", False),
        ("3 values of tip are missing", "4 values of it", False),
        ("3 of is are missing", "3 of is", False),
        ("tip amount: 3 are missing", "3 of the tip amounts", True),
        ("tip amount: 3 are missing", "3 of the tip", True),
        ("tip amount: 3 are missing", "3 are missing", False),
        ("a: 3 are missing", "3 of a are missing", True),
        ("a: 3 are missing", "3 are missing", False),
        ("a: 3 are missing", "3 of a", False),
        ("gap of words " + "x" * 40 + " 3", "3 gap", False),
    ],
)
def test_a_number_of_a_text_may_be_said_beside_its_words(text, said, held):
    """One of the words around it stands beside it again, or those of the column that the text is about."""
    [number] = read(said)[0]
    assert prose(profile(text)).holds(number, said) is held


def test_notes_may_be_said_word_by_word():
    """A whole sentence of a note is the note's; a short one could be anything."""
    held = prose(profile("Rows are doubled. The first of them was kept each time."))
    assert held.says("The first of them was kept each time.")
    assert not held.says("The first of them was kept.")
    assert not held.says("Rows are doubled.")


def test_conditions_of_a_query_may_be_said():
    """Its numbers beside its words or words of comparison, and its dates; the rest of the SQL is no prose."""
    held = prose(query("SELECT a FROM data WHERE b > 30 AND day >= '2013-02-05' AND m = '3 May 2014' LIMIT 7"))
    assert [one.value for one in held.numbers] == [30.0]
    assert {"b", "data", "over", "than"} <= held.numbers[0].words
    assert held.moments == [Moment(2013, 2, 5), Moment(2013, 2, 5), Moment(2014, 5, 3), Moment(2014, 5, 3)]
    assert held.texts[0].startswith("SELECT")


def test_names_and_texts_of_each_kind_of_result_are_known():
    """Columns, sides and methods."""
    event = filled(AnomalyEvent, companions=filled(AnomalyEvent).companions)
    correlated = filled(Correlations)
    pairs = [name for pair in correlated.pairs for name in (pair.left, pair.right)]
    held = prose(
        filled(Anomalies, column="c1", time="t1", description="d1", events=[event]),
        filled(Anomalies, bare=True, column="c2", time=None, description="d2", events=[]),
        filled(GroupComparison, column="c3", by="b3", test="d3"),
        filled(Statistics, column="c4"),
        correlated,
        filled(Drivers, column="c5", method="d5", before_label="l5", after_label="m5", periods=[]),
        filled(Outcome, bare=True, outcome="c6", repeats=["r6"], method="d6"),
        filled(KnownFact, text="d7", subject="s7"),
        filled(Silences),
    )
    drivers = filled(Drivers)
    sides = {drivers.before_label, drivers.after_label}
    assert {*drivers.columns_searched, *drivers.segments[0].where, *drivers.segments[0].where.values()} <= set(
        prose(drivers).names
    )
    assert not sides & set(prose(drivers).names)
    companions = [one.column for one in event.companions]
    assert {"c1", "t1", "c2", "", "c3", "b3", "c4", "c5", "l5", "m5", "c6", "r6", *companions, *pairs} <= set(
        held.names
    )
    assert held.texts == ["d1", "d2", "d3", "l5", "m5", "d5", "d6", "d7", "s7"]
    assert prose(profile("n1")).notes == ["n1"]
    assert prose(filled(DatasetProfile, bare=True)).spans == []


def test_texts_of_two_results_are_put_together():
    """Everything that either says."""
    both = prose(profile("3 rows are missing")).joined(prose(profile("4 rows are missing")))
    assert [one.value for one in both.numbers] == [3.0, 4.0]
    assert isinstance(both.numbers[0], NumberInText)
    assert (len(both.texts), len(both.notes), len(both.spans), len(both.moments)) == (2, 2, 2, 4)
    assert len(both.names) == 2


def test_dates_in_texts_may_be_said():
    """With all of their parts."""
    held = prose(filled(KnownFact, text="since 3 May 2013, 10:30 and Q2 2014", subject=""))
    assert held.moments == [Moment(2013, 5, 3, 10, 30), Moment(2014, quarter=2)]
