"""Questions that the fixed rules read word by word: right, or said to be not answered."""

import pandas as pd
import pytest

from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims
from tests.agents.offline.test_analyst import analyse
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("unchecked")

TRIPS = pd.DataFrame(
    {
        "trip": [f"T{number:03d}" for number in range(120)],
        "start": ["Brooklyn", "Queens", "Bronx"] * 40,
        "end": ["Queens", "Queens", "Harlem", "Bronx"] * 30,
        "payment": ["cash", "card", "card"] * 40,
        "fare": [5.0 + number % 17 for number in range(120)],
        "passengers": [1, 2, 1, 4] * 30,
        "pooled": [0, 0, 1] * 40,
        "year": [2021] * 60 + [2022] * 60,
        "who": ["resident", "visitor"] * 60,
    }
)

ANSWERED = {
    "How many trips start in Brooklyn?": "In 40 of the 120 rows, start is Brooklyn.",
    "What share of trips is pooled?": "33.3\u00a0%: in 40 of the 120 rows, pooled is 1.",
    "What is the average fare?": "The mean of fare is 12.93, over the 120 rows.",
    "What is the median fare in 2021?": "The median of fare is 12, over the 60 rows where the year is 2021.",
    "How many trips had more than 2 passengers?": "In 30 of the 120 rows, passengers is above 2.",
    "How many trips were not pooled?": "In 80 of the 120 rows, pooled is 0.",
    "How much did passengers change between 2021 and 2022?": "The total of passengers was 120 in 2021 and 120 in 2022.",
    "What is the mean fare by payment?": "By payment, the mean of fare: card 12.9",
}

NOT_ANSWERED = [
    "Who paid the highest fare?",
    "How many drivers refused trips?",
    "Why did fares rise?",
    "What is the average fare without cash?",
    "Did the mayor take a trip?",
]


@pytest.fixture
def answer(tmp_path):
    async def ask(question):
        data = dataset(TRIPS, tmp_path)
        analysis = (await analyse(data, question)).output
        assert false_claims(analysis, data.frame()) == []
        return analysis

    return ask


@pytest.mark.parametrize("question", thinned(ANSWERED, 1))
async def test_a_plain_question_gets_its_number_first(question, answer):
    """A question whose every word is understood is answered by the first finding, and marked as answered."""
    analysis = await answer(question)
    assert analysis.answered == "answered"
    assert analysis.key_findings[0].statement.startswith(ANSWERED[question])
    assert analysis.summary.startswith(ANSWERED[question])
    assert analysis.key_findings[0].unverified == []


@pytest.mark.parametrize("question", thinned(NOT_ANSWERED, 2))
async def test_a_question_that_is_not_understood_is_never_called_answered(question, answer):
    """A question with an unclear or an unknown word is not answered."""
    analysis = await answer(question)
    assert analysis.answered == "not answered", analysis.summary
    assert analysis.summary.startswith("The question is not answered: ")


async def test_a_noun_that_is_taken_for_the_rows_is_named(answer):
    """A noun that names no column may stand for the rows; the answer is marked as partly one, and says so."""
    analysis = await answer("How many rides start in Brooklyn?")
    assert analysis.answered == "partly answered"
    assert analysis.unanswered == "The question is partly answered: rides was taken to mean the rows."
    assert analysis.key_findings[0].statement == "In 40 of the 120 rows, start is Brooklyn."


async def test_totals_or_means_left_open_are_named(answer):
    """If a question names neither totals nor means and both make sense, the answer says which it gives."""
    analysis = await answer("Which start has the highest fare?")
    assert analysis.answered == "partly answered"
    assert "it does not say" in analysis.unanswered
