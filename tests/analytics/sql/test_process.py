"""Rules of the SQL process: limits, secrets, and its life beside its parent."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import psutil
import pytest

from analytics import AnalysisInputError, query
from analytics.sql import process

FRAME = pd.DataFrame({"a": [1, 2, 3]})


def idle() -> psutil.Process:
    """A process that waits for a statement, after it has answered one."""
    query(FRAME, "SELECT 1")
    return psutil.Process(process.idle_pids()[-1])


def end(found: psutil.Process) -> None:
    """Kill a process and wait until it is gone."""
    found.kill()
    found.wait()


def test_the_process_is_kept_warm() -> None:
    """Two statements one after the other are answered by the same process."""
    assert idle().pid == idle().pid


def test_the_process_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the parent's environment reaches it but the way to shared libraries."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    end(idle())
    assert set(idle().environ()) <= {"MALLOC_ARENA_MAX", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not limit address space")
def test_the_limits_are_the_systems() -> None:
    """Memory, CPU time and written files are limited by the kernel, not by the engine that is attacked."""
    found = idle()
    assert found.rlimit(psutil.RLIMIT_AS)[0] < 800 << 20
    assert found.rlimit(psutil.RLIMIT_CPU)[0] < 60
    assert found.rlimit(psutil.RLIMIT_FSIZE)[0] == 0


def test_a_killed_process_costs_one_statement() -> None:
    """When the engine dies during a statement, the model is told, and the next statement is answered."""
    pid = idle().pid
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(query, FRAME, "SELECT count(*) FROM range(100000000000) a, range(1000000) b")
        psutil.Process(pid).cpu_percent()
        while psutil.Process(pid).cpu_percent(0.05) < 10:
            assert not asked.done()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(AnalysisInputError, match="ended the SQL engine"):
            asked.result()
    assert query(FRAME, "SELECT sum(a) FROM data").rows == [[6]]


def test_a_process_that_died_while_idle_is_replaced() -> None:
    """A statement does not fail because its process was killed before it came."""
    end(idle())
    assert query(FRAME, "SELECT sum(a) FROM data").rows == [[6]]


def test_statements_of_many_threads_are_told_apart() -> None:
    """Each thread gets the answer to its own statement, from two processes at most."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: query(FRAME, f"SELECT {n}").rows, range(24)))
    assert answers == [[[n]] for n in range(24)]
    assert len(process.idle_pids()) <= 2


def test_a_statement_waits_for_one_that_is_soon_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second process would take longer to start than most statements take."""
    pid = idle().pid
    monkeypatch.setattr(process, "_SOON_SECONDS", 60.0)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: query(FRAME, f"SELECT {n}").rows, range(8)))
    assert process.idle_pids() in ([pid], [*process.idle_pids()[:-1], pid])


def test_a_statement_does_not_wait_long_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long statement of one run does not keep back those of others."""
    idle()
    monkeypatch.setattr(process, "_SOON_SECONDS", 0.01)
    with ThreadPoolExecutor() as pool:
        long = pool.submit(query, FRAME, "SELECT count(*) FROM range(100000000000) a, range(1000000) b", seconds=5)
        while process.idle_pids():
            assert not long.done()
        assert query(FRAME, "SELECT 2").rows == [[2]]
        assert not long.done()
        with pytest.raises(AnalysisInputError):
            long.result()


def test_a_forked_child_starts_its_own() -> None:
    """A forked child neither uses nor kills the process of its parent."""
    found = idle()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            others = process.idle_pids() == [] and query(FRAME, "SELECT 2").rows == [[2]]
            status = 0 if others and found.pid not in process.idle_pids() else 1
        finally:
            os._exit(status)
    assert os.waitpid(pid, 0)[1] == 0
    assert query(FRAME, "SELECT 1").rows == [[1]]
    assert process.idle_pids()[-1] == found.pid


@pytest.mark.scale
def test_the_process_ends_with_a_killed_parent(tmp_path: Path) -> None:
    """SIGKILL of the parent leaves no process behind, also while a statement runs."""
    FRAME.to_parquet(tmp_path / "data.parquet")
    program = (
        "import sys, threading\n"
        "from analytics import query\n"
        "from analytics.sql import process\n"
        "query(sys.argv[1], 'SELECT 1')\n"
        "print(process.idle_pids()[0], flush=True)\n"
        "query(sys.argv[1], 'SELECT count(*) FROM range(100000000000) a, range(1000000) b', seconds=60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "data.parquet")], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    child.wait(timeout=30)
