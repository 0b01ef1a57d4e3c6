"""Ordinary prose: what is left of a whole, series told in a list, leaders, steps, words that other results know."""

import pandas as pd
import pytest

import analytics
from agents.grounding.checker import Checker, flagged, unsupported_numbers
from agents.outputs import Evidence
from analytics.results import Outcome, OutcomeColumn
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart


def periods(number: int, values: list[float], part: str, time: str = "sold_on") -> Evidence:
    """Totals of sales by year or month of a made-up shop, one row a period."""
    step = {"year": "YS", "month": "MS"}[part]
    frame = pd.DataFrame({time: pd.date_range("2018-01-01", periods=len(values), freq=step), "sales": values})
    result = analytics.compare_periods(frame, "sales", time, part, "sum")
    return Evidence(id=f"E{number}", tool="compare_periods", arguments={"column": "sales"}, result=result)


def weekdays() -> Evidence:
    """Visits by weekday, each the mean of four days, and one more Sunday than other days."""
    days = pd.date_range("2024-01-07", "2024-02-04", freq="D")
    level = [52, 61, 58, 55, 70, 91, 40]
    frame = pd.DataFrame({"day": days.repeat([level[d.dayofweek] for d in days])})
    result = analytics.compare_periods(frame, None, "day", "weekday")
    return Evidence(id="E3", tool="compare_periods", arguments={"column": "rows", "part": "weekday"}, result=result)


YEARS = periods(1, [500.0, 480.0, 465.0, 440.0, 462.0, 490.0, 531.0], "year")
MONTHS = periods(2, [90.0, 160.0, 75.0, 66.0, 120.0, 118.0], "month")
WEEK = weekdays()
CREW = query(
    ["rank", "crew", "survivors", "mean_age", "median_age"],
    [["Officers", 40, 30, 41.5, 40.0], ["Stewards", 200, 50, 30.25, 28.5], ["Stokers", 160, 20, 27.75, 26.0]],
    "SELECT rank, count(*) AS crew, sum(survived) AS survivors, avg(age) AS mean_age, median(age) AS median_age"
    " FROM data GROUP BY rank",
)
LINES = query(
    ["line", "trips", "riders"],
    [["Red", 120, 5200], ["Blue", 90, 4100], ["Green", 70, 1500], ["Grey", 20, 700]],
    "SELECT line, count(*) AS trips, sum(riders) AS riders FROM data GROUP BY line",
)
TIPS = Evidence(
    id="E6",
    tool="compare_groups",
    arguments={"column": "tip", "by": "payment"},
    result=analytics.compare_groups(
        pd.DataFrame({"payment": ["card"] * 6 + ["cash"] * 3 + [None], "tip": [3.0, 2, 4, 3, 2, 4, 0, 0, 0, 1]}),
        "tip",
        "payment",
    ),
)
PASSED = Evidence(
    id="E7",
    tool="relate_outcome",
    arguments={"column": "passed"},
    result=Outcome(
        outcome="passed", value="1", other="0", rows=400, happened=180, share=0.45, related=1, tested=3, repeats=[],
        method="",
        columns=[
            OutcomeColumn(
                column="school", effect_size=0.31, p_value=0.001, test="chi-square", highest="North",
                highest_share=0.62, highest_rows=150, lowest="South", lowest_share=0.348, lowest_rows=250,
            )
        ],
    ),
)  # fmt: skip
SPREAD = Evidence(
    id="E8",
    tool="calculate_statistics",
    arguments={"column": "fare"},
    result=analytics.calculate_statistics(pd.DataFrame({"fare": [*range(1, 40), 90.0]}), "fare"),
)

RATINGS = query(
    ["rating", "guests", "came_again"],
    [[1.0, 8, 1], [3.0, 40, 24], [5.0, 30, 27]],
    "SELECT rating, count(*) AS guests, sum(again) AS came_again FROM data GROUP BY rating",
)
MODES = query(
    ["mode", "chosen"], [["air", 58], ["bus", 30]], "SELECT mode, sum(choice) AS chosen FROM data GROUP BY mode"
)
SEA = query(
    ["month", "sst"],
    [["March", 26.2], ["June", 22.8], ["September", 20.6]],
    "SELECT month, avg(sst) AS sst FROM data GROUP BY month",
)

