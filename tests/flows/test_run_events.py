"""Events of runs on a real Prefect server: what a run tells, and an automation that acts on it."""

import json
import re
import threading
import time
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from pydantic_ai import Agent

from agents import PrefectAgent, TaskConfig
from agents.models import build_model
from flows import analyze_and_report
from runtime.run_events.types import FindingReported
from runtime.runs.attempts.leases import Lease, hold, release
from runtime.runs.events import report
from runtime.runs.listing import recent_runs
from tests.runtime.stored_runs import add_run
from tests.servers.model_server import ModelServer, calls, fails, says
from tests.waiting import AUTOMATION_LOADS_SECONDS, until, until_async

pytestmark = pytest.mark.usefixtures("prefect_server", "events_sent")

ROOT = Path(__file__).parents[2]
SECRET = "marked-secret-0123456789"
PROMPT = "where is Ann's salary?"


@pytest.fixture(autouse=True)
def store(monkeypatch, prefect_server, own_store):
    """A store of the test's own, and the price of its model."""
    monkeypatch.setenv("SHOP_TOKEN", SECRET)
    monkeypatch.setenv("ANALYST_PRICES", "openai:gpt-5-mini=1/2")


def look(place: str) -> str:
    """Look somewhere."""
    if place == "later":
        raise RuntimeError(f"Ann earns 4711 {SECRET}")
    return f"{place} is fine"


@flow(name="told")
async def told() -> str:
    quick = TaskConfig(retries=1, retry_delay_seconds=0)
    clerk = Agent(build_model("openai:gpt-5-mini"), name="clerk", tools=[look])
    return (await PrefectAgent(clerk, model_task_config=quick, tool_task_config=quick).run(PROMPT)).output


async def events_of(run_id, *, count, name="*"):
    """Names and payloads of a run's events on the server, once there are so many of a name; and all as text."""

    async def ask():
        async with get_client() as client:
            filter_ = {"resource": {"id": [f"analyst.run.{run_id}"]}}
            answer = await client.request("POST", "/events/filter", json={"filter": filter_, "limit": 50})
        events = answer.json()["events"]
        return events if sum(fnmatchcase(one["event"], name) for one in events) >= count else None

    events = await until_async(ask, f"{count} events of the run")
    return sorted(((one["event"], one["payload"]) for one in events), key=json.dumps), json.dumps(events)


@pytest.mark.scale
async def test_a_run_tells_what_it_did(monkeypatch):
    """A run that fails has events of its calls, retries and end, by types, without prompts, arguments and texts."""
    replies = [fails(503, "overloaded"), calls("look", place="Oslo"), calls("look", place="later")]
    with ModelServer(lambda _: replies.pop(0) if replies else says("Fine.")) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        with pytest.raises(RuntimeError):
            await told()
    run_id = recent_runs(1)[0].id
    events, text = await events_of(run_id, count=8)
    named = [(name, payload.get("state") or payload.get("recovery")) for name, payload in events]
    assert sorted(named, key=str) == [
        ("analyst.model.called", "finished"),
        ("analyst.model.called", "finished"),
        ("analyst.recovery.decided", "retry"),
        ("analyst.recovery.decided", "retry"),
        ("analyst.run.failed", "failed"),
        ("analyst.run.started", None),
        ("analyst.tool.called", "failed"),
        ("analyst.tool.called", "finished"),
    ]
    (failed,) = [payload for _, payload in events if payload.get("tool") and payload["state"] == "failed"]
    assert (failed["agent"], failed["tool"], failed["tries"], failed["error"]) == ("clerk", "look", 2, "RuntimeError")
    (retried,) = [payload for name, payload in events if name == "analyst.model.called" and payload["tries"] == 2]
    assert (retried["usd"], retried["input_tokens"]) == (pytest.approx(20 / 1e6), 10)
    assert [word for word in (SECRET, "Ann", "4711", "Oslo", "later", "overloaded") if word in text] == []


async def test_a_report_tells_its_findings(tmp_path):
    """Each finding of an analysis is an event with its severity and its evidence, without its words."""
    rows = "".join(f"2024-01-{day:02d},{410 if day == 20 else day % 7 + 10}\n" for day in range(1, 29))
    (tmp_path / "shop.csv").write_text(f"day,sales\n{rows}")
    outcome = await analyze_and_report(tmp_path / "shop.csv", model="offline", out=tmp_path / "out")
    ordered = outcome.analysis.in_order()
    events, text = await events_of(outcome.run_id, count=len(ordered), name="analyst.finding.reported")
    found = [payload for name, payload in events if name == "analyst.finding.reported"]
    assert sorted((one["number"], one["severity"], one["evidence"], one["dataset"]) for one in found) == [
        (number, finding.severity, finding.evidence, "shop") for number, (_, finding) in enumerate(ordered, 1)
    ]
    assert [finding.statement for _, finding in ordered if finding.statement in text] == []
    assert set(re.findall(r'"(dataset\.[^"]+)"', text)) == {"dataset.shop"}


class Chat(HTTPServer):
    """Remembers what is posted to it."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Posted)
        self.said = []


class _Posted(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """Stay quiet."""


@pytest.mark.scale
def test_the_documented_automation_fires():
    """The automation of docs/events.md tells of a grave finding on its data set, once, and of no other."""
    (example,) = re.findall(
        r"### An automation.*?```python\n(.*?)```", (ROOT / "docs/events.md").read_text(), re.DOTALL
    )
    with Chat() as chat:
        threading.Thread(target=chat.serve_forever, daemon=True).start()
        exec(example.replace("https://chat.example.org/hook", f"http://127.0.0.1:{chat.server_port}/hook"), {})
        time.sleep(AUTOMATION_LOADS_SECONDS)
        runs = [add_run(dataset=name) for name in ("sales/daily", "stock")]
        for run_id, dataset in zip(runs, ("sales/daily", "stock"), strict=True):
            lease = Lease(run_id, 1)
            hold(lease)
            for number, severity in enumerate(("low", "high"), 1):
                event = FindingReported(
                    attempt=1, dataset=dataset, severity=severity, number=number, evidence=["E1"], unverified=0
                )
                report(run_id, event, "report", number)
                report(run_id, event, "report", number)  # as a resumed run does
            release(lease)
            lease.beat()
        until(lambda: chat.said, "the automation fires")
        assert chat.said == [{"text": f"high finding: Number 2 in the report of run analyst.run.{runs[0]}"}]
        chat.shutdown()
