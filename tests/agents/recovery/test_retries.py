"""A failed model request is made again when it may pass by itself, after the right wait, and only then."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from uuid import uuid4

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelAuthenticationError, ModelQuotaExceededError
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from runtime.runs.listing import find_run
from runtime.settings import get_settings
from runtime.step_events import StepEvent, listening
from tests.servers.model_server import ModelServer, Reply, fails, says

pytestmark = pytest.mark.usefixtures("prefect_server")


def clerk(base_url):
    # A name for each test: what one test's server asked for must not hold back another's on the same port.
    model = OpenAIChatModel(f"limited-{uuid4()}", provider=OpenAIProvider(base_url=base_url, api_key="test"))
    return PrefectAgent(Agent(model, name="clerk"))


@flow
async def asks(base_url: str) -> str:
    """Ask the model once."""
    return (await clerk(base_url).run("go")).output


async def test_a_rate_limit_is_waited_for_as_told(waits):
    """The wait is at least the one that the server names, in seconds or as a date, and not much longer."""
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    replies = [fails(429, retry_after="7"), fails(429, retry_after=at), fails(503, retry_after="3"), says("done")]
    with ModelServer(replies) as server:
        assert (await clerk(server.base_url).run("go")).output == "done"
    assert [7 <= waits[0] <= 8, 20 <= waits[1] <= 102, 3 <= waits[2] <= 7] == [True, True, True]


@pytest.mark.usefixtures("waits")
async def test_listeners_are_told_of_waits_and_failures_in_words():
    """A wait is told with its seconds and the kind of failure; a failed request, without what the server wrote."""
    events = list[StepEvent]()
    with (
        ModelServer([fails(429, retry_after="7"), fails(401, "the body")]) as server,
        listening(events.append),
        pytest.raises(ModelAuthenticationError),
    ):
        await clerk(server.base_url).run("go")
    assert [(event.phase, event.error) for event in events] == [
        ("started", None),
        ("waiting", "rate limited"),
        ("failed", "key refused (HTTP 401)"),
    ]
    assert 7 <= (events[1].seconds or 0) <= 8


async def test_no_wait_is_longer_than_the_setting(waits, monkeypatch):
    """A server that asks for hours is asked again after `ANALYST_MODEL_WAIT_SECONDS`."""
    monkeypatch.setenv("ANALYST_MODEL_WAIT_SECONDS", "5")
    get_settings.cache_clear()
    with ModelServer([fails(429, retry_after="7200"), says("done")]) as server:
        assert (await clerk(server.base_url).run("go")).output == "done"
    assert 5 <= waits[0] <= 6


async def test_waits_without_a_word_of_the_server_are_random_below_a_doubling_bound(waits, monkeypatch):
    """A broken server is asked again after random waits of at most 1, 2, 4 and 8 seconds."""
    bounds = list[float]()

    def longest(low, high):
        assert low == 0
        bounds.append(high)
        return high / 2

    monkeypatch.setattr("agents.recovery.answers.back_off.random.uniform", longest)
    replies = [fails(500), Reply(drop=True), fails(502), fails(429), says("done")]
    with ModelServer(replies) as server:
        assert (await clerk(server.base_url).run("go")).output == "done"
    assert (bounds, waits) == ([1, 2, 4, 8], [0.5, 1, 2, 4])


async def test_a_spent_quota_stops_at_once_and_the_run_can_be_resumed(waits):
    """A 429 with `insufficient_quota` is asked once; `analyst resume` may go on when the account is topped up."""
    with ModelServer([Reply(status=429, code="insufficient_quota", headers={"Retry-After": "1"})]) as server:
        with pytest.raises(ModelQuotaExceededError):
            await asks(server.base_url)
        assert server.count == 1
    assert waits == []
    run = find_run()
    assert (run.flow, run.state, run.resumable) == ("asks", "failed", True)
