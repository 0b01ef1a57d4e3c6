"""The scripts in examples/ run as a user runs them, without a key, and do what they say."""

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from deployments import resume

ROOT = Path(__file__).parent.parent


def example(name):
    command = [sys.executable, f"examples/{name}.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_naive_says_what_it_makes_up():
    """The comparison runs on its stand-in, prints the tool's result, and lets the invented number through."""
    said = example("naive")
    assert "stand-in answers, and invents a number" in said
    assert "At most 80 flights" in said
    assert "31.4 %" in said


def test_handoff_passes_on_what_is_known(prefect_server):
    """The specialist goes on from the messages of the triage: the customer is looked up once."""
    said = example("handoff")
    assert said.count("find_customer(") == 1
    assert "invoices('C-17')" in said
    assert said.endswith("billing: May is 40, April was 20, on a monthly plan.\n")


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
