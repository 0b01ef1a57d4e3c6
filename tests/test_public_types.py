"""Types of the public names as a type checker reads them in a user's own script."""

import json
import subprocess
import sys
from pathlib import Path

from tests.test_floors import PACKAGES, ROOT

SCRIPT = """
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


WRONG = analyze_and_report(3)
WRONG = analyze_and_report("sales.csv", questoin="Why?")
WRONG = investigate("sales.csv")
"""
"""A script that uses what we offer. The lines that begin with WRONG are mistakes that a type checker should find."""


def test_packages_say_that_they_are_typed() -> None:
    """Each package has the file by which type checkers take its annotations (PEP 561)."""
    assert [package for package in PACKAGES if not (ROOT / package / "py.typed").is_file()] == []


def test_a_users_script_is_typed(tmp_path: Path) -> None:
    """Flows, agents and tasks return what they are said to return, and wrong arguments are found."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    found = json.loads(done.stdout)["generalDiagnostics"]
    wrong = {number for number, line in enumerate(SCRIPT.splitlines()) if line.startswith("WRONG")}
    unexpected = [
        f"{one['range']['start']['line']}: {one['message']}"
        for one in found
        if one["severity"] == "error" and one["range"]["start"]["line"] not in wrong
    ]
    assert unexpected == []
    assert {one["range"]["start"]["line"] for one in found if one["severity"] == "error"} == wrong
