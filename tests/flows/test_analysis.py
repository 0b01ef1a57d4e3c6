"""The main job from end to end: real Prefect server, real HTTP to a scripted model, real files."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from prefect import flow
from prefect.client.orchestration import get_client

from analytics.errors import DatasetError
from flows import AnalysisOutcome, analyze_and_report
from runtime.step_events import StepEvent, listening
from tests.agents.datasets import NYC
from tests.servers.model_server import Reply, ToolCall, by_turn, calls, fails, in_order, model_server, says, serve
from tests.tasks.hooks import posted_to

__all__ = ["model_server", "serve"]  # pytest finds fixtures by name

pytestmark = pytest.mark.usefixtures("prefect_server")

CONCLUSION = calls(
    "final_result",
    summary="Sales are steady but for one day.",
    key_findings=[{"statement": "Sales reached 410 once.", "evidence": ["E2"], "severity": "high"}],
    anomalies=[],
    recommendations=["Ask the shop."],
    limitations=[],
)
SCRIPT = [
    calls("profile_dataset"),
    Reply(tools=[ToolCall(name="calculate_statistics", arguments={"column": "sales"})]),
    CONCLUSION,
]


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame({"day": pd.date_range("2024-01-01", periods=40), "sales": [10.0, 11.0] * 19 + [10.0, 410.0]})


async def test_language_model_end_to_end(serve: Any, frame: pd.DataFrame, tmp_path: Path) -> None:
    """The model is asked once a step through the real client, its findings reach all four files, tokens add up."""
    server = serve(by_turn(SCRIPT))
    outcome: AnalysisOutcome = await analyze_and_report(frame, model="openai:small", out=tmp_path)
    assert server.count == 3
    assert outcome.model == "openai:small"
    assert (outcome.usage.requests, outcome.usage.input_tokens, outcome.usage.output_tokens) == (3, 30, 15)
    assert outcome.usage.usd is None
    assert outcome.analysis.key_findings[0].unverified == []
    for path in (outcome.report.html, outcome.report.md):
        assert "Sales reached 410 once." in path.read_text()
    assert outcome.report.pdf.read_bytes().startswith(b"%PDF")
    stored = json.loads(outcome.report.json.read_text())
    assert [call["tool"] for call in stored["evidence"]] == ["profile_dataset", "calculate_statistics"]
    assert stored["run"]["run_id"] == outcome.run_id


async def test_a_model_that_gives_up_leaves_a_partial_report(serve: Any, frame: pd.DataFrame, tmp_path: Path) -> None:
    """If a model never hands in an analysis, rules word its tools' results, and the report says so first."""
    server = serve(lambda request: SCRIPT[request.turn] if request.turn < 2 else says("Sales are 23 on average."))
    outcome: AnalysisOutcome = await analyze_and_report(frame, "How is business?", model="openai:small", out=tmp_path)
    assert outcome.usage.requests == server.count > 3
    stored = json.loads(outcome.report.json.read_text())
    assert stored["stopped"].startswith("The language model handed in no analysis, because")
    assert stored["stopped"].endswith(
        "The last answer was a text of 24 characters. Before it, an answer was refused: it held no answer."
    )
    assert stored["summary"].startswith("The language model handed in no analysis, because")
    assert "23" not in stored["summary"]
    assert [call["tool"] for call in stored["evidence"]] == ["profile_dataset", "calculate_statistics"]


async def test_retry_around_the_flow_pays_once(serve: Any, frame: pd.DataFrame, tmp_path: Path) -> None:
    """When a flow around the analysis is retried, nothing is asked or told again, and the report is the same.

    The parameters stored by the server name the kind and host of a recipient, never its password.
    """
    server = serve(by_turn(SCRIPT))
    outcomes: list[AnalysisOutcome] = []

    @flow(retries=1)
    async def etl() -> None:
        target = hook.replace("http://", "json://user:hunter2@")
        outcomes.append(await analyze_and_report(frame, model="openai:small", out=tmp_path, notify=[target]))
        if len(outcomes) == 1:
            raise RuntimeError("the step after the analysis fails")

    with posted_to() as (posted, hook):
        await etl()
    assert server.count == 3
    assert len(posted) == 1
    assert [outcome.notifications[0].sent for outcome in outcomes] == [True, True]
    assert outcomes[0].analysis == outcomes[1].analysis
    assert (outcomes[0].cached_calls, outcomes[1].cached_calls) == (0, 5)
    async with get_client() as client:
        run = await client.read_flow_run(outcomes[0].run_id)  # pyright: ignore[reportArgumentType]
    assert "hunter2" not in run.model_dump_json() + outcomes[0].model_dump_json()
    assert "json" in run.parameters["notify"][0]


