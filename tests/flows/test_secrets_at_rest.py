"""No secret that a run is given, or that a server repeats, is written anywhere in the clear."""

import asyncio
import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from prefect import Flow, flow
from prefect.context import refresh_global_settings_context
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from sqlalchemy import select

from agents import PrefectAgent
from flows import analyze_and_report
from flows.once_per_event import once_for_each_event
from runtime.prefect_server.connection import drain
from runtime.runs.sealed_parameters import reveal
from runtime.store.database import get_store
from runtime.store.tables import RunRow
from tests.servers.model_server import fails, model_server

__all__ = ["model_server"]  # pytest finds fixtures by name

MARKS = {
    name: f"marked-{name}-0123456789"
    for name in ("environment-key", "key-in-code", "password", "url-path-token", "data-token")
}


@pytest.fixture
def home(tmp_path, monkeypatch, task_runs_recorded, prefect_server):
    """An empty data directory."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PREFECT_LOGGING_TO_API_ENABLED", "1")
    refresh_global_settings_context()
    yield tmp_path / "home"
    monkeypatch.undo()
    refresh_global_settings_context()


@pytest.fixture
def data_url(tmp_path):
    """The address of a table with a token in it."""
    rows = "".join(f"2024-01-{1 + n % 28:02d},{10 + n % 2}\n" for n in range(40))
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "shop.csv").write_text(f"day,sales\n{rows}")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path / "web")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/shop.csv?access_token={MARKS['data-token']}"
        server.shutdown()


def found_marks(*roots: Path) -> dict[str, set[str]]:
    """Files in which a mark can be read, SQLite databases and their logs among them."""
    found: dict[str, set[str]] = {}
    for path in [path for root in roots for path in root.rglob("*") if path.is_file()]:
        content = path.read_bytes()
        if marks := {name for name, mark in MARKS.items() if mark.encode() in content}:
            found[str(path)] = marks
    return found


@pytest.mark.usefixtures("events_sent")
async def test_no_secret_is_at_rest(home, data_url, model_server, monkeypatch, caplog, capfd):
    """Keys that a server repeats, passwords and tokens are in no file, database or log; a resume has them again."""
    monkeypatch.setenv("OPENAI_API_KEY", MARKS["environment-key"])
    target = f"json://user:{MARKS['password']}@127.0.0.1:1/{MARKS['url-path-token']}"
    refusing = model_server(lambda _: fails(401, f"Incorrect API key provided: {MARKS['environment-key']}"))
    monkeypatch.setenv("OPENAI_BASE_URL", refusing.base_url)
    with pytest.raises(ModelHTTPError, match=r"\*\*\*"):
        await analyze_and_report(data_url, model="openai:small", notify=[target])

    outcome = await analyze_and_report(data_url, model="offline", notify=[target])
    assert outcome.notifications[0].sent is False

    echoing = model_server(lambda _: fails(400, f"no such deployment for {MARKS['key-in-code']}"))
    provider = OpenAIProvider(base_url=echoing.base_url, api_key=MARKS["key-in-code"])
    agent = PrefectAgent(Agent(OpenAIChatModel("small", provider=provider), name="in_code"))

    @flow
    async def by_the_user():
        await agent.run("hello")

    with pytest.raises(ModelHTTPError):
        await by_the_user()

    assert await asyncio.to_thread(drain)
    home_of_prefect = Path(os.environ["PREFECT_HOME"])
    assert (home_of_prefect / "prefect.db").exists()
    assert list(home.rglob("*.parquet"))
    assert found_marks(home, home_of_prefect) == {}
    said = caplog.text + "".join(capfd.readouterr())
    assert {name for name, mark in MARKS.items() if mark in said} == set()

    with get_store().reading() as connection:
        rows = connection.execute(select(RunRow.flow, RunRow.error, RunRow.parameters)).all()
    stored = {row.flow: row for row in rows if row.error is None or row.flow == "by-the-user"}
    assert "***" in stored["by-the-user"].error
    parameters = reveal(stored["analyze-and-report"].parameters)
    assert (parameters["notify"], parameters["dataset"]) == ([target], data_url)


def _holds(directory: Path, text: str) -> bool:
    return any(text.encode() in path.read_bytes() for path in directory.glob("prefect.db*"))


async def _refused() -> None:
    raise RuntimeError(f"refused {MARKS['environment-key']} at https://example.org/?access_token={MARKS['data-token']}")


async def test_no_secret_is_in_a_state(home, monkeypatch, caplog, capfd):
    """An error outside of any step, in a flow or in an agent, is stored and logged by Prefect without its secrets."""
    monkeypatch.setenv("OPENAI_API_KEY", MARKS["environment-key"])
    refused = Flow(once_for_each_event(_refused), name="refused")
    agent = Agent("test", name="instructed")
    agent.instructions(_refused)

    @flow(name="refused around an agent")
    async def around():
        await PrefectAgent(agent).run("hello")

    for work in (refused, around, lambda: PrefectAgent(agent).run("hello")):
        with pytest.raises(RuntimeError, match=r"refused \*\*\* at"):
            await work()
    assert await asyncio.to_thread(drain)
    prefect = Path(os.environ["PREFECT_HOME"])
    assert _holds(prefect, "refused *** at")
    assert found_marks(home, prefect) == {}
    said = caplog.text + "".join(capfd.readouterr())
    assert {name for name, mark in MARKS.items() if mark in said} == set()