PAIRS = {
    "step to the year before": (
        YEARS,
        "Sales edged up by 5.0 % in 2022, after falling to 440 in 2021.",
        "Sales edged down by 5.0 % in 2022, after falling to 440 in 2021.",
    ),
    "change as a noun": (
        YEARS,
        "The decline from 2018 to 2021 amounts to 60.",
        "The decline from 2018 to 2021 amounts to 50.",
    ),
    "steps in a row": (
        YEARS,
        "After three consecutive annual declines, sales rose again in 2022.",
        "After two consecutive annual declines, sales rose again in 2022.",
    ),
    "largest step": (YEARS, "The largest drop came in 2021.", "The largest drop came in 2020."),
    "adding": (
        YEARS,
        "Between 2021 and 2024 sales rose every year, adding 91.",
        "Between 2021 and 2024 sales rose every year, adding 81.",
    ),
    "peak": (YEARS, "Sales peaked in 2024 at 531.", "Sales peaked in 2023 at 531."),
    "verb for the noun before": (
        MONTHS,
        "Three months had over 100 in sales, two had fewer than 80.",
        "Three months had over 100 in sales, four had fewer than 80.",
    ),
    "neighbours in their order": (
        WEEK,
        "From Monday on the visits were 52, 61, 58 and 55.",
        "From Monday on the visits were 61, 52, 58 and 55.",
    ),
    "mean of days": (
        WEEK,
        "Saturday is the busiest weekday with 91 visits a day on average.",
        "Sunday is the busiest weekday with 91 visits a day on average.",
    ),
    "both ends": (
        WEEK,
        "The gap between the busiest and the quietest weekday is 51 visits.",
        "The gap between the busiest and the quietest weekday is 41 visits.",
    ),
    "what is denied": (CREW, "Ten Officers did not survive.", "Thirty Officers did not survive."),
    "opposite": (CREW, "150 Stewards died.", "50 Stewards died."),
    "share that is denied": (
        CREW,
        "About 88 % of the Stokers did not survive.",
        "About 13 % of the Stokers did not survive.",
    ),
    "two numbers for each name": (
        CREW,
        "Mean and median age are 41.5 vs 40.0 for Officers, 30.25 vs 28.5 for Stewards and 27.75 vs 26.0 for Stokers.",
        "Mean and median age are 41.5 vs 40.0 for Officers, 30.25 vs 26.0 for Stewards and 27.75 vs 28.5 for Stokers.",
    ),
    "all that lead": (
        LINES,
        "Red and Blue lead in riders with 5,200 and 4,100.",
        "Red and Green lead in riders with 5,200 and 1,500.",
    ),
    "sum of the leaders": (
        LINES,
        "The top two lines carried 9,300 riders.",
        "The top two lines carried 9,500 riders.",
    ),
    "rest of the shares": (
        LINES,
        "Red accounts for 45 % of the riders, the others for the remaining 55 %.",
        "Red accounts for 45 % of the riders, the others for the remaining 65 %.",
    ),
    "share said again": (LINES, "Red made 120 trips, or 40 % of all.", "Red made 120 trips, or 45 % of all."),
    "most of a column": (LINES, "Most trips (120, or 40 %) are on Red.", "Most trips (120, or 60 %) are on Red."),
    "compared with that of": (
        LINES,
        "Blue's 45.6 riders per trip exceed those of Red (43.3).",
        "Blue's 43.3 riders per trip exceed those of Red (45.6).",
    ),
    "multiple of two ends": (
        LINES,
        "Riders almost quadrupled from 1,500 on Green to 5,200 on Red.",
        "Riders almost quintupled from 1,500 on Green to 5,200 on Red.",
    ),
    "rows behind a mean": (TIPS, "Cards tip 3.0 on average over 6 rows.", "Cards tip 3.0 on average over 3 rows."),
    "share of the rows": (TIPS, "60 % of trips were paid by card.", "50 % of trips were paid by card."),
    "group without a name": (TIPS, "For 1 trip the payment is missing.", "For 3 trips the payment is missing."),
    "percent of an outcome": (PASSED, "In North 62 % passed.", "In South 62 % passed."),
    "second percentile": (SPREAD, "The 5th percentile is 2.95, the 95th 38.05.", "The 5th percentile is 38.05."),
    "change with nothing to compare": (
        YEARS,
        "Sales collapsed in 2021, falling by 5.4 % to 440.",
        "Sales collapsed in 2021, falling by 8.6 % to 440.",
    ),
    "year that was": (YEARS, "The year was 2024 with sales of 531.", "The year was 2023 with sales of 531."),
    "whole numbers as names": (
        RATINGS,
        "Of the 30 guests with rating 5, 27 came again.",
        "Of the 30 guests with rating 5, 24 came again.",
    ),
    "effect of a column": (PASSED, "School has an effect size of 0.31.", "Teacher has an effect size of 0.31."),
    "part of another": (
        LINES,
        "Grey's 20 trips are a sixth of Red's 120.",
        "Grey's 70 trips are a sixth of Red's 120.",
    ),
    "fraction said again": (
        LINES,
        "More than a third of the trips (40 %) are on Red.",
        "More than a third of the trips (50 %) are on Red.",
    ),
    "in second place": (
        LINES,
        "Red carried 1,100 riders more than Blue in second place.",
        "Red carried 1,100 riders more than Blue in third place.",
    ),
    "degrees": (
        SEA,
        "The sea is warmest in March (26.2 degrees) and coolest in September (20.6).",
        "The sea is warmest in September (20.6 degrees) and coolest in March (26.2).",
    ),
    "run until a time": (
        YEARS,
        "Sales fell for three years in a row until 2021.",
        "Sales fell for two years in a row until 2021.",
    ),
    "short name that opens": (MODES, "Bus was chosen 30 times.", "Bus was chosen 58 times."),
    "move between two periods": (
        YEARS,
        "From 2022 to 2023 sales rose to 490.",
        "From 2022 to 2023 sales fell to 490.",
    ),
    "half at a bound": (SPREAD, "Half of the fares are 20.5 or more.", "Half of the fares are 21.8 or more."),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAIRS)
