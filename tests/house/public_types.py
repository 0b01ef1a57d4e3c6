"""A script that uses what we offer, for the type checker alone (`make test`): its last lines are mistakes to find.

Pyright says when an ignored mistake is none any more.
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true
from pathlib import Path
from typing import assert_type

import pandas as pd
from prefect import flow, task
from pydantic_ai import Agent
from pydantic_ai.run import AgentRunResult

from agents import PrefectAgent, TaskConfig
from cache_policies import ACROSS_RUNS, DURABLE, NEVER, DataFile
from deployments import dataset_updated, resume
from flows import (
    AnalysisOutcome,
    InvestigationOutcome,
    ResearchOutcome,
    TriageRun,
    analyze_and_report,
    investigate,
    research_and_summarize,
    triage_tickets,
)
from tasks.load import load_dataset

agent = PrefectAgent(Agent("test", name="sizes", output_type=int), tool_task_config=TaskConfig(cache_policy=NEVER))


@task(cache_policy=DURABLE + ACROSS_RUNS(), persist_result=True)
def rows(source: str) -> int:
    return load_dataset(source).rows


@flow
async def mine() -> None:
    assert_type(await analyze_and_report("sales.csv", question="Why?", out="report"), AnalysisOutcome)
    assert_type(await analyze_and_report(pd.DataFrame({"a": [1]})), AnalysisOutcome)
    assert_type(await investigate(dataset="sales.csv", question="Why?"), InvestigationOutcome)
    assert_type(await research_and_summarize("rain", ["papers"]), ResearchOutcome)
    assert_type(await triage_tickets("tickets.csv", concurrency=2), TriageRun)
    assert_type((await agent.run("How many?", deps=None)).output, int)
    assert_type(agent.run_sync("How many?", output_type=str), AgentRunResult[str])
    assert_type(rows("sales.csv"), int)
    print(DataFile(Path("sales.csv")), resume("0684").run_id, dataset_updated)


async def wrong() -> None:
    await analyze_and_report(3)  # pyright: ignore[reportArgumentType]
    await analyze_and_report("sales.csv", questoin="Why?")  # pyright: ignore[reportCallIssue]
    await investigate("sales.csv")  # pyright: ignore[reportCallIssue]
