"""Plain questions over tables: right, or said to be not answered; hardly ever left open, and never wrong."""

import re
from collections import Counter

import duckdb
import pandas as pd
import pytest

from analytics import profile_dataset, read_dataset
from analytics.columns import cell
from analytics.questions.ask import answer_question, ask, recognised
from analytics.questions.language.vocabulary import vocabulary
from analytics.questions.understanding.rows.taking_part import without_part
from analytics.questions.understanding.slots import slots_of
from analytics.results import QueryResult
from tests.analytics.questions import tables
from tests.analytics.questions.right_answers import QUESTIONS

pytestmark = pytest.mark.xdist_group("asked")  # all read the same answers

_MADE = ("voyage", "trips", "births", "pictures", "cars", "weather", "planets")


@pytest.fixture(scope="module")
def known():
    """Each table with what questions can name and a way to query it; read once, queried in this process."""
    frames = {name: getattr(tables, name)() for name in _MADE}
    frames["departures"] = pd.read_parquet("examples/data/nyc_departures_2013.parquet")
    return {
        name: (frame, vocabulary(profile_dataset(frame), frame, name), _runner(frame)) for name, frame in frames.items()
    }


def _runner(frame):
    connection = duckdb.connect()
    connection.register("data", frame)

    def run(sql):
        found = connection.execute(sql)
        rows = [[cell(value) for value in row] for row in found.fetchall()]
        names = [column[0] for column in found.description]
        return QueryResult(sql=sql, columns=names, rows=rows[:60], truncated=len(rows) > 60, row_limit=60)

    return run


@pytest.fixture(scope="module")
def verdicts(known):
    """Outcome of each question: right, open (not answered although it could be), unsaid, or wrong."""
    found = {}
    for table, question, right in QUESTIONS:
        frame, words, run = known[table]
        answer = answer_question(question, words, run)
        if answer.status == "not answered":
            verdict = "right" if right is None else "open"
        elif right is not None and all(_says(answer.statement, each) for each in right(frame)):
            verdict = "right"
        else:
            verdict = "wrong" if answer.status == "answered" else "partly wrong"
        found[table, question] = (verdict, answer)
    return found


def _says(statement, wanted):
    """A statement holds a name, or a number as it is rounded there."""
    if isinstance(wanted, str):
        return wanted in statement
    for text in re.findall(r"\d[\d,]*(?:\.\d+)?", statement):
        places = len(text.partition(".")[2])
        if abs(float(text.replace(",", "")) - abs(float(wanted))) <= 0.5001 * 10**-places:
            return True
    return False


def test_no_question_is_answered_wrongly(verdicts):
    """No answer, not even one marked as partly, states another number than the one that is right."""
    assert [(key, answer.statement) for key, (verdict, answer) in verdicts.items() if "wrong" in verdict] == []


def test_four_fifths_of_at_least_120_questions_are_right(verdicts):
    """Of at least 120 questions, 80 % and more are answered rightly, or said to be not answered where none can."""
    counts = Counter(verdict for verdict, _ in verdicts.values())
    assert len(verdicts) >= 120
    assert counts["right"] / len(verdicts) >= 0.8, {key for key, (verdict, _) in verdicts.items() if verdict == "open"}


def test_what_is_not_answered_says_why(verdicts):
    """An answer that is not whole says which words or choices are the reason; a whole one says nothing of the kind."""
    for _, answer in verdicts.values():
        assert bool(answer.unanswered) == (answer.status != "answered")
        assert answer.status != "answered" or answer.result


def test_words_that_are_not_understood_are_named(known):
    """The words that leave a question without an answer are quoted."""
    _, words, run = known["trips"]
    answer = answer_question("How many trips were shared with friends?", words, run)
    assert answer.status == "not answered"
    assert "\u201cshared\u201d" in answer.unanswered
    assert "\u201cfriends\u201d" in answer.unanswered