@pytest.mark.scale
async def test_overloaded_server_is_asked_again_by_the_task_alone(
    serve: Any, frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One refusal costs one more request: the HTTP client adds no retries of its own."""
    monkeypatch.setenv("ANALYST_MODEL_RETRY_DELAY", "0")
    from runtime.settings import get_settings

    get_settings.cache_clear()
    server = serve(in_order([fails(503), *SCRIPT]))
    try:
        await analyze_and_report(frame, model="openai:small", out=tmp_path)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert server.count == 4


@pytest.mark.scale
async def test_each_run_reports_its_own_data_as_it_was(frame: pd.DataFrame, tmp_path: Path) -> None:
    """Two analyses at once report each on its own data, and a frame that changes during its run gives the same report.

    But for the run's id and times, equal data gives equal reports. The server stores no rows of it.
    """
    other, spoiled = frame.assign(sales=frame["sales"] * 2), frame.copy()

    def spoil(event: StepEvent) -> None:
        spoiled["sales"] = 0.0

    outcomes = await asyncio.gather(
        analyze_and_report(frame, model="offline", out=tmp_path / "a"),
        analyze_and_report(other, model="offline", out=tmp_path / "b"),
    )
    with listening(spoil):
        outcomes.append(await analyze_and_report(spoiled, model="offline", out=tmp_path / "c"))
    assert (spoiled["sales"] == 0).all()
    first, second, third = [json.loads(outcome.report.json.read_text()) for outcome in outcomes]
    assert ("410" in json.dumps(first), "820" in json.dumps(second)) == (True, True)
    for report in (first, third):
        del report["created_at"], report["run"]["run_id"], report["run"]["trace"]
    assert first == third
    async with get_client() as client:
        parameters = (await client.read_flow_run(outcomes[0].run_id)).parameters  # pyright: ignore[reportArgumentType]
    assert len(json.dumps(parameters)) < 2000


@pytest.mark.scale
async def test_example_data_shows_what_happened(tmp_path: Path) -> None:
    """The blizzard of 8 and 9 February leads, and June, December and the worst carriers show."""
    outcome = await analyze_and_report(NYC, model="offline", out=tmp_path)
    worst = min(outcome.analysis.anomalies, key=lambda finding: finding.severity != "critical")
    assert "8–9 February 2013" in worst.statement  # noqa: RUF001 - a range is written with this dash
    text = outcome.report.md.read_text()
    for expected in ("June 2013", "December 2013", "Frontier", "Mesa Airlines", "No language model was used"):
        assert expected in text


async def test_unreadable_data_names_the_file(tmp_path: Path) -> None:
    """A data set that cannot be read ends the run with an error that names it."""
    with pytest.raises(DatasetError, match=r"nowhere\.csv"):
        await analyze_and_report(tmp_path / "nowhere.csv", model="offline")


async def test_charts_are_begun_while_the_analysis_is_checked(
    serve: Any, frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a model hands in goes to the charts before it is checked, except in private mode, whose charts differ."""
    begun: list[tuple[Any, int]] = []
    monkeypatch.setattr("flows.analysis.draw_beforehand", lambda _, __, draft, cited: begun.append((draft, len(cited))))
    serve(by_turn(SCRIPT))
    await analyze_and_report(frame, model="openai:small", out=tmp_path)
    assert [(draft.key_findings[0].statement, cited) for draft, cited in begun] == [("Sales reached 410 once.", 2)]
    await analyze_and_report(frame, model="offline", out=tmp_path)
    assert len(begun) == 2
    await analyze_and_report(frame, model="offline", out=tmp_path, private=True)
    assert len(begun) == 2