def test_only_the_wrong_one_of_two_sentences_is_flagged(kind):
    """Of two sentences that differ in one number, name or word, the true one passes and the wrong one is flagged."""
    evidence, true, wrong = PAIRS[kind]
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        ("February had the highest sales (160).", "March had the highest sales (160)."),
        ("Blue is a distant second with 4,100 riders.", "Blue is a distant second with 1,500 riders."),
        ("Red alone made 120 trips.", "Red alone made 90 trips."),
    ],
    ids=["month of all years", "ordinal", "truth value"],
)
def test_words_that_are_entries_of_other_results_only_change_no_verdict(true, wrong):
    """`February`, `second` and `alone` are read as in the result cited, though another one has such entries."""
    again = query(["month of the year", "class"], [["February", "Second"], ["March", "First"]])
    truths = query(["alone", "rows"], [[True, 8], [False, 3]])
    results = [LINES.result, again.result, truths.result]
    lines, *others = (Evidence(id=f"E{n}", tool="query", arguments={}, result=one) for n, one in enumerate(results, 5))
    checker = Checker([MONTHS, lines, *others])
    cited = ["E2"] if "sales" in true else ["E5"]
    assert (flagged(checker.checks(true, cited)), bool(flagged(checker.checks(wrong, cited)))) == ([], True)


def test_nearly_a_multiple_is_close_to_it():
    """`Nearly five times` is said of 4.4 and not of 3.9."""
    held = query(["town", "visits"], [["Ulm", 88], ["Linz", 20], ["Graz", 78]])
    assert not unsupported_numbers("Ulm had nearly five times as many visits as Linz.", [held])
    assert unsupported_numbers("Graz had nearly five times as many visits as Linz.", [held])
