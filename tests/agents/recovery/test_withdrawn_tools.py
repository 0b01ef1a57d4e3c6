"""A tool that fails for good is taken away for the rest of the run, and the model told what it may use instead."""

import pytest
from prefect import flow
from pydantic_ai import Agent, ModelRetry
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent, TaskConfig
from analytics.sql.process import SqlProcessError
from flows import analyze_and_report
from runtime.runs.listing import recent_runs
from runtime.settings import get_settings
from runtime.trace.reading import read_trace
from tests.agents.recovery.analysing import concludes
from tests.agents.recovery.killing import kill_and_resume
from tests.servers.model_server import ModelServer, by_turn, calls, says

pytestmark = pytest.mark.usefixtures("prefect_server")

CALLED: list[str] = []


def clerk(base_url, tools=2, **options):
    agent = Agent(
        OpenAIChatModel("scripted", provider=OpenAIProvider(base_url=base_url, api_key="test")), name="clerk", retries=3
    )

    @agent.tool_plain
    def radar(city: str) -> str:
        """Where it rains, by radar."""
        CALLED.append(city)
        if city == "nowhere":
            raise ModelRetry("No such city.")
        raise ConnectionError("secret-host:5432 refused")

    def window(city: str) -> str:
        """Where it rains, by looking out of the window."""
        return f"It rains in {city}."

    if tools == 2:
        agent.tool_plain(window)
    return PrefectAgent(agent, tool_task_config=TaskConfig(retries=1, **options))


@flow
async def look_up(base_url: str) -> str:
    """Ask with tools that are taken away when they fail."""
    return (await clerk(base_url, withdrawn_on_failure=True).run("Does it rain?")).output


@pytest.fixture(autouse=True)
def _nothing_called():
    CALLED.clear()


SCRIPT = by_turn([calls("radar", city="Oslo"), calls("window", city="Oslo"), says("It rains.")])


async def test_a_failed_tool_is_not_offered_again():
    """After its retries the model is told what failed, without the error's text, and what is left to use."""
    with ModelServer(SCRIPT) as server:
        assert await look_up(server.base_url) == "It rains."
    assert CALLED == ["Oslo", "Oslo"]
    assert [request.tool_names for request in server.requests] == [["radar", "window"], ["window"], ["window"]]
    told = server.requests[1].last["content"]
    assert "radar failed (ConnectionError) and cannot be used any more in this run. Use instead: window." in told
    assert "secret-host" not in server.requests[1].text


@pytest.mark.scale
@pytest.mark.xdist_group("forked")
def test_a_killed_run_offers_the_same_tools(tmp_path):
    """Killed after the failure, a resumed run neither calls the tool again nor asks the model again."""
    with ModelServer(SCRIPT) as server:
        assert (
            kill_and_resume(look_up, {"base_url": server.base_url}, after=3, directory=tmp_path / "run") == "It rains."
        )
    assert CALLED == []  # in the resumed run
    assert [request.tool_names for request in server.requests] == [["radar", "window"], ["window"], ["window"]]


async def test_wrong_arguments_and_names_are_no_failure_of_a_tool():
    """A tool keeps being offered when it asks for other arguments, gets none, or another name is called."""
    script = by_turn(
        [calls("radar", city="nowhere"), calls("radar"), calls("sonar", city="Oslo"), says("I do not know.")]
    )
    with ModelServer(script) as server:
        await look_up(server.base_url)
    assert all(request.tool_names == ["radar", "window"] for request in server.requests)


async def test_a_users_tool_ends_the_run_unless_its_options_say_otherwise():
    """By default an error of a tool is an error of the run, as in Pydantic AI, and the run can be resumed."""
    with ModelServer(SCRIPT) as server:
        with pytest.raises(ConnectionError):
            await clerk(server.base_url).run("Does it rain?")
        assert server.count == 1


async def test_the_last_tool_ends_the_run_with_its_error():
    """With no other tool left there is nothing to use instead."""
    with ModelServer([calls("radar", city="Oslo")]) as server:
        agent = clerk(server.base_url, tools=1, withdrawn_on_failure=True)
        with pytest.raises(ConnectionError):
            await agent.run("Does it rain?")
        assert server.count == 1


@pytest.mark.scale
async def test_the_analyst_goes_on_without_a_tool_that_fails(tmp_path, monkeypatch):
    """An engine that does not start takes the query away from the analyst: the trace and the report say so."""

    def broken(*_, **__):
        raise SqlProcessError("no engine")

    monkeypatch.setattr("analytics.query", broken)
    monkeypatch.setenv("ANALYST_TOOL_RETRY_DELAY", "0")
    get_settings.cache_clear()
    path = tmp_path / "shops.csv"
    path.write_text("shop,sales\n" + "".join(f"{'AB'[n % 2]},{10 + n}\n" for n in range(40)))
    script = by_turn(
        [
            calls("query", sql="SELECT 1"),
            calls("calculate_statistics", column="sales"),
            concludes("Sales averaged 29.5.", "E2"),
        ]
    )
    with ModelServer(script) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        outcome = await analyze_and_report(path, model="openai:scripted", out=tmp_path / "out")
    assert outcome.analysis.summary == "Sales averaged 29.5."
    told = "query failed during the analysis and could not be used after that."
    assert outcome.analysis.limitations[0] == told
    assert told in outcome.report.md.read_text()
    assert ["query" in request.tool_names for request in server.requests] == [True, False, False]
    spans = read_trace(recent_runs()[0]).spans
    assert [span.error for span in spans if span.name == "query" and span.kind == "tool"] == [
        "SqlProcessError: no engine"
    ]
    assert [(span.name, span.reason) for span in spans if span.kind == "recovery"] == [
        ("tool taken away", "query failed with SqlProcessError")
    ]
    monkeypatch.undo()
    get_settings.cache_clear()
