"""Flows under a budget: they stop when it is spent, write what is known, and go on without paying anything again."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from deployments.cli import run as analyst
from flows import analyze_and_report, investigate, research_and_summarize, triage_tickets
from runtime.budget import BudgetExceeded
from runtime.runs.listing import find_run
from runtime.settings import get_settings
from tests.flows.test_analysis import SCRIPT
from tests.flows.test_investigation import FRAME, QUESTION, REPLIES, agent_of
from tests.servers.model_server import ChatRequest, Reply, by_turn, calls, model_server, serve
from tests.tasks.hooks import posted_to

__all__ = ["model_server", "serve"]  # pytest finds fixtures by name

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture(autouse=True)
def price(monkeypatch: pytest.MonkeyPatch, own_store: None) -> None:
    """A price for the model of the tests."""
    monkeypatch.setenv("ANALYST_PRICES", "openai-chat:small=1/10")


@pytest.fixture
def sales(tmp_path: Path) -> str:
    """A file of sales with one that stands out."""
    path = tmp_path / "sales.csv"
    days = pd.date_range("2024-01-01", periods=40)
    pd.DataFrame({"day": days, "sales": [10.0, 11.0] * 19 + [10.0, 410.0]}).to_csv(path, index=False)
    return str(path)


def test_an_analysis_goes_on_with_a_larger_budget(serve: Any, sales: str, tmp_path: Path, capsys: Any) -> None:
    """A spent budget ends an analysis with exit code 4 and a partial report; resumed, it pays nothing again."""
    server, out = serve(by_turn(SCRIPT)), tmp_path / "out"
    with posted_to() as (posted, hook):
        target = hook.replace("http", "json")
        command = ["analyze", sales, "--model", "openai:small", "--out", str(out), "--notify", target]
        assert analyst([*command, "--budget", "requests=2"]) == 4
        said = capsys.readouterr().err
        assert "2 of 2 requests are made" in said
        assert "analyst resume --budget" in said
        partial = json.loads((out / "report.json").read_text())
        assert partial["stopped"].endswith("2 of 2 requests are made.")
        assert [call["tool"] for call in partial["evidence"]] == ["profile_dataset", "calculate_statistics"]
        for name in ("report.html", "report.md"):
            assert "This report is partial" in (out / name).read_text()
        assert (find_run().state, posted) == ("budget exceeded", [])

        run = find_run().id
        assert analyst(["resume", run, "--budget", "requests=2"]) == 4  # as often as it takes
        assert f"analyst resume {run[:8]} --budget" in capsys.readouterr().err
        assert analyst(["resume", "--budget", "usd=1,requests=3"]) == 0
        assert "Spent in all attempts: $0.000180" in capsys.readouterr().out
        assert len(posted) == 1
    assert server.count == 3
    whole = json.loads((out / "report.json").read_text())
    assert (whole["stopped"], whole["run"]["spent"]["requests"]) == (None, 3)
    done = find_run(run)
    assert (done.state, done.budget, done.usd) == ("completed", "usd=1,requests=3", pytest.approx(180e-6))


@pytest.mark.parametrize("name", ["analyze", "investigate", "research", "triage"])
def test_a_budget_is_read_before_anything_is_started(name: str, sales: str, capsys: Any) -> None:
    """Each command refuses an unusable budget before a run begins."""
    more = {"investigate": ["why?"], "research": ["--source", sales]}.get(name, [])
    assert analyst([name, sales, *more, "--budget", "lots"]) == 2
    assert "'lots' is no budget" in capsys.readouterr().err


def test_a_model_without_a_price_is_refused_before_the_data_is_read(
    serve: Any, monkeypatch: pytest.MonkeyPatch, sales: str, capsys: Any
) -> None:
    """Under a budget in money a run on a model without a price has failed (3), listed, before anything is loaded."""
    monkeypatch.delenv("ANALYST_PRICES")
    get_settings.cache_clear()
    server = serve([])
    for command in (["analyze", sales, "--model", "openai:small", "--budget", "0.5"], ["resume"]):
        assert analyst(command) == 3
        assert re.search(r"ANALYST_PRICES=openai:small.*analyst resume", " ".join(capsys.readouterr().err.split()))
        found = find_run()
        assert (found.state, found.steps, found.resumable) == ("failed", 0, True)
    assert server.count == 0


@pytest.mark.scale
async def test_the_offline_model_costs_nothing(sales: str, tmp_path: Path) -> None:
    """The offline model needs no money, also where nothing is left."""
    outcome = await analyze_and_report(sales, model="offline", out=tmp_path / "out", budget="usd=0,requests=1")
    assert outcome.usage.usd == 0


@pytest.mark.scale
async def test_an_investigation_keeps_the_steps_that_ended(serve: Any, tmp_path: Path) -> None:
    """A budget that ends an investigation leaves the findings of the steps that ended, and names the others."""

    def script(request: ChatRequest) -> Reply:
        return REPLIES[agent_of(request)][request.turn]

    server = serve(script)
    with pytest.raises(BudgetExceeded) as caught:
        await investigate(FRAME, QUESTION, model="openai:small", out=tmp_path / "out", budget="requests=7")
    assert server.count == 7
    assert caught.value.report == str(tmp_path / "out" / "report.html")
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    failed = [step["question"] for step in report["steps"] if step["failed"] == "the budget was spent"]
    assert report["answered"] == "partly answered"
    assert 0 < len(failed) < 3
    assert len(report["findings"]) == 3 - len(failed)
    assert all(any(question in limit for limit in report["limitations"]) for question in failed)


async def test_research_keeps_what_was_found(serve: Any, tmp_path: Path) -> None:
    """A budget that ends research leaves the sentences that the searches so far have found, and says so."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "rain.md").write_text("# Rain\n\nThe rain in Bergen fell on 239 days of the year 2023, more than ever.\n")
    server = serve(by_turn([calls("search_documents", query="rain in Bergen")]))
    out = tmp_path / "out"
    with pytest.raises(BudgetExceeded):
        await research_and_summarize("rain in Bergen", [notes], "openai:small", out=out, budget="requests=1")
    assert server.count == 1
    assert "239 days" in (out / "technical.md").read_text()
    assert "Partial: the run ended before its time" in (out / "general.md").read_text()


async def test_triage_keeps_the_tickets_that_were_answered(serve: Any, tmp_path: Path) -> None:
    """A budget that ends a triage leaves the tickets that were classified, and the others are not failures."""
    tickets = tmp_path / "tickets.csv"
    tickets.write_text("id,text\n" + "".join(f"T{n},I cannot log in to the shop today\n" for n in range(5)))
    answer = {"severity": "low", "category": "account", "priority": 4, "confidence": 0.9, "reason": "Login."}
    server = serve(lambda request: calls("final_result", **answer, quotes=["I cannot log in"]))
    with pytest.raises(BudgetExceeded) as caught:
        await triage_tickets(tickets, model="openai:small", out=tmp_path / "out", concurrency=1, budget="requests=3")
    assert server.count == 3
    rows = pd.read_csv(str(caught.value.report))
    assert list(rows["id"]) == ["T0", "T1", "T2"]
