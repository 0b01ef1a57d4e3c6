"""The scripts in examples/ run as a user runs them, without a key, and do what they say."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def environment(tmp_path, prefect_server):
    return {**os.environ, "ANALYST_HOME": str(tmp_path), "PREFECT_API_URL": prefect_server}


def example(name, environment, *arguments):
    command = [sys.executable, f"examples/{name}.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_naive_says_what_it_makes_up():
    """The comparison runs on its stand-in, prints the tool's result, and lets the invented number through."""
    said = example("naive", dict(os.environ))
    assert "stand-in answers, and invents a number" in said
    assert "At most 80 flights" in said
    assert "31.4 %" in said


def test_handoff_passes_on_what_is_known(environment):
    """The specialist goes on from the messages of the triage: the customer is looked up once."""
    said = example("handoff", environment)
    assert said.count("find_customer(") == 1
    assert "invoices('C-17')" in said
    assert said.endswith("billing: May is 40, April was 20, on a monthly plan.\n")


def test_twenty_questions_killed_and_resumed(environment):
    """Killed in the middle and resumed by its id, the game goes on: no answer that was given is given again."""
    script = "examples/twenty_questions.py"
    game = subprocess.Popen(
        [sys.executable, script, "--seed", "7"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert game.stdout is not None
    with game:
        run = game.stdout.readline().split()[1]
        before: list[str] = []
        while sum("?" in line for line in before) < 2:
            before.append(game.stdout.readline())
        game.kill()
        before += game.stdout.readlines()
        assert game.wait() == -signal.SIGKILL
    resumed = subprocess.run(
        [
            *(sys.executable, "-c", "from deployments.cli import main; main()"),
            *("resume", run[:8], "--entrypoint", f"{script}:twenty_questions"),
        ],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert resumed.returncode == 0, resumed.stderr
    assert "It is the cat: right." in resumed.stdout
    asked = Counter(line.strip() for line in [*before, *resumed.stderr.splitlines(True)] if "? " in line)
    assert len([line for line in asked if line.endswith(("yes", "no"))]) == 4
    # The last one may have been given without being stored yet.
    assert [line for line, count in asked.items() if count > 1] in ([], [before[-1].strip()])
