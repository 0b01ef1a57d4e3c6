"""Analysis functions in the second process."""

import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pandas as pd
import pytest

import analytics
from analytics import AnalysisInputError, Dataset
from analytics.engine.relation import Relation
from analytics.reading.read import read_dataset
from analytics.second_process import process
from analytics.second_process.process import call_beside, call_in_second_process
from tests.waiting import until

FRAME = pd.DataFrame({"shop": ["a", "b", "c"] * 20, "sales": [float(number % 7) for number in range(60)]})


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """A data set of 60 rows."""
    return read_dataset(FRAME, directory=tmp_path)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Generator[process._Process]:
    """The process, also on a machine with one core."""
    monkeypatch.setattr(process, "usable_cores", lambda: 2)
    process.warm_up()
    found = process._SECOND.process
    assert found is not None
    yield found
    process.stop()


def test_results_are_the_same(dataset: Dataset, started: process._Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function over the table is computed in the second process, with the same result as here."""
    answers: list[object] = []
    ask = started.ask
    monkeypatch.setattr(started, "ask", lambda *request: answers.append(answer := ask(*request)) or answer)
    here = analytics.compare_groups(dataset.frame(), "sales", "shop")
    assert call_in_second_process(dataset, analytics.compare_groups, dataset.frame(), "sales", "shop") == here
    assert answers == [(True, here)]


def test_it_says_when_its_functions_are_imported(started: process._Process) -> None:
    """Other work for its core waits until then; it waits no longer if the process ends before."""
    process.wait_until_ready()
    assert started.ready.is_set()
    started.ready.clear()
    started.kill()
    process.wait_until_ready()


def test_errors_are_the_same(dataset: Dataset, started: process._Process) -> None:
    """The error by which a function speaks of its arguments is raised here, with the same text."""
    with pytest.raises(AnalysisInputError) as here:
        analytics.compare_groups(dataset.frame(), "sales", "town")
    with pytest.raises(AnalysisInputError) as there:
        call_in_second_process(dataset, analytics.compare_groups, dataset.frame(), "sales", "town")
    assert str(there.value) == str(here.value)


def test_without_the_process_functions_run_here(dataset: Dataset) -> None:
    """A program that did not start it computes everything itself."""
    assert process._SECOND.process is None
    assert call_in_second_process(dataset, lambda frame: (len(frame), os.getpid()), dataset.frame()) == (
        60,
        os.getpid(),
    )


@pytest.mark.usefixtures("started")
def test_other_functions_and_tables_stay_here(dataset: Dataset) -> None:
    """A function that another process does not find by its name runs here, and so does one over another table."""
    assert call_in_second_process(dataset, lambda frame: os.getpid(), dataset.frame()) == os.getpid()
    half = FRAME.head(30)
    assert call_in_second_process(dataset, analytics.calculate_statistics, half, "sales").count == 30


def test_a_table_on_disk_is_never_read_into_memory_there(
    started: process._Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large table stays on disk: DuckDB computes over it from this process, and nothing is asked of the other."""
    large = read_dataset(pd.DataFrame({"shop": ["a", "b"] * 100_000, "sales": range(200_000)}), directory=tmp_path)
    table = large.table()
    assert isinstance(table, Relation)
    monkeypatch.setattr(started, "ask", lambda *_: pytest.fail("the other process was asked"))
    found = call_in_second_process(large, analytics.compare_groups, table, "sales", "shop")
    assert found == analytics.compare_groups(table, "sales", "shop")


def test_a_process_that_ended_is_done_without(dataset: Dataset, started: process._Process) -> None:
    """When it was killed, also with a request under way, the function runs here."""
    os.kill(started.pid, signal.SIGKILL)
    assert call_in_second_process(dataset, analytics.calculate_statistics, dataset.frame(), "sales").count == 60
    started.wait()
    assert call_in_second_process(dataset, analytics.calculate_statistics, dataset.frame(), "sales").count == 60


def test_an_answer_that_cannot_be_read_ends_the_process(
    dataset: Dataset, started: process._Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No call waits for an answer that nobody reads any more: the process is killed, and functions run here."""

    def unreadable() -> None:
        raise pickle.UnpicklingError

    monkeypatch.setattr(started.connection, "recv", unreadable)
    call_in_second_process(
        dataset, analytics.calculate_statistics, dataset.frame(), "sales"
    )  # read as before, the next is not
    assert started.wait(60) == -signal.SIGKILL
    assert call_in_second_process(dataset, analytics.calculate_statistics, dataset.frame(), "sales").count == 60


@pytest.mark.usefixtures("started")
def test_a_table_whose_file_was_removed_is_still_known_here(dataset: Dataset) -> None:
    """The process cannot read it any more, and this one has it in memory."""
    table = dataset.frame()
    dataset.snapshot.unlink()
    assert call_in_second_process(dataset, analytics.calculate_statistics, table, "sales").count == 60


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system has no affinity of processes")
def test_a_single_core_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cores that count are those that this process may use, not those of the machine."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda *_: {0})
    process.warm_up()
    assert process._SECOND.process is None


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="the system does not show environments")
def test_it_knows_no_secrets(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Its environment has none of the variables that can hold a key of a model or of the store."""
    for name in ("OPENAI_API_KEY", "ANALYST_RESULTS_KEY", "ANALYST_STORE", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "for nobody else")
    started = request.getfixturevalue("started")
    assert b"for nobody else" not in Path(f"/proc/{started.pid}/environ").read_bytes()


@pytest.fixture
def with_further(monkeypatch: pytest.MonkeyPatch) -> Generator[process._Process]:
    """The process, with further modules."""
    monkeypatch.setattr(process, "usable_cores", lambda: 2)
    process.warm_up(["posix", "logging"])
    found = process._SECOND.process
    assert found is not None
    yield found
    process.stop()


def test_functions_of_further_modules_are_called_there(with_further: process._Process) -> None:
    """Those of modules that the process was started with, and of no others."""
    assert call_beside(os.getpid) == with_further.pid
    assert call_beside(os.getenv, "PATH") == os.environ["PATH"]
    assert call_beside(_own_pid) == os.getpid()


def _own_pid() -> int:
    return os.getpid()


def test_without_the_process_further_functions_run_here() -> None:
    """A program that did not start it calls them itself."""
    assert call_beside(os.getpid) == os.getpid()


@pytest.mark.usefixtures("with_further")
def test_what_it_warns_of_is_logged_here(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody reads the log of the process: a call that logs a warning is made here as well, and logged."""
    call_beside(logging.warning, "a statement could not be checked")
    assert "a statement could not be checked" in caplog.text


FORK = """
import os
from analytics.second_process import process
from analytics.second_process.process import call_beside

process.usable_cores = lambda: 2
process.warm_up(["posix", "os"], fork=True)
print(type(process._SECOND.process.process).__name__, call_beside(os.getenv, "OPENAI_API_KEY"), call_beside(os.getpid))
os._exit(0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
def test_a_fork_knows_no_secrets_and_ends_with_its_parent() -> None:
    """It drops the variables that can hold a key, and reads its end when its parent is gone."""
    variables = {**os.environ, "OPENAI_API_KEY": "for nobody else"}
    done = subprocess.run([sys.executable, "-c", FORK], env=variables, capture_output=True, text=True, check=True)
    kind, known, pid = done.stdout.split()
    assert (kind, known) == ("ForkedProcess", "None")
    until(lambda: not Path(f"/proc/{pid}/exe").exists(), "the end of the fork")


def test_it_ends_with_its_parent(started: process._Process) -> None:
    """Nobody is left who would end it: it ends when the connection does."""
    with socket.socket(fileno=os.dup(started.connection.fileno())) as connection:
        connection.shutdown(socket.SHUT_RDWR)
    assert started.wait(60) == 0
