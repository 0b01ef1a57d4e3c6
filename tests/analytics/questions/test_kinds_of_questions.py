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
