"""Two sides compared: those with something and all others, two numbers of a column, days of the week."""

import numpy as np
import pandas as pd
import pytest

from tests.analytics.questions.asking import answered


@pytest.fixture(scope="module")
def staff() -> pd.DataFrame:
    """People with a job, years of education, and earnings."""
    random = np.random.default_rng(2)
    frame = pd.DataFrame({"minority": ["yes", "no", "no"] * 80, "education": random.choice([8, 12, 16], 240)})
    frame["job"] = np.where((np.arange(240) % 7 == 0) & (frame["minority"] == "no"), "manage", "admin")
    frame["earnings"] = np.round(frame["education"] * 1.5 + random.random(240), 2)
    frame["gender"] = random.choice(["male", "female"], 240)
    return frame


def _share(frame: pd.DataFrame, minority: str) -> str:
    rows = frame[frame["minority"] == minority]
    return f"{100 * (rows['job'] == 'manage').mean():.1f}".removesuffix(".0")


def test_how_often_something_is_true_is_compared_by_shares(staff):
    """`Are minorities less often managers` compares shares of either side, and not numbers of rows."""
    found = answered(staff, "Are minorities less often managers?", "staff")
    assert found.status == "answered"
    assert found.statement.startswith("Yes: the share of rows in which job is manage is ")
    assert f"{_share(staff, 'yes')}\u00a0% where minority is true, and {_share(staff, 'no')}\u00a0%" in found.statement
    assert answered(staff, "Are minorities more often managers?", "staff").statement.startswith("No: ")


def test_two_numbers_of_a_column_are_two_sides(staff):
    """Those with 16 years of education and those with 12 are compared by their means, and not by totals."""
    means = staff.groupby("education")["earnings"].mean()
    question = "How much more do people with 16 years of education earn than those with 12?"
    found = answered(staff, question, "staff").statement
    assert found.startswith(f"The mean of earnings is {means[16]:.2f} where education is 16, and {means[12]:.2f} where")
    assert f"The difference is {means[16] - means[12]:.2f}" in found


def test_a_difference_between_rows_is_not_told_as_an_effect():
    """What something adds to a price is answered by two means, and that the rows may differ otherwise is said."""
    frame = pd.DataFrame(
        {"price": np.arange(40) * 100 + 5000, "aircon": ["yes", "no"] * 20, "stories": [1, 2, 3, 4] * 10}
    )
    found = answered(frame, "What does air conditioning add to the price?", "houses")
    means = frame.groupby("aircon")["price"].mean()
    assert f"{means['yes']:,.0f} where aircon is true, and {means['no']:,.0f} where" in found.statement
    assert "whatever else differs between the two was not taken into account" in found.unanswered


def test_a_name_of_beginnings_of_words_is_found():
    """`gas heating` is gasheat; words that begin otherwise are not."""
    frame = pd.DataFrame({"price": np.arange(40) * 100, "gasheat": ["yes", "no", "no", "no"] * 10})
    assert answered(frame, "What share of houses have gas heating?", "houses").statement.startswith(
        "25\u00a0%: in 10 of"
    )
    assert answered(frame, "What share of houses have oil heating?", "houses").status == "not answered"


@pytest.fixture(scope="module")
def crimes() -> pd.DataFrame:
    """Crimes over four weeks: two on each weekday, and three on each day of the weekends but one without any."""
    days = pd.date_range("2021-03-01", periods=28)
    counts = np.where(days.dayofweek >= 5, 3, 2)
    counts[6] = 0
    return pd.DataFrame({"date": np.repeat(days, counts), "place": "street"})


def test_days_of_the_week_are_compared_by_numbers_a_day(crimes):
    """There are more crimes on five weekdays than on two days; a day without any counts as a day."""
    for question in ("Are there more crimes at weekends?", "Are there more crimes on weekends than on weekdays?"):
        found = answered(crimes, question, "crimes").statement
        assert found.startswith(
            "Yes: the number of rows is 2.63 a day where the weekday is Saturday or Sunday (21 on 8 days)"
        )
        assert "and 2 a day" in found


def test_the_likeliest_group_has_the_largest_share(staff):
    """Which gender is most likely to be a manager is told by shares of each, and not by shares of all managers."""
    shares = (staff["job"] == "manage").groupby(staff["gender"]).mean()
    found = answered(staff, "Which gender is most likely to be in manage?", "staff").statement
    assert f"highest for {shares.idxmax()} ({100 * shares.max():.1f}" in found


def test_a_ratio_of_two_totals_is_told_for_each_group():
    """Students per teacher are the totals of both divided, and not a mean of the ratios of rows."""
    frame = pd.DataFrame({"county": ["Kern", "Kern", "Yolo"] * 10, "students": [100, 900, 240] * 10})
    frame["teachers"] = [10, 30, 12] * 10
    found = answered(frame, "What is the number of students per teacher by county?", "schools").statement
    assert found == "By county, the total of students divided by that of teachers: Kern 25 and Yolo 20."


def test_a_higher_measure_is_related_to_another_one(staff):
    """`Do people with a higher education earn more` is a tendency over both columns."""
    found = answered(staff, "Do people with a higher education earn more?", "staff").statement
    assert found.startswith("Yes: earnings tends to be higher where education is higher: Spearman's")
    assert answered(staff, "Do people with a lower education earn more?", "staff").statement.startswith("No: ")


