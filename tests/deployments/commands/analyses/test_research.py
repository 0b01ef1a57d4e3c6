"""`analyst research`: bad input at once, a result on stdout, and a killed run that goes on."""

import json
import signal
from pathlib import Path

import pytest

from deployments.cli import run
from tests.flows.test_research import TOPIC, Script
from tests.killable import run_killable
from tests.servers.model_server import ModelServer

ROOT = Path(__file__).parents[4]


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "ferries.md").write_text(
        "The harbour froze, and 14 ferries stayed in port \x1b[31mfor weeks and weeks, as [red]everybody[/red] said."
    )
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["research", "topic"], "--source"),
        (["research", "  ", "--source", "."], "topic is empty"),
        (["research", "topic", "--source", "nowhere"], "nowhere"),
        (["research", "topic", "--source", ""], "(empty)"),
        (["research", "topic", "--source", "ftp://host/secret"], "ftp://"),
        (["research", "topic", "--source", "x" * 5000], "too long"),
        (["research", "topic", "--source", ".", "--out", __file__], "--out"),
    ],
)
def test_bad_input_is_2_at_once(arguments, said, capsys):
    """Bad input or usage ends with 2 and names what was wrong, in at most two lines."""
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert (captured.out, "secret" in captured.err) == ("", False)
    assert said.lower() in captured.err.lower()
    assert len(captured.err.strip().splitlines()) <= 2


def test_an_empty_folder_is_2(tmp_path, capsys, prefect_server):
    """Sources in which nothing can be read are bad input."""
    assert run(["research", TOPIC, "--source", str(tmp_path), "--model", "offline"]) == 2
    assert "Nothing could be read" in capsys.readouterr().err


def test_what_is_shown(notes, tmp_path, capsys, prefect_server):
    """The terminal shows the answer, its source and the files, and texts of documents as plain text."""
    out = tmp_path / "out"
    assert run(["research", TOPIC, "--source", str(notes), "--model", "offline", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "port \ufffd[31mfor weeks and weeks, as [red]everybody[/red] said." in shown
    assert "notes/ferries.md" in shown
    assert str(out / "executive.md") in shown
    assert "\x1b" not in shown


@pytest.fixture
def killable(notes, tmp_path, prefect_server):
    """Runs `analyst` in a process of its own, which kills itself with SIGKILL where it is told."""
    script = Script()
    with ModelServer(script) as server:
        environment = {
            **server.environment(),
            "ANALYST_HOME": str(tmp_path / "home"),
            "PREFECT_API_URL": prefect_server,
        }

        def analyst(kill, *command):
            return run_killable(kill, tmp_path / "log", *command, environment=environment, directory=notes.parent)

        yield analyst, script


@pytest.mark.scale
def test_killed_between_the_agents(killable):
    """Killed when the writer is about to be asked, `analyst resume` asks the researcher nothing again."""
    analyst, script = killable
    killed = analyst("before 4", "research", TOPIC, "--source", "notes", "--model", "openai:small")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert script.asked == {"researcher": 2, "writer": 0}
    resumed = analyst("never", "resume", "--json")
    assert resumed.returncode == 0, resumed.stderr
    assert script.asked == {"researcher": 2, "writer": 1}
    result = json.loads(resumed.stdout)["result"]
    assert result["findings"]["key_points"][0]["unverified"] == []
    assert result["summaries"]["general"]["text"] == "For general readers: 14 ferries."
