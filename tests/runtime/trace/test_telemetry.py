"""Spans for OpenTelemetry, sent by a process of its own to a real OTLP receiver."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.servers.model_server import Reply, calls, fails, model_server, says

__all__ = ["model_server"]  # pytest finds fixtures by name

ROOT = Path(__file__).parents[3]
SECRET = "sk-marked-5f1e0c7a9b3d2e4f6a8c"
PROGRAM = """
from prefect import flow
from pydantic_ai import Agent
from agents import PrefectAgent
from pydantic_ai.exceptions import ModelHTTPError

agent = Agent("openai-chat:small", name="reader")

@agent.tool_plain
def look(where: str) -> str:
    return "seen"

reader = PrefectAgent(agent)

@flow(name="reading", retries=1, retry_delay_seconds=0)
async def reading() -> str:
    return (await reader.run("Read with SECRET")).output

import asyncio, sys
from contextlib import suppress
from deployments import resume
from pydantic_ai.exceptions import ModelAPIError

with suppress(ModelAPIError):
    print(resume(flow=reading).result if "resume" in sys.argv else asyncio.run(reading()))
from runtime.trace.telemetry import flush_telemetry
flush_telemetry()
""".replace("SECRET", SECRET)


@dataclass
class Receiver:
    """A collector that keeps what it was sent."""

    bodies: list[bytes] = field(default_factory=list)

    @property
    def spans(self) -> list[Any]:
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [s for r in requests for each in r.resource_spans for scope in each.scope_spans for s in scope.spans]

    def named(self, start: str) -> list[Any]:
        return [span for span in self.spans if span.name.startswith(start)]


@pytest.fixture
def collector() -> Iterator[tuple[Receiver, str]]:
    received = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield received, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def sent(model_server: Any, collector: tuple[Receiver, str], prefect_server: str, tmp_path: Path) -> Receiver:
    """Spans of a flow whose second model request is refused twice: by a retry, and by a process that resumes it.

    Both replay a request and a tool.
    """
    refused: list[int] = []

    def script(request: Any) -> Reply:
        if request.turn == 0:
            return calls("look", where=SECRET)
        if len(refused) < 2:
            refused.append(1)
            return fails(400, f"no good: {SECRET}")
        return says("Done.")

    server = model_server(script)
    received, url = collector
    environment = {
        **os.environ,
        **server.environment(),
        "PYTHONPATH": str(ROOT),
        "PREFECT_API_URL": prefect_server,
        "ANALYST_HOME": str(tmp_path),
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true",
        "MARKED_API_KEY": SECRET,
    }
    for argument in ("begin", "resume"):
        command = [sys.executable, "-c", PROGRAM, argument]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert ended.stdout.strip().endswith("Done."), ended.stderr[-2000:]
    assert server.count == 4
    return received


@pytest.mark.scale
def test_each_request_and_tool_call_is_one_span_also_when_it_is_replayed(sent: Receiver) -> None:
    """Spans follow the GenAI conventions, a replay sends a short span of its own, and all attempts are one trace."""
    chats = sent.named("chat ")
    assert len(chats) == 4  # two of the first attempt, and one each of the retry and the resumed one
    assert len(sent.named("execute_tool look")) == 1
    replays = sorted(span.name for span in sent.named("replay "))
    assert replays == ["replay look"] * 2 + ["replay openai:small request 1"] * 2
    operations = {a.key: a.value.string_value for a in chats[0].attributes}
    assert operations["gen_ai.operation.name"] == "chat"
    assert operations["gen_ai.request.model"] == "small"
    # Every span but the flow's own has its parent among those that were sent.
    known = {span.span_id for span in sent.spans}
    orphans = [span.name for span in sent.spans if span.parent_span_id and span.parent_span_id not in known]
    assert orphans == []
    assert len({span.trace_id for span in sent.spans}) == 1
    # Secrets are masked, also where content is captured.
    assert not any(SECRET.encode() in body for body in sent.bodies)
    assert any(b"Read with" in body for body in sent.bodies)
