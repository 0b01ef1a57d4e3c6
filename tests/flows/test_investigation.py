"""An investigation from end to end: real Prefect server, real HTTP to a scripted model, real files, a real kill."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pydantic_ai.exceptions import ModelHTTPError

from agents.analyst import build_analyst
from agents.own_analysts import Analyst, own_analyst
from analytics.sql.process import SqlProcessError
from deployments import resume
from flows import InvestigationOutcome, investigate
from runtime.runs.listing import recent_runs
from runtime.step_events import StepEvent, listening
from tests.agents.datasets import dataset
from tests.agents.offline.made_up.frames import made_up
from tests.agents.offline.oracle import false_claims
from tests.killable import run_killable
from tests.servers.model_server import ChatRequest, Reply, Script, calls, fails, model_server
from tests.thinned import thinned

__all__ = ["model_server"]  # pytest finds fixtures by name

pytestmark = pytest.mark.usefixtures("prefect_server")

ROOT = Path(__file__).parents[2]
QUESTION = "Why did sales jump?"
STEPS = ("When did sales jump?", "Which shop sold it?", "How high are sales usually?")
REQUESTS = 12
"""Two of the planner, of each step, of the synthesis and of its lookup."""
TOOLS = 6
FRAME = pd.DataFrame(
    {
        "day": pd.date_range("2024-01-01", periods=40),
        "sales": [10.0, 11.0] * 19 + [10.0, 410.0],
        "shop": ["Oslo", "Bergen"] * 20,
    }
)


@own_analyst
def mine() -> Analyst:
    """An analyst of a user's own."""
    return build_analyst(instructions="Sales below 5 are samples.")


def concludes(statement: str, *cited: str) -> Reply:
    finding = {"statement": statement, "evidence": list(cited), "severity": "high"}
    return calls(
        "final_result", summary=statement, key_findings=[finding], anomalies=[], recommendations=[], limitations=[]
    )


def agent_of(request: ChatRequest) -> str:
    """Name of the asking agent: `planner`, `synthesis`, `lookup`, or the question of a step."""
    if "look_up" in request.tool_names or "<steps>" in request.text:
        return "synthesis"
    if "correlations" in request.tool_names:
        return next(step for step in STEPS if step in request.text)
    return "lookup" if "query" in request.tool_names else "planner"


PLAN = calls("final_result", steps=[{"question": step, "purpose": "To know it.", "tools": "query"} for step in STEPS])
REPLIES = {
    "planner": [calls("profile_dataset"), PLAN],
    STEPS[0]: [calls("calculate_statistics", column="sales"), concludes("Sales reached 410 once.", "E1")],
    STEPS[1]: [
        calls("query", sql="SELECT shop, sum(sales) AS sold FROM data GROUP BY 1"),
        concludes("Bergen sold 619 (E1).", "E1"),
    ],
    # The same look at the same column as the first step.
    STEPS[2]: [calls("calculate_statistics", column="sales"), concludes("The median is 10.5.", "e1")],
    "lookup": [
        calls("query", sql="SELECT min(sales) AS least FROM data"),
        calls("final_result", answer="The least is 10.", evidence=["E1"]),
    ],
    "synthesis": [
        calls("look_up", question="What are the least sales?"),
        concludes("Sales reached 410, Bergen sold 619, the least was 10.", "E2", "E3", "E4"),
    ],
}


def with_others(others: dict[str, list[Reply]]) -> Script:
    """The script, in which some agents are answered otherwise."""
    return lambda request: {**REPLIES, **others}[agent_of(request)][request.turn]


script = with_others({})


