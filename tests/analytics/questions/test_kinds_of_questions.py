"""Kinds of questions that were read wrongly or not at all, each beside one that is meant otherwise."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from analytics import profile_dataset
from analytics.columns import cell
from analytics.questions.ask import Answer, answer_question
from analytics.questions.language.vocabulary import vocabulary
from analytics.results import QueryResult


@pytest.fixture(scope="module")
def storms() -> pd.DataFrame:
    """A table called storms, of which some values hold the word: `tropical storm` is one status of three."""
    random = np.random.default_rng(8)
    frame = pd.DataFrame({"status": random.choice(["tropical storm", "subtropical storm", "hurricane"], 200)})
    frame["wind"] = random.integers(20, 160, 200)
    frame["landfall"] = random.choice(["Yes", "No"], 200)
    frame["deaths"] = random.poisson(0.7, 200)
    frame["sex"] = random.choice(["Male", "Male", "Female"], 200)
    frame["salary"] = random.integers(20_000, 90_000, 200)
    return frame


def asked(frame: pd.DataFrame, question: str) -> Answer:
    return answered(frame, question, "storms")


def answered(frame: pd.DataFrame, question: str, name: str) -> Answer:
    connection = duckdb.connect()
    connection.register("data", frame)

    def run(sql: str) -> QueryResult:
        found = connection.execute(sql)
        rows = [[cell(value) for value in row] for row in found.fetchall()]
        return QueryResult(
            sql=sql, columns=[each[0] for each in found.description], rows=rows, truncated=False, row_limit=60
        )

    return answer_question(question, vocabulary(profile_dataset(frame), frame, name), run)


def test_the_noun_of_the_table_is_no_part_of_a_value(storms):
    """The storms of a table of storms are its rows; a whole value is still a condition."""
    windy = storms["wind"] > 100
    assert (
        f"In {windy.sum()} of the 200 rows, wind is above 100."
        in asked(storms, "How many storms had wind above 100?").statement
    )
    tropical = windy & (storms["status"] == "tropical storm")
    found = asked(storms, "How many tropical storms had wind above 100?").statement
    assert f"In {tropical.sum()} of the 200 rows" in found
    assert "status is tropical storm" in found


def test_the_side_of_a_flag_can_be_written_out(storms):
    """`landfall is No` is the condition that it is not set, `landfall = yes` that it is."""
    for text, value in (("where landfall is No", "No"), ("where landfall = yes", "Yes")):
        found = asked(storms, f"What is the mean wind {text}?")
        assert found.result is not None
        assert found.result.rows[0][0] == pytest.approx(storms[storms["landfall"] == value]["wind"].mean())


def test_two_values_that_are_counted_are_counted_apart(storms):
    """Men and women are two counts; men or women, and those of both in a condition, are one."""
    counts = storms["sex"].value_counts()
    apart = asked(storms, "How many men and women are there?").statement
    assert f"Male {counts['Male']}" in apart
    assert f"Female {counts['Female']}" in apart
    either = asked(storms, "How many men or women are there?").statement
    assert "In 200 of the 200 rows" in either


def test_zero_of_a_measure_is_a_condition(storms):
    """`zero deaths` is said like `no deaths`."""
    none = int((storms["deaths"] == 0).sum())
    for word in ("zero", "no"):
        assert (
            f"In {none} of the 200 rows, deaths is 0." in asked(storms, f"How many storms had {word} deaths?").statement
        )


def test_pay_may_be_a_salary(storms):
    """A pay gap is the difference of the mean salaries, where no column is called pay."""
    means = storms.groupby("sex")["salary"].mean()
    found = asked(storms, "What is the pay gap between men and women?")
    assert found.result is not None
    assert {round(float(str(row[2])), 3) for row in found.result.rows} == {round(each, 3) for each in means}


def test_the_first_of_a_share_are_rows_and_a_tie_is_said():
    """`top 3 sweets by sugar` are three rows, however many have equal shares; `top 2 origins by sugar` are groups."""
    frame = pd.DataFrame({"name": [f"sweet {chr(97 + n)}" for n in range(26)], "origin": ["Bern", "Rome"] * 13})
    frame["sugar"] = np.repeat([0.9, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2], [1, 1, 8, 4, 4, 4, 4])
    found = answered(frame, "Top 3 sweets by sugar", "sweets").statement
    assert found == (
        "The highest sugar: sweet a (0.9), sweet b (0.8) and sweet c (0.6). "
        "Other rows have the last of these values, too."
    )
    assert "By origin, the mean of sugar" in answered(frame, "Top 2 origins by mean sugar", "sweets").statement


def test_a_bound_on_rows_is_not_taken_for_one_on_totals():
    """Cities with more than 500 sales are counted by their months, and that is said; countries of one row are not."""
    months = pd.DataFrame({"city": ["Bern", "Rome", "Oslo"] * 4, "month": np.repeat(range(1, 5), 3)})
    months["sales"] = [300, 600, 100] * 4
    found = answered(months, "How many cities had more than 500 sales?", "sales")
    assert found.status == "partly answered"
    assert "sales was compared in each row, and not in total for each city" in found.unanswered
    once = months[months["month"] == 1].drop(columns="month")
    assert answered(once, "How many cities had more than 500 sales?", "sales").status != "partly answered"


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    """Flights of each day and carrier, and how many of them were cancelled."""
    random = np.random.default_rng(6)
    frame = pd.DataFrame({"day": np.repeat(pd.date_range("2023-01-01", "2024-12-31"), 2), "carrier": ["A", "B"] * 731})
    frame["flights"] = random.integers(40, 60, len(frame))
    frame["cancelled"] = random.integers(0, 5, len(frame)) + 3 * (frame["carrier"] == "B")
    return frame


@pytest.mark.parametrize(
    "question", ["Which carrier has the most cancelled flights?", "Which carrier had the most cancelled?"]
)
def test_a_column_that_stands_as_an_adjective_is_meant(flights, question):
    """Cancelled flights are those of the column `cancelled`, and not all of `flights`."""
    total = flights.groupby("carrier")["cancelled"].sum()["B"]
    assert f"the total of cancelled is highest for B ({total:,})" in answered(flights, question, "air").statement


def test_a_share_of_cancelled_flights_is_not_guessed(flights):
    """It may be one of all flights or of all that were cancelled; two columns that are related stay two."""
    for question in (
        "share of cancelled flights by carrier",
        "Which carrier has the highest share of cancelled flights?",
    ):
        assert answered(flights, question, "air").status == "not answered"
    related = answered(flights, "What is the correlation between cancelled and flights?", "air").statement
    assert "Pearson's correlation" in related


@pytest.mark.parametrize("verb", ["falls on", "fell on", "are on", "happen on", "occurred on", "take place on"])
def test_a_share_that_falls_on_weekends_is_no_change(flights, verb):
    """To fall on a time is to be then, whichever verb says so."""
    weekend = flights["day"].dt.dayofweek >= 5
    share = 100 * flights.loc[weekend, "flights"].sum() / flights["flights"].sum()
    assert answered(flights, f"What share of flights {verb} weekends?", "air").statement.startswith(
        f"{share:.1f}\u00a0%"
    )


def test_how_much_something_fell_is_no_total(flights):
    """`How much did flights fall in March` asks for a change, which is not told from one month: no total answers it."""
    assert "The total of flights is" not in answered(flights, "How much did flights fall in March?", "air").statement
    rain = flights.rename(columns={"flights": "rain"})
    march = rain.loc[rain["day"].dt.month == 3, "rain"].sum()
    assert f"The total of rain is {march:,}" in answered(rain, "How much rain fell in March?", "weather").statement


def test_two_counts_are_compared_by_their_totals():
    """More women than men is asked of two columns: over all rows, in one year, or year by year."""
    frame = pd.DataFrame({"year": [2001, 2001, 2002, 2003], "women": [5, 6, 4, 9], "men": [7, 3, 8, 2]})
    every = answered(frame, "In which years were there more women than men?", "people").statement
    assert every == "In 2 of the 3 years, the total of women is above that of men: 2001 and 2003."
    fewer = answered(frame, "How many years had fewer women than men?", "people").statement
    assert fewer == "In 1 of the 3 years, the total of women is below that of men: 2002."
    assert answered(frame, "Were there more women than men in 2002?", "people").statement.startswith("No: ")
    assert answered(frame, "Are there more women than men?", "people").statement.startswith("Yes: ")


def test_sides_that_are_no_counts_are_not_compared():
    """A temperature and a weight have no totals to set against each other."""
    frame = pd.DataFrame({"year": [2001, 2002, 2003], "temperature": [15, 18, 12], "weight": [20.5, 10.5, 30.5]})
    assert answered(frame, "In which years was there more temperature than weight?", "x").status == "not answered"


def test_a_row_is_named_by_a_name_that_comes_again():
    """The car with the best mpg has a name, although some cars of other rows have the same; the noun is said."""
    frame = pd.DataFrame({"name": [f"car {chr(97 + n % 18)}" for n in range(24)], "mpg": np.arange(24) + 10.5})
    found = answered(frame, "Which car has the best mpg?", "fuel")
    assert found.statement == "The highest mpg is 33.50, of car f."
    assert found.status == "partly answered"
