"""True sentences of our reports over tables whose columns and entries are called alike, each with a wrong one."""

import numpy as np
import pandas as pd
import pytest

import analytics
from agents.grounding.checker import Checker, flagged
from agents.outputs import Evidence
from analytics.results import Cell, QueryResult


def marked(statement: str, cited: object, *others: object) -> list[str]:
    """Parts of a statement that the check marks, where it cites the first of these results."""
    results = [
        Evidence(id=f"E{n}", tool="tool", arguments={}, result=result) for n, result in enumerate((cited, *others), 1)
    ]
    return flagged(Checker(results).checks(statement, ["E1"]))


CHANCE = np.random.default_rng(3)
PRISON = pd.DataFrame({"felon": [0, 1] * 60, "first": [1, 0] * 60, "rules": [3, 5] * 60})


@pytest.mark.parametrize(("share", "wrong"), [("62 %", []), ("38 %", ["38 %"])])
def test_a_number_behind_its_column_is_the_entry_though_others_hold_the_column_as_one(
    share: str, wrong: list[str]
) -> None:
    """`Felon 1` is an entry of groups also where a regression has a term `felon` and another column has a 1."""
    groups, term = analytics.compare_groups(PRISON, "rules", "felon"), analytics.regress(PRISON, "rules", ["felon"])
    others = analytics.compare_groups(PRISON, "rules", "first")
    assert marked(f"felon 1 has {share} of the total.", groups, term, others) == wrong


@pytest.mark.parametrize(("higher", "lower", "right"), [("0", "1", True), ("1", "0", False)])
def test_a_column_called_like_an_ordinal_has_entries(higher: str, lower: str, right: bool) -> None:
    """`Higher in first 0 (5) than in first 1 (3)` tells two groups of the column `first`."""
    groups = analytics.compare_groups(PRISON, "rules", "first")
    found = marked(
        f"By first, the mean of rules is higher in first {higher} (5.0) than in first {lower} (3.0).", groups
    )
    assert not found if right else {"5.0", "3.0"} <= set(found)


@pytest.mark.parametrize(("up", "down", "right"), [("0.8", "-0.9", True), ("-0.9", "0.8", False)])
def test_entries_called_like_directions_are_no_changes(up: str, down: str, right: bool) -> None:
    """`Higher for Up (0.8) than for Down (-0.9)` tells two means."""
    frame = pd.DataFrame({"way": ["Up", "Down"] * 20, "today": [0.8, -0.9] * 20})
    statement = f"By way, the mean of today is higher for Up ({up}) than for Down ({down})."
    found = marked(statement, analytics.compare_groups(frame, "today", "way"))
    assert not found if right else {up, down} <= set(found)


@pytest.mark.parametrize(("value", "wrong"), [("0.5", []), ("0.9", ["0.9"])])
def test_the_column_that_splits_is_no_other_one_with_a_part_of_its_name(value: str, wrong: list[str]) -> None:
    """`By InningSide` is about no column `Inning` of another result."""
    frame = pd.DataFrame({"InningSide": ["top", "bottom"] * 20, "Inning": range(40), "HDev": [-1.5, 0.5] * 20})
    statement = f"By InningSide, the mean of HDev is higher for “bottom” ({value}) than for “top” (-1.5)."
    assert marked(
        statement, analytics.compare_groups(frame, "HDev", "InningSide"), analytics.profile_dataset(frame)
    ) == (wrong)


@pytest.mark.parametrize(("largest", "wrong"), [("3", []), ("4", ["4"])])
def test_digits_inside_a_number_name_no_column(largest: str, wrong: list[str]) -> None:
    """The 10 of `10,012 values` is no column `item_10` of another result."""
    items = {f"item_{n}": CHANCE.poisson(0.1, 10_012).clip(0, 2) for n in (10, 27)}
    frame = pd.DataFrame(items)
    frame.loc[0, "item_27"] = 3
    statement = f"Of the 10,012 values of item_27, the largest is {largest}."
    assert (
        marked(statement, analytics.calculate_statistics(frame, "item_27"), analytics.profile_dataset(frame)) == wrong
    )


@pytest.mark.parametrize(("share", "wrong"), [("1.1 %", []), ("2.2 %", ["2.2 %"])])
def test_a_column_called_like_a_common_word_is_read_as_it_is_written(share: str, wrong: list[str]) -> None:
    """`Missing in Cs (3.3 %) and As (1.1 %)` is about arsenic."""
    frame = pd.DataFrame({name: CHANCE.normal(5, 1, 90) for name in ("Cs", "As", "Fe")})
    frame.loc[:2, "Cs"] = np.nan
    frame.loc[5, "As"] = np.nan
    assert marked(f"Values are missing in Cs (3.3 %) and As ({share}).", analytics.profile_dataset(frame)) == wrong


