"""Imports of a command beside its run."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from analytics.second_process import process
process.is_started = lambda: {started}
from deployments.terminal.warm_up import _warm_up
_warm_up()
print("tasks.report_tasks" in sys.modules, "scipy.stats" in sys.modules)
"""


@pytest.mark.parametrize("started", [True, False])
def test_statistics_are_imported_once(started: bool) -> None:
    """SciPy takes half a second to import: the command leaves it to the process that computes, if there is one."""
    program = PROGRAM.format(started=started)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", str(not started)]
