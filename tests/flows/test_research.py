"""Research from end to end: real Prefect server, real HTTP to a scripted model, real files."""

import asyncio
import json
from pathlib import Path

import pytest
from prefect import flow
from prefect.client.orchestration import get_client

from agents.outputs.research import ResearchRun
from analytics.documents.corpus import Corpus
from analytics.documents.index import CorpusPassage
from analytics.errors import CorpusError
from deployments import resume
from flows import ResearchOutcome, research_and_summarize
from runtime.runs.listing import find_run
from runtime.settings import get_settings
from tests.servers.model_server import ChatRequest, Reply, calls, fails, model_server

pytestmark = pytest.mark.usefixtures("prefect_server", "own_store")

__all__ = ["model_server"]  # pytest finds fixtures by name

TOPIC = "Why did the ferries stop?"


def told(text: str) -> dict[str, str]:
    return {"headline": "Ferries stopped.", "text": text}


class Script:
    """Answers both agents, and counts the requests of each; the writer's first `failures` requests are refused."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.asked = {"researcher": 0, "writer": 0}

    def __call__(self, request: ChatRequest) -> Reply:
        agent = "researcher" if "search_documents" in request.tool_names else "writer"
        self.asked[agent] += 1
        if agent == "writer":
            if self.asked["writer"] <= self.failures:
                return fails(400, "the writer is not available")
            texts = {name: told(f"For {name} readers: 14 ferries.") for name in ("technical", "executive", "general")}
            return calls("final_result", **texts)
        if request.turn == 0:
            return calls("search_documents", query="ferries")
        point = {"statement": "14 ferries stayed.", "sources": ["S1#1"], "quote": "and 14 ferries stayed in port"}
        return calls("final_result", summary="It froze.", key_points=[point], open_questions=[])


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "ferries.md").write_text("# Ferries\n\nThe harbour froze, and 14 ferries stayed in port.")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    return folder


@pytest.fixture
def serve(model_server, monkeypatch):
    def start(script: Script) -> Script:
        for name, value in model_server(script).environment().items():
            monkeypatch.setenv(name, value)
        return script

    return start


@pytest.mark.scale
def test_a_failed_writer_does_not_cost_the_research(serve, notes, tmp_path):
    """When the second agent fails, the resumed run asks the first nothing again, and works on what it had read."""
    script = serve(Script(failures=1))
    with pytest.raises(Exception, match="not available"):
        asyncio.run(research_and_summarize(TOPIC, [notes], model="openai:small", out=tmp_path / "out"))
    assert script.asked == {"researcher": 2, "writer": 1}
    failed = find_run()
    assert (failed.state, failed.dataset) == ("failed", TOPIC)
    (notes / "ferries.md").write_text("Nothing is left of it.")
    resumed = resume()
    assert script.asked == {"researcher": 2, "writer": 2}
    outcome: ResearchOutcome = resumed.result
    assert (resumed.run_id, outcome.run_id, outcome.cached_calls) == (failed.id, failed.id, 3)
    assert outcome.findings.key_points[0].unverified == []
    assert "14 ferries stayed" in outcome.files.technical.read_text()


@pytest.mark.scale
def test_a_retry_around_it_pays_once(serve, notes, tmp_path):
    """When a flow around the research is retried, no agent is asked again and the outcome is the same."""
    script = serve(Script())
    outcomes: list[ResearchOutcome] = []

    @flow(retries=1)
    async def nightly() -> None:
        outcomes.append(await research_and_summarize(TOPIC, [notes], model="openai:small", out=tmp_path / "out"))
        if len(outcomes) == 1:
            raise RuntimeError("the step after the research fails")

    asyncio.run(nightly())
    assert script.asked == {"researcher": 2, "writer": 1}
    assert outcomes[0].summaries == outcomes[1].summaries


async def test_files_for_three_audiences(serve, notes, tmp_path):
    """Each audience's file holds its own text and the sources, the technical one quotes and what was not read too."""
    serve(Script())
    outcome: ResearchOutcome = await research_and_summarize(TOPIC, [notes], model="openai:small", out=tmp_path / "out")
    technical, executive = outcome.files.technical.read_text(), outcome.files.executive.read_text()
    assert "For executive readers: 14 ferries." in executive
    assert "For general readers" in outcome.files.general.read_text()
    assert "notes/ferries\\.md" in executive  # Markdown shows it as it is, and makes no link of it
    assert "> and 14 ferries stayed in port" in technical
    assert "notes: 1 file is of kinds that are not read (.jpg)" in technical
    stored = ResearchRun.model_validate_json(outcome.files.json.read_bytes())
    assert (stored.findings, stored.summaries) == (outcome.findings, outcome.summaries)
    assert (outcome.usage.requests, outcome.usage.input_tokens) == (3, 30)


async def test_offline_without_secrets_of_addresses(notes, tmp_path, unused_tcp_port):
    """Offline it needs no key, and neither the server nor the files hear of the password in an address."""
    url = f"http://user:hunter2@127.0.0.1:{unused_tcp_port}/page?token=hunter2"
    outcome = await research_and_summarize(TOPIC, [str(notes), url], model="offline", out=tmp_path / "out")
    assert outcome.findings.key_points[0].statement == "The harbour froze, and 14 ferries stayed in port."
    assert [skipped.name for skipped in outcome.skipped] == ["notes", f"http://127.0.0.1:{unused_tcp_port}/page"]
    async with get_client() as client:
        run = await client.read_flow_run(outcome.run_id)  # pyright: ignore[reportArgumentType]
    said = [run.model_dump_json(), outcome.model_dump_json(), outcome.files.json.read_text()]
    assert not any("hunter2" in text for text in said)
    assert json.loads(said[0])["parameters"]["sources"][1].endswith("/page")


async def test_nothing_to_read_ends_before_a_model_is_asked(serve, tmp_path):
    """An empty folder ends the run with an error that names it, and no model has been paid."""
    (tmp_path / "empty").mkdir()
    script = serve(Script())
    with pytest.raises(CorpusError, match="empty"):
        await research_and_summarize(TOPIC, [tmp_path / "empty"], model="openai:small")
    assert script.asked == {"researcher": 0, "writer": 0}


def test_a_tool_that_fails_is_taken_away(serve, notes, tmp_path, monkeypatch):
    """The researcher goes on without it, and the open questions say so first."""
    read = Corpus.passages
    errors = [OSError("no disk")] * 3  # one call and its two retries

    def passages(corpus: Corpus, ids: list[str]) -> list[CorpusPassage]:
        if errors:
            raise errors.pop()
        return read(corpus, ids)

    class Reads(Script):
        def __call__(self, request: ChatRequest) -> Reply:
            if "search_documents" not in request.tool_names or request.turn > 1:
                return super().__call__(request)
            offered.append("read_passages" in request.tool_names)
            return calls("read_passages", start="S1#1") if request.turn == 0 else super().__call__(request)

    offered: list[bool] = []
    monkeypatch.setattr(Corpus, "passages", passages)
    monkeypatch.setenv("ANALYST_TOOL_RETRY_DELAY", "0")
    get_settings.cache_clear()
    serve(Reads())
    outcome = asyncio.run(research_and_summarize(TOPIC, [notes], model="openai:small", out=tmp_path / "out"))
    assert offered == [True, False]
    told = "failed during the research and could not be used after that."
    assert outcome.findings.open_questions[0] == f"read_passages {told}"
    assert told in outcome.files.technical.read_text()
