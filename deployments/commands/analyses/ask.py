"""`analyst ask`: one question about one data set, answered by one query. No model, no report, no Prefect."""

import json
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from deployments.commands.analyses.selecting import Selecting
from deployments.terminal.messages import DONE, Stop, console, load_settings, plain

if TYPE_CHECKING:
    from analytics.questions.ask import Answer
    from analytics.reading.dataset import Dataset

_MOST_COLUMNS = 40


def ask(
    dataset: str,
    question: str,
    *,
    selecting: Selecting | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Answer a plain question about a data set by fixed rules, with the query as evidence.

    A question that the rules do not understand is not answered, and the answer says which words they do not know.

    Args:
        dataset: Path or URL of a CSV, TSV, Parquet, Arrow, JSON, JSONL or Excel file, or a database; or a folder or
            pattern of Parquet files.
        question: Such as "How many trips start in Brooklyn?" or "What is the average fare by payment?".
        selecting: Part of the data set.
        as_json: Print one JSON object.
    """
    settings = load_settings()
    dataset = (selecting or Selecting()).behind(dataset)
    from analytics.errors import DatasetError
    from analytics.questions import ask as questions
    from analytics.reading.read import read_dataset
    from runtime.data_roots import confinement

    try:
        data = read_dataset(dataset, directory=settings.datasets_dir, roots=confinement())
    except DatasetError as error:
        raise Stop(str(error)) from None
    answer = questions.ask(data, question)
    if as_json:
        print(json.dumps(_as_json(question, answer, data), ensure_ascii=False))  # noqa: T201 - the command's output
    else:
        _show(answer, data)
    return DONE


def _as_json(question: str, answer: "Answer", data: "Dataset") -> dict[str, object]:
    result = answer.result
    return {
        "question": question,
        "answered": answer.status,
        "answer": answer.statement,
        "unanswered": answer.unanswered,
        "sql": result.sql if result else None,
        "columns": result.columns if result else [],
        "rows": result.rows if result else [],
        "dataset": data.name,
        "dataset_columns": data.columns,
    }


def _show(answer: "Answer", data: "Dataset") -> None:
    screen = console()
    for line in (answer.statement, answer.unanswered):
        if line:
            screen.print(plain(line))
    if answer.status == "not answered":
        more = "" if len(data.columns) <= _MOST_COLUMNS else f" and {len(data.columns) - _MOST_COLUMNS} more"
        screen.print(plain(f"The columns of {data.name}: {', '.join(data.columns[:_MOST_COLUMNS])}{more}."))
    if answer.result:
        screen.print(f"Query: {plain(answer.result.sql)}", style="dim")