@pytest.fixture
def serve(model_server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def start(script: Script) -> Any:
        server = model_server(script)
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        return server

    return start


async def test_steps_lookup_and_synthesis_make_one_report(serve: Any, tmp_path: Path) -> None:
    """Evidence of all steps and of the lookup has one numbering, findings are checked against it, all usage counts.

    A user's own analyst answers each step, and hints are told to it.
    """
    server = serve(script)
    hints = tmp_path / "hints.yaml"
    hints.write_text("grain: one day of a shop\n")
    outcome: InvestigationOutcome = await investigate(
        FRAME, QUESTION, model="openai:small", out=tmp_path, hints=hints, analyst=f"{__name__}:mine"
    )
    assert server.count == REQUESTS
    told = [request.text for request in server.requests if agent_of(request) in STEPS]
    assert told
    assert all("Sales below 5 are samples." in text for text in told)
    assert any("one day of a shop" in request.text for request in server.requests)  # of the planner
    assert (outcome.usage.requests, outcome.usage.input_tokens) == (REQUESTS, 10 * REQUESTS)
    stored = json.loads(outcome.report.json.read_text())
    assert [(item["id"], item["tool"]) for item in stored["evidence"]] == [
        ("E1", "profile_dataset"),
        ("E2", "calculate_statistics"),  # of two steps, which saw the same
        ("E3", "query"),
        ("E4", "query"),
    ]
    assert outcome.analysis.key_findings[0].unverified == []
    assert [(step.answer, step.evidence) for step in outcome.steps] == [
        ("Sales reached 410 once.", ["E2"]),
        ("Bergen sold 619 (E3).", ["E3"]),
        ("The median is 10.5.", ["E2"]),
    ]
    text = outcome.report.md.read_text()
    assert all(step in text for step in STEPS)


@pytest.mark.scale
async def test_a_failed_step_is_told_and_loses_nothing_else(
    serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that fails is told to the synthesis and among the limitations, as is its tool; the others are reported."""

    def broken(*_: object, **__: object) -> None:
        raise SqlProcessError("no engine")

    monkeypatch.setattr("analytics.query", broken)
    monkeypatch.setenv("ANALYST_TOOL_RETRIES", "0")
    failing = [REPLIES[STEPS[1]][0], fails(400, "sk-secret is too long")]
    server = serve(with_others({STEPS[1]: failing, "synthesis": [concludes("Sales reached 410.", "E2")]}))
    outcome = await investigate(FRAME, QUESTION, model="openai:small", out=tmp_path)
    assert [step.failed for step in outcome.steps] == [None, "the model's server answered 400", None]
    assert outcome.analysis.limitations[:2] == [
        "query failed during step 2 of the investigation and could not be used after that.",
        "Step 2 of the investigation failed, because the model's server answered 400. Not answered: " + STEPS[1],
    ]
    told = next(request for request in server.requests if agent_of(request) == "synthesis")
    assert "answered 400" in told.text
    assert "answered 400" in outcome.report.md.read_text()
    assert "sk-secret" not in told.text + outcome.report.json.read_text()
    assert outcome.analysis.key_findings


@pytest.mark.parametrize("refused", thinned([STEPS[1], "every step"], 1))
async def test_what_fails_for_all_ends_the_run(serve: Any, tmp_path: Path, refused: str) -> None:
    """A key that is refused in one step ends the run, and so does a failure of every step: there is no report."""
    status = 401 if refused == STEPS[1] else 400
    serve(lambda r: fails(status) if agent_of(r) in STEPS and refused in ("every step", agent_of(r)) else script(r))
    with pytest.raises(ModelHTTPError):
        await investigate(FRAME, QUESTION, model="openai:small", out=tmp_path)
    assert not (tmp_path / "report.json").exists()


async def test_a_question_is_needed() -> None:
    """Without a question there is nothing to plan."""
    with pytest.raises(ValueError, match="question"):
        await investigate(FRAME, "  ", model="offline")


@pytest.mark.scale
@pytest.mark.parametrize("seed", [3, *range(30, 50)])
async def test_an_offline_investigation_says_nothing_false(seed: int, tmp_path: Path) -> None:
    """Each claim of an investigation's answer is computed again by the independent oracle."""
    data = dataset(made_up(seed), tmp_path)
    outcome = await investigate(data, "Why did m0 change in March?", model="offline", out=tmp_path / "report")
    assert false_claims(outcome.analysis, data.frame()) == []


@pytest.mark.scale
@pytest.mark.parametrize("killed", [False, True])
def test_interrupted_failed_and_resumed(serve: Any, tmp_path: Path, killed: bool) -> None:
    """Ended among the steps, then failed inside the lookup: what had ended is not done again, the report is whole."""
    refusals = {("lookup", 1)} if killed else {("lookup", 1), (STEPS[1], 1)}

    def refusing_once(request: ChatRequest) -> Reply:
        at = (agent_of(request), request.turn)
        if at in refusals:
            refusals.remove(at)
            return fails(401)
        return script(request)

    server, ended = serve(refusing_once), list[str]()

    def listen(event: StepEvent) -> None:
        if event.kind != "task" and event.phase == "finished":
            ended.append(event.name)

    data, log = tmp_path / "shop.csv", tmp_path / "steps.log"
    FRAME.to_csv(data, index=False)
    if killed:
        options = ("--model", "openai:small", "--out", str(tmp_path))
        done = run_killable("after 7", log, "investigate", str(data), QUESTION, *options, environment={})
        assert done.returncode == -signal.SIGKILL, done.stderr
        lines = log.read_text().splitlines()
        ended += [line.removeprefix("finished ") for line in lines if line.startswith("finished ")]
        assert len(ended) == 7
    else:
        with listening(listen), pytest.raises(ModelHTTPError):
            asyncio.run(investigate(data, QUESTION, model="openai:small", out=tmp_path))
    in_flight = server.count - sum(" request " in name for name in ended)

    run = next(run for run in recent_runs() if run.dataset == "shop")  # other tests leave runs behind, too
    assert (run.flow, run.state) == ("investigate", "interrupted" if killed else "failed")
    with listening(listen):
        with pytest.raises(ModelHTTPError):
            resume(run.id)
        outcome: InvestigationOutcome = resume(run.id).result
    assert outcome.analysis.key_findings[0].evidence == ["E2", "E3", "E4"]
    assert outcome.analysis.key_findings[0].unverified == []
    assert len(ended) == REQUESTS + TOOLS
    assert server.count <= REQUESTS + in_flight + 1
    assert len({json.dumps(request.body) for request in server.requests}) == REQUESTS
