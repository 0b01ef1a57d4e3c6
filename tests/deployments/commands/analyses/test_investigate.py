"""`analyst investigate`: what it prints."""

import json

import flows.investigation
from agents.outputs import StepAnswer
from deployments.cli import run
from deployments.terminal.messages import USAGE
from tests.deployments.test_cli import _outcome as outcome


def test_steps_are_shown(monkeypatch, capsys, tmp_path, prefect_server):
    """Each step stands there with its evidence or why it failed, in words and as JSON."""
    data = tmp_path / "sales.csv"
    data.write_text("amount\n1\n")
    common = {"purpose": "To know.", "tools": [], "unverified": []}
    steps = [
        StepAnswer(question="When [red]?", answer="In May.", evidence=["E1", "E2"], **common),
        StepAnswer(question="Where?", answer=None, evidence=[], failed="it reached its limit of requests", **common),
    ]
    asked = []

    async def investigate(dataset, question, **options):
        asked.append((dataset, question))
        return type("Outcome", (), {**vars(outcome()), "steps": steps})

    monkeypatch.setattr(flows.investigation, "investigate", investigate)
    assert run(["investigate", str(data), "why did it fall?", "--model", "offline"]) == 0
    shown = capsys.readouterr().out
    for expected in ("When [red]?  [E1, E2]", "Where?  failed: it reached its limit of requests", "All is well."):
        assert expected in shown
    assert run(["investigate", str(data), "why did it fall?", "--model", "offline", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"][1]["failed"] == "it reached its limit of requests"
    assert asked == [(str(data), "why did it fall?")] * 2


def test_an_analyst_that_is_none_stops_the_command(capsys, tmp_path, prefect_server):
    """A wrong entrypoint is told before the data is read, and is no failed run."""
    data = tmp_path / "sales.csv"
    data.write_text("amount\n1\n")
    assert run(["investigate", str(data), "why?", "--model", "offline", "--analyst", "no.module:x"]) == USAGE
    said = capsys.readouterr().err
    assert "there is no analyst 'no.module:x'" in said
    assert "The run failed" not in said
