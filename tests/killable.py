"""The command line in a process of its own, which kills itself at a given step."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]

_CHILD = """
import os, sys
from pathlib import Path
from benchmarks.crashes.killed_command import child
code = child(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
sys.stdout.flush(), sys.stderr.flush()
os._exit(code)
"""


def run_killable(
    kill: str, log: Path, *command: str, environment: Mapping[str, str], directory: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run `analyst COMMAND`, killed where `kill` says; see `benchmarks.crashes.killed_command.child`."""
    return subprocess.run(
        [sys.executable, "-c", _CHILD, kill, str(log), *command],
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
