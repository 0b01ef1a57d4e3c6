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
    connection = duckdb.connect()
    connection.register("data", frame)

    def run(sql: str) -> QueryResult:
        found = connection.execute(sql)
        rows = [[cell(value) for value in row] for row in found.fetchall()]
        return QueryResult(
            sql=sql, columns=[each[0] for each in found.description], rows=rows, truncated=False, row_limit=60
        )

    return answer_question(question, vocabulary(profile_dataset(frame), frame, "storms"), run)


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
