"""The scripts in examples/ run without a key, and do what they say."""

import runpy
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from deployments import resume

ROOT = Path(__file__).parent.parent


@pytest.fixture
def example(prefect_server, monkeypatch, capsys):
    """Function that runs a script of examples/ with arguments, and returns what it prints."""

    def run(name, *arguments):
        monkeypatch.chdir(ROOT)
        monkeypatch.setattr(sys, "argv", [f"examples/{name}.py", *arguments])
        runpy.run_path(f"examples/{name}.py", run_name="__main__")
        return capsys.readouterr().out

    return run


def test_naive_says_what_it_makes_up(example):
    """The comparison runs on its stand-in, prints the tool's result, and lets the invented number through."""
    said = example("naive")
    assert "stand-in answers, and invents a number" in said
    assert "At most 80 flights" in said
    assert "31.4 %" in said


def test_handoff_passes_on_what_is_known(example):
    """The specialist goes on from the messages of the triage: the customer is looked up once."""
    said = example("handoff")
    assert said.count("find_customer(") == 1
    assert "invoices('C-17')" in said
    assert said.endswith("billing: May is 40, April was 20, on a monthly plan.\n")


def test_twenty_questions_are_asked_until_it_is_known(example):
    """Two agents play a game to its end."""
    said = example("twenty_questions", "--seed", "7").splitlines()
    assert (sum("? " in line for line in said), said[-1]) == (4, "It is the cat: right.")


@pytest.mark.scale
def test_twenty_questions_killed_and_resumed(prefect_server, monkeypatch, capsys):
    """Killed in the middle and resumed by its id, the game goes on: no answer that was given is given again."""
    monkeypatch.chdir(ROOT)
    script = "examples/twenty_questions.py"
    game = subprocess.Popen([sys.executable, script, "--seed", "7"], stdout=subprocess.PIPE, text=True)
    assert game.stdout is not None
    with game:
        run = game.stdout.readline().split()[1]
        given: list[str] = []
        while sum("? " in line for line in given) < 2 and (line := game.stdout.readline()):
            given.append(line)
        game.kill()
        given += game.stdout.readlines()
    assert game.returncode == -signal.SIGKILL
    assert resume(run[:8], entrypoint=f"{script}:twenty_questions").result == "It is the cat: right."
    last = [line.strip() for line in given if "? " in line][-1]
    answers = Counter(line.strip() for line in [*given, *capsys.readouterr().out.splitlines()] if "? " in line)
    assert len(answers) == 4
    # The last one may have been given without being stored yet.
    assert [answer for answer, count in answers.items() if count > 1] in ([], [last])
