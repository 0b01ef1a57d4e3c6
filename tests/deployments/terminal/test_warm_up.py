"""Imports of a command beside its run."""

import subprocess
import sys
import threading

import pytest

from analytics.second_process import process as analysis
from analytics.sql import process as sql
from deployments.terminal.warm_up import start_helpers
from tasks.charts import converter


def joined() -> None:
    """Start the helpers, and wait until those started later are started."""
    start_helpers()
    for thread in threading.enumerate():
        if thread.name == "helpers":
            thread.join()


PROGRAM = """
import sys
from analytics.second_process import process
process.is_started = lambda: {started}
from deployments.terminal.warm_up import _warm_up
_warm_up()
print("tasks.report_tasks" in sys.modules, "scipy.stats" in sys.modules, "agents.grounding.problems" in sys.modules)
"""


@pytest.mark.parametrize("started", [True, False])
def test_statistics_and_the_check_are_imported_once(started: bool) -> None:
    """SciPy and the check of an analysis are slow to import: they are left to the process that computes, if it is."""
    program = PROGRAM.format(started=started)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", str(not started), str(not started)]


def test_a_helper_that_does_not_start_keeps_back_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the process for analysis cannot be started, those for charts and SQL start all the same."""
    started: list[str] = []

    def fail(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    monkeypatch.setattr(analysis, "warm_up", fail)
    monkeypatch.setattr(converter, "warm_up", lambda: started.append("charts"))
    monkeypatch.setattr(sql, "warm_up", lambda: started.append("sql"))
    joined()
    assert started == ["charts", "sql"]


@pytest.mark.parametrize(("address", "expected"), [("http://127.0.0.1:4200/api", ["analysis"]), ("", [])])
def test_analysis_has_its_process_only_beside_a_server_that_is_up(
    address: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An embedded server starts on the other core, where a third process would make the report later."""
    started: list[str] = []
    monkeypatch.setenv("PREFECT_API_URL", address)
    monkeypatch.setattr(analysis, "warm_up", lambda *_, **__: started.append("analysis"))
    monkeypatch.setattr(converter, "warm_up", lambda: None)
    monkeypatch.setattr(sql, "warm_up", lambda: None)
    joined()
    assert started == expected


def test_helpers_are_started_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """All at once would take the core of the command's own imports: charts and SQL wait for those of the analysis."""
    order: list[str] = []
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    monkeypatch.setattr(analysis, "warm_up", lambda *_, **__: order.append("analysis"))
    monkeypatch.setattr(analysis, "wait_until_ready", lambda: order.append("imports done"))
    monkeypatch.setattr(converter, "warm_up", lambda: order.append("charts"))
    monkeypatch.setattr(sql, "warm_up", lambda: order.append("sql"))
    joined()
    assert order == ["analysis", "imports done", "charts", "sql"]
