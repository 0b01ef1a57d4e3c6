"""`recall` and `remember` in runs: provenance is the runtime's, and a run is told the same in all its attempts."""

from datetime import datetime

import pandas as pd
import pytest
from prefect import flow
from pydantic_ai.messages import ModelResponse, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import FunctionModel
from sqlalchemy import select

from agents import PrefectAgent
from agents.analyst import analysis_prompt, build_analyst
from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.memory.tools import memory_tools
from agents.offline.analyst import OfflineAnalyst
from agents.toolsets.deps import AnalystDeps
from cache_policies import ACROSS_RUNS
from runtime.memory.search import list_facts, use_of
from runtime.memory.writing import add, forget
from runtime.store.database import get_store
from runtime.store.tables import RunEventRow
from tests.agents.datasets import dataset
from tests.runtime.memory.test_facts import ADMIN, day, fact

pytestmark = pytest.mark.usefixtures("own_home", "prefect_server")

EVENT = {"kind": "event", "valid_from": day("2024-01-20"), "valid_until": day("2024-01-21"), "dataset": None}
FINDING = {"statement": "On 20 January 2024, sales was 410.", "evidence": ["E1"], "severity": "critical"}
DONE = {"summary": "Sales.", "key_findings": [], "anomalies": [FINDING]}
LOOK = ("detect_anomalies", {"column": "sales", "time": "day", "aggregate": "sum"})


@pytest.fixture
def data(tmp_path):
    """Forty days of sales with one that sticks out."""
    sales = [10.0, 11.0] * 20
    sales[19] = 410.0
    return dataset(pd.DataFrame({"day": pd.date_range("2024-01-01", periods=40), "sales": sales}), tmp_path, "sales")


def model(*turns):
    """A model that makes the calls of one turn after the other, with what it was told, newest last."""
    told: list[object] = []

    def answer(messages, info):
        told[:] = [
            part.content
            for message in messages
            for part in message.parts
            if isinstance(part, ToolReturnPart) and part.tool_name in ("recall", "remember")
        ]
        turn = sum(isinstance(message, ModelResponse) for message in messages)
        return ModelResponse(parts=[ToolCallPart(*call) for call in turns[turn]])

    return FunctionModel(answer), told


async def run(data, script, use="write", **options):
    agent = PrefectAgent(build_analyst(use), **options)
    return await agent.run(analysis_prompt(data), deps=AnalystDeps(data), model=script)


async def test_provenance_is_stamped_by_the_runtime(data):
    """A remembered fact has run, agent and results of where it was found, and is a proposal."""
    script, told = model(
        [LOOK], [("remember", {"fact": FINDING["statement"], "evidence": "E1"})], [("final_result", DONE)]
    )

    @flow
    async def found():
        from prefect.runtime import flow_run

        await run(data, script)
        return flow_run.id

    run_id = await found()
    assert told == ["M1 is proposed."]
    (kept,) = list_facts(ADMIN)
    assert (kept.source.run, kept.source.agent, kept.source.evidence) == (run_id, "data_analyst", ["E1"])
    assert (kept.state, kept.dataset, kept.column, kept.kind) == ("proposed", "sales", "sales", "event")
    assert kept.valid_from == datetime.fromisoformat("2024-01-20")
    query = select(RunEventRow.run, RunEventRow.payload).where(RunEventRow.event == "analyst.memory.proposed")
    with get_store().reading() as connection:
        (event,) = connection.execute(query).all()
    assert (event.run, event.payload["fact"], event.payload["evidence"]) == (run_id, "M1", ["E1"])


async def test_a_retry_is_told_what_the_run_was_told(data):
    """A fact that is forgotten between two attempts is still told to the second; nothing is called again."""
    known = add(ADMIN, fact("A sale for one day.", **EVENT))
    script, _ = model([("recall", {})], [LOOK], [("final_result", DONE)])
    heard: list[object] = []

    @flow(retries=1)
    async def analyse():
        result = await run(data, script, "read")
        heard.append([item.id for item in collect_evidence(result.all_messages())])
        if len(heard) == 1:
            forget(ADMIN, known.id)
            raise RuntimeError("fails once")
        return result.output

    output = await analyse()
    assert heard == [["E1", "M1"], ["E1", "M1"]]
    assert output.anomalies[0].evidence == ["E1", "M1"]


async def test_what_was_recalled_is_never_shared_across_runs(data):
    """Under a policy that shares results across runs, each run is told what is known when it asks."""
    add(ADMIN, fact("A sale for one day.", **EVENT))
    told_to_runs: list[int] = []

    @flow
    async def analyse():
        script, told = model([("recall", {})], [("final_result", {**DONE, "anomalies": []})])
        await run(data, script, "read", cache_policy=ACROSS_RUNS())
        told_to_runs.append(len(told[0]["facts"]))

    await analyse()
    add(ADMIN, fact("Closed on Sundays.", dataset="sales"))
    await analyse()
    assert told_to_runs == [1, 2]


async def test_a_known_event_is_no_news(data):
    """The offline model and a language model tell an event that a fact covers as known, with its name, rated low."""
    add(ADMIN, fact("A sale for one day.", **EVENT))
    script, _ = model([("recall", {})], [LOOK], [("final_result", DONE)])
    for name, which in (("offline", OfflineAnalyst()), ("scripted", script)):
        result = await build_analyst("read").run(analysis_prompt(data), deps=AnalystDeps(data), model=which)
        (finding,) = [one for one in result.output.anomalies if "410" in one.statement]
        assert (finding.severity, finding.evidence[-1], finding.unverified) == ("low", "M1", []), name
        assert finding.reason == "The event is known: M1, from ana."


async def test_another_event_is_news(data):
    """A fact about another time or column changes nothing."""
    add(ADMIN, fact("A sale.", **{**EVENT, "valid_from": day("2023-01-20"), "valid_until": day("2023-01-21")}))
    add(ADMIN, fact("A count.", column="visits", **EVENT))
    script, _ = model([("recall", {})], [LOOK], [("final_result", DONE)])
    for which in (OfflineAnalyst(), script):
        result = await build_analyst("read").run(analysis_prompt(data), deps=AnalystDeps(data), model=which)
        (finding,) = [one for one in result.output.anomalies if "410" in one.statement]
        assert finding.severity in ("critical", "high")
        assert not {"M1", "M2"} & set(finding.evidence)


async def test_the_offline_model_proposes_its_news_once(data):
    """A severe event becomes a proposal; the next run of the same data finds it there, and adds nothing."""

    @flow
    async def analyse():
        return (await run(data, OfflineAnalyst())).output

    await analyse()
    await analyse()
    (kept,) = list_facts(ADMIN)
    assert kept.text.startswith("On 20 January 2024, sales")


def test_only_what_is_allowed_is_offered():
    """Without facts an agent that may read is offered nothing, so that its prompts stay as they are."""

    def offered(use):
        return [name for toolset in memory_tools(use) for name in toolset.tools]

    assert use_of("sales") == "off"
    add(ADMIN, fact("A sale for one day.", **EVENT))
    assert use_of("sales") == "read"
    assert [offered(use) for use in ("off", "read", "write")] == [[], ["recall"], ["recall", "remember"]]
