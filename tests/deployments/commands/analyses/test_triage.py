"""`analyst triage` and `analyst routes check`: streams, exit codes, and what is said of bad input."""

import json
from pathlib import Path
from typing import Any

import pytest

from deployments.cli import run
from runtime.prefect_server import connection as server

ROUTES = Path(__file__).parents[4] / "examples" / "routes.yaml"
TICKETS = Path(__file__).parents[4] / "examples" / "data" / "support_tickets.csv"


pytestmark = pytest.mark.usefixtures("own_store")


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object) -> None:
        pytest.fail("a server was started")

    monkeypatch.setattr(server, "start_server", started)
    monkeypatch.setattr(server, "ensure_server", started)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["triage"], "TICKETS"),
        (["triage", "nowhere.csv"], "nowhere.csv"),
        (["triage", str(TICKETS), "--routes", "nowhere.yaml"], "nowhere.yaml"),
        (["triage", str(TICKETS), "--routes", str(TICKETS)], "support_tickets.csv"),
        (["triage", str(TICKETS), "--concurrency", "0"], "--concurrency"),
        (["triage", str(TICKETS), "--out", __file__], "--out"),
        (["routes", "check", "nowhere.yaml"], "nowhere.yaml"),
        (["routes", "check", str(ROUTES), "--severity", "dire", "--category", "bug"], "dire"),
        (["routes", "check", str(ROUTES), "--severity", "high"], "--category"),
        (["routes", "check", str(ROUTES), "--severity", "high", "--category", "bug", "--confidence", "7"], "7"),
        (["routes", "check", str(ROUTES), "--ticket", " "], "empty"),
    ],
)
def test_bad_input_is_2_at_once(arguments: list[str], said: str, capsys: Any, no_server: None) -> None:
    """Bad input ends with 2, names what was wrong in two lines on stderr, and starts no server."""
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said.lower() in captured.err.lower()
    assert len(captured.err.strip().splitlines()) <= 2


def test_the_example_is_triaged(prefect_server: str, tmp_path: Path, capsys: Any) -> None:
    """The example tickets end with 0 and one JSON object on stdout; each takes a route of the example."""
    routes = tmp_path / "routes.yaml"
    routes.write_text(ROUTES.read_text())
    arguments = ["triage", str(TICKETS), "--routes", str(routes), "--model", "offline", "--out", str(tmp_path / "out")]
    assert run([*arguments, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["failed"], result["not_delivered"], result["model"]) == (0, 0, "offline")
    assert all(ticket["route"]["to"] for ticket in result["tickets"])
    assert Path(result["files"]["csv"]).exists()


def test_a_ticket_that_failed_is_3(prefect_server: str, tmp_path: Path, capsys: Any) -> None:
    """When a row is no ticket the others are shown in a table, it is named, and the exit code is 3."""
    file = tmp_path / "inbox.csv"
    file.write_text("id,text\nT-1,Our site is down for all our customers!\nT-2,\n\x1b[31mT-3,Please add a dark mode\n")
    assert run(["triage", str(file), "--model", "offline", "--out", str(tmp_path / "out")]) == 3
    shown = capsys.readouterr().out
    assert "T-1" in shown
    assert "critical" in shown
    assert "T-2 was not classified: it has no text" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("example", "said"),
    [
        (["--ticket", "The whole site is down for all our customers!"], "critical incident (0.90) → on-call"),
        (["--severity", "low", "--category", "question"], "low question (1.00) → queue, by fallback"),
        (["--severity", "critical", "--category", "bug", "--confidence", "0.3"], "→ people, by unsure"),
        (["--severity", "high", "--category", "anomaly"], "→ on-call"),
        (["--severity", "info", "--category", "finding"], "→ nowhere, by no rule"),
        ([], "can be used"),
    ],
)
def test_check_explains_the_route(example: list[str], said: str, capsys: Any, no_server: None) -> None:
    """The route that an example takes is shown with the reasons, and without an example the rules are."""
    assert run(["routes", "check", str(ROUTES), *example]) == 0
    assert said in capsys.readouterr().out
    assert run(["routes", "check", str(ROUTES), *example, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rules"] >= 3