def test_a_noun_for_rows_beside_a_value_is_said(staff):
    """The clerks of `Do female clerks earn more` are taken for the rows, which the answer says."""
    found = answered(staff, "Do female clerks earn more than male ones?", "staff")
    assert found.status == "partly answered"
    assert "clerks was taken to mean the rows" in found.unanswered


def test_a_code_that_is_a_word_is_only_meant_where_it_is_written_as_a_code():
    """The `in` of a question is not the state `in`; `state IN` is, where the table writes it so."""
    frame = pd.DataFrame({"state": ["in", "oh", "tx"] * 10, "year": np.repeat([1985, 1986], 15)})
    frame["tax"] = np.arange(30) + 0.5
    found = answered(frame, "Which state had the highest tax in 1985?", "taxes").statement
    assert "where the year is 1985 is highest for tx" in found
    upper = frame.assign(state=frame["state"].str.upper())
    assert "state is IN" in answered(upper, "What is the mean tax of state IN?", "taxes").statement


def test_a_column_is_found_by_its_whole_name_before_parts_of_others():
    """The price is the column `Price`, and not `Min.Price` before it, whose last part it is."""
    frame = pd.DataFrame({"Min.Price": np.arange(20) + 1.5, "Price": np.arange(20) + 4.5})
    assert answered(frame, "What is the mean price?", "cars").statement.startswith("The mean of Price is 14")


def test_people_who_are_counted_are_taken_for_the_rows():
    """Of a table that does not say that its rows are people, they are said to be taken for them."""
    frame = pd.DataFrame({"inducted": ["Y", "N", "N", "N"] * 10, "votes": np.arange(40)})
    found = answered(frame, "How many people were inducted?", "hall")
    assert found.status == "partly answered"
    assert found.statement == "In 10 of the 40 rows, inducted is true."
    assert "people was taken to mean the rows" in found.unanswered


def test_those_without_are_the_other_side_of_those_with():
    """`men with a pension … than men without` compares the men, and no women."""
    frame = pd.DataFrame({"sex": ["male", "female"] * 30, "pension": ["yes", "yes", "no"] * 20})
    frame["trips"] = np.arange(60) % 7
    men = frame[frame["sex"] == "male"].groupby("pension")["trips"].mean()
    found = answered(frame, "Do men with a pension have more trips than men without?", "travel").statement
    assert f"{men['yes']:.2f} where pension is true, and {men['no']:.2f} where pension is not true" in found
    assert "among rows where sex is male" in found


@pytest.fixture(scope="module")
def visits() -> pd.DataFrame:
    """Inspections with a score, on weekends and other days, by people who teach or do not."""
    frame = pd.DataFrame({"weekend": [True, False, False, False] * 30, "inspection_score": np.arange(120) % 31 + 60})
    frame["rank"] = np.where(np.arange(120) % 5, "tenured", "teaching")
    frame["satisfaction"] = np.where(np.arange(120) % 3, "High", "Low")
    frame["level"] = np.arange(120) % 7
    return frame


def test_more_of_things_is_no_higher_mean(visits):
    """`Are there more inspections` asks for a number; `Do … have higher scores` for a mean."""
    assert answered(visits, "Are there more inspections on weekends?", "food").status == "not answered"
    means = visits.groupby("weekend")["inspection_score"].mean()
    found = answered(visits, "Do inspections on weekends have lower scores?", "food").statement
    assert f"{means[True]:.2f} where weekend is true, and {means[False]:.2f} where" in found
    assert answered(visits, "Do people on weekends score more often?", "food").status == "not answered"


def test_a_comparative_is_no_value(visits):
    """`A higher level` is not the value `High` of another column."""
    found = answered(visits, "Do rows with a higher level have a lower inspection score?", "food").statement
    assert "level" in found
    assert "satisfaction" not in found


def test_a_word_that_is_more_than_a_plural_of_a_value_is_said(visits):
    """Teachers may be those whose rank is teaching, which the answer says."""
    found = answered(visits, "What is the mean level of teachers?", "food")
    assert "where rank is teaching" in found.statement
    assert "teachers was taken to mean rank teaching" in found.unanswered


def test_an_amount_of_anything_is_no_pay_without_a_word():
    """Who pays best is not answered by a column of totals as if it were one of pay."""
    frame = pd.DataFrame({"major": [f"M{n}" for n in range(30)], "total": np.arange(30) * 100})
    assert answered(frame, "Which major pays best?", "graduates").status != "answered"


def test_pay_is_what_a_name_ends_in():
    """Who pays best is told by a column of a wage, and not by one of numbers of low-wage jobs."""
    frame = pd.DataFrame({"major": [f"M{n}" for n in range(30)], "low_wage_jobs": np.arange(30) * 100})
    assert answered(frame, "Which major pays best?", "graduates").status == "not answered"
    hourly = frame.assign(hourly_wage=np.arange(30)[::-1] * 1.5)
    assert (
        "The highest hourly_wage is 43.50, of M0" in answered(hourly, "Which major pays best?", "graduates").statement
    )
