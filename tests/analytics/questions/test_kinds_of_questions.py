"""Kinds of questions that were read wrongly or not at all, each beside one that is meant otherwise."""

import numpy as np
import pandas as pd
import pytest

from analytics.questions.ask import Answer
from tests.analytics.questions.asking import answered


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


@pytest.fixture(scope="module")
def marks() -> pd.DataFrame:
    """Marks of pupils, a man or a woman each, at schools with numbers; some have a job."""
    random = np.random.default_rng(11)
    frame = pd.DataFrame({"school": random.integers(1, 61, 900), "pupil": random.choice(["Man", "Woman"], 900)})
    frame["mark"] = np.round(random.normal(60, 12, 900), 1)
    frame["lessons"] = random.integers(1, 9, 900)
    frame["job"] = random.choice(["yes", "no"], 900, p=[0.3, 0.7])
    return frame


def test_men_and_women_are_found_by_other_words(marks):
    """The values Man and Woman are meant by men and women."""
    means = marks.groupby("pupil")["mark"].mean()
    found = answered(marks, "What is the difference between men and women in the mean mark?", "marks").statement
    assert f"{means['Man']:.2f} where pupil is Man, and {means['Woman']:.2f} where pupil is Woman" in found


def test_numbers_of_things_are_grouped_where_that_is_asked(marks):
    """`Which school` asks for groups of a column of numbers, though it has more values than a category."""
    best = marks.groupby("school")["mark"].mean().idxmax()
    assert f"highest for {best} (" in answered(marks, "Which school has the best average mark?", "marks").statement


def test_two_numbers_with_or_are_two_values(marks):
    """`3 or 5 lessons` are the rows with one of both; `3 to 5` stays a range."""
    count = int(marks["lessons"].isin([3, 5]).sum())
    found = answered(marks, "How many rows have 3 or 5 lessons?", "marks").statement
    assert found == f"In {count} of the 900 rows, lessons is 3 or 5."
    between = int(marks["lessons"].between(3, 5).sum())
    assert f"In {between} of" in answered(marks, "How many rows have between 3 and 5 lessons?", "marks").statement


def test_those_with_something_are_compared_with_all_others(marks):
    """`Do those with a job have more lessons?` names one side; the other is all who have none."""
    means = marks.groupby("job")["lessons"].mean()
    found = answered(marks, "Do those with a job have more lessons?", "marks")
    assert found.result is not None
    assert [row[2] for row in found.result.rows] == [pytest.approx(means["yes"]), pytest.approx(means["no"])]
    assert found.statement.startswith("Yes: " if means["yes"] > means["no"] else "No: ")


def test_several_rows_are_told_where_several_are_asked_for():
    """`Which states have the highest premium` asks for more than one, `which state has` for one."""
    frame = pd.DataFrame(
        {"state": [f"{a}{b}" for a in "ABCDE" for b in "VWXYZ"], "premium": np.arange(25) * 10.5 + 600}
    )
    several = answered(frame, "Which states have the highest premium?", "crashes").statement
    assert several == "The highest premium: EZ (852), EY (841.5) and EX (831)."
    assert answered(frame, "Which state has the highest premium?", "crashes").statement.endswith("852, of EZ.")


def test_the_name_of_the_table_in_two_words_means_its_only_measure():
    """`When was the Dow Jones highest` of the table `dowjones` asks for its price; of two measures it says neither."""
    frame = pd.DataFrame({"day": pd.date_range("1960-01-01", periods=30), "price": np.arange(30) * 1.5})
    found = answered(frame, "When was the Dow Jones highest?", "dowjones")
    assert found.statement == "The highest price is 43.50, on 1960-01-30."
    assert "Dow Jones was taken to mean price" in found.unanswered
    both = answered(frame.assign(volume=1), "When was the Dow Jones highest?", "dowjones")
    assert both.status != "answered"


def test_a_verb_at_the_end_is_no_noun_for_the_rows():
    """`How often did NYA lose` is not answered by the rows in which NYA won."""
    frame = pd.DataFrame({"winner": ["NYA", "BOS", "CHN"] * 20, "loser": ["BOS", "NYA", "NYA"] * 20})
    assert answered(frame, "How often did NYA stumble?", "series").status == "not answered"


def test_rows_of_a_table_of_counts_stand_for_as_many_cases():
    """Cases are counted by the column of counts; shares and the most common value of the rows are not told."""
    frame = pd.DataFrame({"status": ["widow", "married", "single"] * 8, "city": ["Bern", "Rome"] * 12})
    frame["Freq"] = np.arange(24) * 3 + 1
    widows = int(frame.loc[frame["status"] == "widow", "Freq"].sum())
    assert f"The total of Freq is {widows}" in answered(frame, "How many widows are there?", "people").statement
    for question in ("What share of the people are widows?", "What is the most common status?"):
        found = answered(frame, question, "people")
        assert found.status == "not answered"
        assert "each row stands for as many cases as Freq says" in found.unanswered
    assert answered(frame, "How many rows are there?", "people").statement == "The data set has 24 rows."


def test_a_part_of_a_name_may_be_what_the_rows_are():
    """The babies of a table with a column `sex_baby` are its rows, and not the values of that column."""
    frame = pd.DataFrame({"sex_baby": ["male", "female"] * 20, "weight": np.arange(40) / 5 + 1.25})
    found = answered(frame, "How many babies weigh less than 5?", "births")
    assert found.statement == f"In {int((frame['weight'] < 5).sum())} of the 40 rows, weight is below 5."
    assert "babies was taken to mean the rows" in found.unanswered


def test_children_that_are_born_are_births():
    """`On which weekday are most children born` asks for the births, and not for rows."""
    frame = pd.DataFrame({"date": pd.date_range("2014-01-01", periods=700)})
    frame["births"] = 9000 + 2000 * (frame["date"].dt.dayofweek == 1) + np.arange(700) % 50
    found = answered(frame, "On which weekday are most children born?", "natality")
    assert "the total of births is highest for Tuesday" in found.statement
