"""Analysis functions in the process beside this one."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pandas as pd
import pytest

import analytics
from analytics import AnalysisInputError, Dataset
from analytics.beside import process
from analytics.beside.process import call_beside
from analytics.reading.read import read_dataset

FRAME = pd.DataFrame({"shop": ["a", "b", "c"] * 20, "sales": [float(number % 7) for number in range(60)]})


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """A data set of 60 rows."""
    return read_dataset(FRAME, directory=tmp_path)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Generator[process._Process]:
    """The process, also on a machine with one core."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    process.warm_up()
    found = process._BESIDE.process
    assert found is not None
    yield found
    process.stop()


def test_results_are_the_same(dataset: Dataset, started: process._Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function over the table is computed in the process beside this one, with the same result as here."""
    answers: list[object] = []
    ask = started.ask
    monkeypatch.setattr(started, "ask", lambda *request: answers.append(answer := ask(*request)) or answer)
    here = analytics.compare_groups(dataset.frame(), "sales", "shop")
    assert call_beside(dataset, analytics.compare_groups, dataset.frame(), "sales", "shop") == here
    assert answers == [(True, here)]


def test_errors_are_the_same(dataset: Dataset, started: process._Process) -> None:
    """What a function says about its arguments is raised here, with the same text."""
    with pytest.raises(AnalysisInputError) as here:
        analytics.compare_groups(dataset.frame(), "sales", "town")
    with pytest.raises(AnalysisInputError) as beside:
        call_beside(dataset, analytics.compare_groups, dataset.frame(), "sales", "town")
    assert str(beside.value) == str(here.value)


def test_without_the_process_functions_run_here(dataset: Dataset) -> None:
    """A program that did not start it computes everything itself."""
    assert process._BESIDE.process is None
    assert call_beside(dataset, lambda frame: (len(frame), os.getpid()), dataset.frame()) == (60, os.getpid())


@pytest.mark.usefixtures("started")
def test_other_functions_and_tables_stay_here(dataset: Dataset) -> None:
    """A function that another process does not find by its name runs here, and so does one over another table."""
    assert call_beside(dataset, lambda frame: os.getpid(), dataset.frame()) == os.getpid()
    half = FRAME.head(30)
    assert call_beside(dataset, analytics.calculate_statistics, half, "sales").count == 30


def test_a_process_that_ended_is_done_without(dataset: Dataset, started: process._Process) -> None:
    """When it was killed, also with a request under way, the function runs here."""
    os.kill(started.pid, signal.SIGKILL)
    assert call_beside(dataset, analytics.calculate_statistics, dataset.frame(), "sales").count == 60
    started._popen.wait()
    assert call_beside(dataset, analytics.calculate_statistics, dataset.frame(), "sales").count == 60


def test_it_ends_with_its_parent(started: process._Process) -> None:
    """Nobody is left who would end it: it ends when the connection does."""
    started._connection.close()
    assert started._popen.wait(timeout=60) == 0