@pytest.mark.parametrize(("count", "wrong"), [("5", []), ("6", ["6"])])
def test_a_word_inside_a_name_says_nothing_else(count: str, wrong: list[str]) -> None:
    """`Missy Elliott` is about no missing values."""
    frame = pd.DataFrame({"artist": ["Missy Elliott"] * 5 + ["J. Cole"] * 12, "length": [260] * 5 + [250] * 12})
    statement = f"By artist, the mean of length is highest for “Missy Elliott” (260, {count} rows)."
    assert marked(statement, analytics.compare_groups(frame, "length", "artist")) == wrong


def survey() -> pd.DataFrame:
    """People of whom those out of work lack hours, and whose job is missing for some."""
    frame = pd.DataFrame({"job": (["none"] * 30 + ["some"] * 70) * 2, "hours": 40.0, "travel": 20.0})
    frame["travel"] = CHANCE.normal(20, 3, 200)
    frame.loc[frame["job"].eq("none"), ["hours"]] = np.nan
    frame.loc[[*range(40, 50)], ["job", "travel"]] = None
    return frame


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("hours is missing in 100 % of the rows with job “none”, against 30 % of all rows.", []),
        ("hours is missing in 100 % of the rows with job “none”, against 20 % of all rows.", ["20 %"]),
        ("hours is missing in 90 % of the rows with job “none”, against 30 % of all rows.", ["90 %"]),
        ("Values are missing together: job is missing in 10 rows, and travel in all of them.", []),
        ("Values are missing together: job is missing in 30 rows, and travel in all of them.", ["30"]),
    ],
)
def test_values_that_are_missing_together_or_in_a_group(statement: str, wrong: list[str]) -> None:
    """The column that says which rows are meant is not the one whose values are missing."""
    frame = survey()
    patterns = analytics.missing_patterns(frame)
    groups = analytics.compare_groups(frame.fillna({"job": "(missing)"}), "travel", "job")
    assert marked(statement, patterns, analytics.profile_dataset(frame), groups) == wrong


@pytest.mark.parametrize(
    ("told", "wrong"),
    [("Irvine (80.0), Austin (50.0)", []), ("Austin (50.0)", ["highest"])],
)
def test_entries_that_differ_in_case_are_as_large_as_the_larger_one(told: str, wrong: list[str]) -> None:
    """Where a `versailles` of one row is beside a `Versailles` of 17, groups of one row stay left out."""
    sizes = {"Remote": (1, 160.0), "Irvine": (30, 80.0), "Austin": (30, 50.0), "Versailles": (17, 49.0)}
    sizes["versailles"] = (1, 60.0)
    rows = [(place, pay) for place, (count, pay) in sizes.items() for _ in range(count)]
    groups = analytics.compare_groups(pd.DataFrame(rows, columns=["place", "pay"]), "pay", "place")
    statement = (
        f"By place, the mean of pay, highest first: {told} and Versailles (49.0). Very small groups are left out."
    )
    assert marked(statement, groups) == wrong


@pytest.mark.parametrize(("count", "wrong"), [("15", []), ("14", ["14"])])
def test_counted_rows_are_no_rowers(count: str, wrong: list[str]) -> None:
    """The `rows` of `15 rows` name no sport `Row`."""
    sports = [("Netball", 20, 112.0), ("Row", 30, 70.0), ("Sprint", 15, 40.0)]
    frame = pd.DataFrame([(name, fat) for name, rows, fat in sports for _ in range(rows)], columns=["sport", "fat"])
    statement = f"The mean of fat is highest for Netball (112.0, 20 rows) and lowest for Sprint (40.0, {count} rows)."
    assert marked(statement, analytics.compare_groups(frame, "fat", "sport")) == wrong


@pytest.mark.parametrize(("mean", "wrong"), [("-0.5", []), ("-0.7", ["-0.7"])])
def test_a_column_called_like_a_month_is_no_month(mean: str, wrong: list[str]) -> None:
    """`The mean of Oct` tells a column."""
    frame = pd.DataFrame({"Oct": [-0.7, -0.5, -0.3] * 12})
    assert marked(f"The mean of Oct is {mean}.", analytics.calculate_statistics(frame, "Oct")) == wrong


