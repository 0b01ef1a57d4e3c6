"""Rules of the guard around data tools."""

import logging
import threading
from pathlib import Path

import pandas as pd
import pytest
from pydantic_ai import ModelRetry

from agents.toolsets import guard
from agents.toolsets.guard import guarded, looked_at
from analytics.errors import AnalysisInputError, DatasetError
from analytics.reading.read import read_dataset
from analytics.results.kinds.statistics import Statistics
from runtime.settings import Settings


def failing(error: Exception) -> None:
    """Raise it."""
    raise error


@pytest.mark.parametrize("error", [OverflowError("big"), RecursionError(), ValueError("cell text"), MemoryError()])
def test_a_failure_on_arguments_is_told_to_the_model(error: Exception) -> None:
    """Whatever the arguments cause ends the tool call, not the run; cell contents are not repeated."""
    with pytest.raises(ModelRetry, match=type(error).__name__) as told:
        guarded(failing, error)
    assert "cell text" not in str(told.value)


def test_a_message_for_the_model_is_passed_on() -> None:
    """The explanation of an analysis function's error reaches the model word by word."""
    with pytest.raises(ModelRetry, match="no such column"):
        guarded(failing, AnalysisInputError("no such column"))


@pytest.mark.parametrize("error", [FileNotFoundError("gone"), DatasetError("damaged")])
def test_faults_of_the_data_are_no_matter_of_the_model(error: Exception) -> None:
    """An error that no other argument avoids is raised as it is."""
    with pytest.raises(type(error)):
        guarded(failing, error)


def test_a_tool_that_takes_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is told after the time limit, although the function has not ended."""
    monkeypatch.setattr(guard, "get_settings", lambda: Settings(tool_seconds=0.05))
    release = threading.Event()
    try:
        with pytest.raises(ModelRetry, match=r"longer than 0\.05 s"):
            guarded(release.wait)
    finally:
        release.set()


@pytest.mark.parametrize("private_rows", [None, 5])
def test_the_log_names_the_function_that_failed(
    private_rows: int | None, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Wherever a function runs, whoever reads the log finds it by its name."""

    def calculate() -> Statistics:
        raise ZeroDivisionError

    dataset = read_dataset(pd.DataFrame({"sales": [1.0, 2.0]}), directory=tmp_path)
    dataset = dataset.model_copy(update={"private_rows": private_rows})
    with caplog.at_level(logging.WARNING), pytest.raises(ModelRetry):
        looked_at(dataset, calculate)
    assert "ZeroDivisionError in calculate" in caplog.text
