"""A question asked of a made-up table."""

import duckdb
import pandas as pd

from analytics import profile_dataset
from analytics.columns import cell
from analytics.questions.ask import Answer, answer_question
from analytics.questions.language.vocabulary import vocabulary
from analytics.results import QueryResult


def answered(frame: pd.DataFrame, question: str, name: str) -> Answer:
    """The answer to a question about a table of this name."""
    connection = duckdb.connect()
    connection.register("data", frame)

    def run(sql: str) -> QueryResult:
        found = connection.execute(sql)
        rows = [[cell(value) for value in row] for row in found.fetchall()]
        return QueryResult(
            sql=sql, columns=[each[0] for each in found.description], rows=rows, truncated=False, row_limit=60
        )

    return answer_question(question, vocabulary(profile_dataset(frame), frame, name), run)