@pytest.mark.parametrize(("way", "wrong"), [("above", False), ("below", True)])
def test_a_period_is_not_the_next_one_that_begins_where_it_ends(way: str, wrong: bool) -> None:
    """`Between 9 March, 10:53 and 11 March, 05:39` means the first of two unusual periods that share a time."""
    frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=90), "heat": CHANCE.normal(40, 3, 90)})
    frame.loc[[40, 60], "heat"] = 90.0, -20.0
    found = analytics.detect_anomalies(frame, "heat", time="day", aggregate="mean").summary
    times = [
        pd.Timestamp(text).to_pydatetime() for text in ("2024-03-09 10:53", "2024-03-11 05:39", "2024-03-13 00:25")
    ]
    first, second = sorted(found.events, key=lambda event: event.value or 0.0, reverse=True)
    events = [
        event.model_copy(update={"time": times[place], "until": times[place + 1]})
        for place, event in enumerate((first, second))
    ]
    result = found.model_copy(update={"events": events})
    statement = (
        "Between 9 March 2024, 10:53 and 11 March 2024, 05:39, heat averaged "
        f"{first.value:.1f}, far {way} the expected {first.expected:.1f}."
    )
    assert (way in marked(statement, result)) == wrong


@pytest.mark.parametrize(("share", "wrong"), [("5 %", []), ("9 %", ["9 %"])])
def test_values_that_are_missing_are_no_group_without_a_name(share: str, wrong: list[str]) -> None:
    """`Values are missing in hours and job` is not about the group `(missing)` of another result."""
    frame = survey()
    groups = analytics.compare_groups(frame.fillna({"job": "(missing)"}), "travel", "job")
    statement = f"Values are missing in hours (30 %) and job ({share})."
    assert marked(statement, analytics.profile_dataset(frame), groups) == wrong


@pytest.mark.parametrize(("last", "value", "wrong"), [("June", "56", []), ("July", "52", ["every"])])
def test_values_in_brackets_stand_between_the_ends_of_a_range(last: str, value: str, wrong: list[str]) -> None:
    """`From January 2016 (9) to June 2016 (56)` leaves out the months before and after, as it does without values."""
    months = pd.date_range("2015-12-01", periods=8, freq="MS").strftime("%Y-%m")
    rows: list[list[Cell]] = [[month, kwh] for month, kwh in zip(months, [12, 9, 20, 31, 47, 51, 56, 52], strict=True)]
    sql = "SELECT strftime(day, '%Y-%m') AS period_month, avg(kwh) AS kwh FROM data GROUP BY 1 ORDER BY 1"
    monthly = QueryResult(sql=sql, columns=["period_month", "kwh"], rows=rows, truncated=False, row_limit=60)
    said = f"The mean of kwh rose in every month from January 2016 (9) to {last} 2016 ({value})."
    assert marked(said, monthly) == wrong


@pytest.mark.parametrize(
    ("way", "wrong"), [("rise and fall together", []), ("move in opposite directions", ["opposite"])]
)
def test_a_pair_is_the_columns_as_they_are_written(way: str, wrong: list[str]) -> None:
    """Rows that are counted name no column `row`, and `pointsWon` is no `pointsMax`."""
    chance = np.random.default_rng(5)
    won = chance.normal(size=300)
    frame = pd.DataFrame({"row": -won, "pointsWon": won, "votesFirst": won + chance.normal(size=300)})
    frame["pointsMax"] = chance.normal(size=300) - frame["votesFirst"]
    pairs = analytics.correlations(frame)
    found = marked(f"pointsWon and votesFirst {way}: they go together over 300 rows.", pairs)
    assert [part.split()[0] for part in found] == wrong


@pytest.mark.parametrize(("rows", "wrong"), [("27", []), ("28", ["28"])])
def test_rows_in_brackets_are_those_of_the_group_beside_another_result(rows: str, wrong: list[str]) -> None:
    """The number of rows of a group is told by `rows` though another result, not cited, calls its rows so too."""
    forests = ["fir"] * 27 + ["oak"] * 60 + ["elm"] * 113 + ["pine"] * 27
    heights = [410.0] * 27 + [320.0] * 60 + [328.0] * 113 + [185.0] * 27
    frame = pd.DataFrame({"forest": forests, "height": heights})
    groups, profile = analytics.compare_groups(frame, "height", "forest"), analytics.profile_dataset(frame)
    told = "By forest, the mean of height is highest for fir (410, 27 rows) and elm (328) and lowest for pine"
    assert marked(f"{told} (185, {rows} rows); over all rows it is 319.", groups, profile) == wrong