def test_sentences_that_are_not_understood_leave_the_answer_to_the_others(known):
    """Of two sentences the one that is understood is answered, and the other is quoted as not looked at."""
    _, words, run = known["voyage"]
    answer = answer_question("Calculate the mean fare. Then train a model on it.", words, run)
    assert answer.status == "partly answered"
    assert answer.statement.startswith("The mean of fare is")
    assert "\u201cThen train a model on it\u201d was not looked at" in answer.unanswered
    answer = answer_question("What is the mean fare?\nUse your favourite library", words, run)
    assert answer.statement.startswith("The mean of fare is")
    assert "\u201cUse your favourite library\u201d was not looked at" in answer.unanswered


def test_a_name_that_plays_no_part_leaves_the_question_open(known):
    """A query that does not use a column which the question names would answer another question: it is not run."""
    _, words, _ = known["voyage"]
    slots = slots_of(recognised("What is the mean fare by class?", words))
    assert without_part(slots, 'SELECT "class", avg("fare") FROM data GROUP BY 1') == ""
    assert without_part(slots, 'SELECT avg("fare") FROM data') == "class"
    slots = slots_of(recognised("What is the mean fare of women?", words))
    assert without_part(slots, 'SELECT avg("fare") FROM data') == "women"


def test_a_noun_taken_for_the_rows_and_a_place_taken_for_one_of_two_are_said(known):
    """The reading that was chosen among several is said, and the answer is called partly one."""
    _, words, run = known["trips"]
    answer = answer_question("What is the average fare of rides in Queens?", words, run)
    assert answer.status == "partly answered"
    assert "rides was taken to mean the rows" in answer.unanswered
    assert "Queens was looked for in pickup_borough, not in dropoff_borough" in answer.unanswered


def test_a_number_that_stands_for_missing_is_left_out_and_named(known):
    """A mean does not count a number that stands for missing, and says so."""
    _, words, run = known["weather"]
    assert "-200 was left out of ozone" in answer_question("What is the mean of ozone?", words, run).statement


def test_years_of_which_months_are_missing_are_not_the_lowest(known):
    """The total of a year that the data only begin is low for that alone: it is left out, and named."""
    frame, _, _ = known["births"]
    cut = frame[(frame.year < 2010) | (frame.month < 3)]
    words = vocabulary(profile_dataset(cut), cut, "births")
    answer = answer_question("In which year were the fewest births?", words, _runner(cut))
    assert "2010 (2 months)" in answer.statement
    assert f"lowest for {cut[cut.year < 2010].groupby('year').births.sum().idxmin()} " in answer.statement
    assert "among 6 groups" in answer.statement


def test_ask_runs_one_query_over_a_data_set_and_shows_it(tmp_path):
    """The whole way: a file is read, the question asked, and the query is the evidence."""
    path = tmp_path / "voyage.csv"
    tables.voyage().to_csv(path, index=False)
    answer = ask(read_dataset(path, directory=tmp_path), "How many women survived?")
    assert answer.result is not None
    assert answer.result.sql.startswith("SELECT count(*)")
    assert answer.statement.startswith(f"In {answer.result.rows[0][0]} of the 300 rows, sex is female")


def test_a_weighted_mean_is_that_of_the_column_that_says_how_much_was_sold():
    """A price is weighted by the quantity, whether it is named or not; of what has no weight, the word is not known."""
    frame = pd.DataFrame(
        {
            "price": [2.0, 4.0, 3.0, 5.0] * 10,
            "quantity": [3, 1, 1, 1] * 10,
            "depth": range(40),
            "shop": list("NSNS") * 10,
        }
    )
    words, run = vocabulary(profile_dataset(frame), frame, "sales"), _runner(frame)
    for question in ("What is the weighted average price?", "Give me the mean price weighted by quantity."):
        answer = answer_question(question, words, run)
        assert answer.status == "answered"
        assert answer.statement == (
            "Weighted by quantity, the mean of price is 3, over the 40 rows; each row counted once, it is 3.50."
        )
    in_north = answer_question("What is the weighted mean price in shop N?", words, run)
    assert in_north.statement.startswith("Weighted by quantity, the mean of price is 2.25, over the 20 rows")
    for question in ("What is the weighted mean depth?", "What is the weighted mean price by shop?"):
        assert answer_question(question, words, run).status == "not answered"
