"""The answer of a model's server is limited in silence, time and size, over real HTTP."""

import pytest
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelTimeoutError, UnexpectedModelBehavior
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from runtime.settings import get_settings
from tests.model_server import ModelServer, Reply, says

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture
def limit(monkeypatch):
    """Sets a limit by its variable; retries do not wait."""

    def set_limit(name, value):
        monkeypatch.setenv(name, value)
        monkeypatch.setenv("ANALYST_MODEL_RETRY_DELAY", "0")
        get_settings.cache_clear()

    yield set_limit
    monkeypatch.undo()
    get_settings.cache_clear()


async def ask(server, **options):
    model = OpenAIChatModel("scripted", provider=OpenAIProvider(base_url=server.base_url, api_key="test"))
    return (await PrefectAgent(Agent(model, name="clerk")).run("go", **options)).output


async def ignoring(_context, events):
    async for _ in events:
        pass


@pytest.mark.parametrize("handler", [None, ignoring], ids=["at once", "streamed"])
async def test_a_silent_server_is_asked_again(limit, handler):
    """No byte within the limit ends the attempt as one that a retry may follow."""
    limit("ANALYST_MODEL_IDLE_SECONDS", "0.5")
    with ModelServer([Reply(delay=60), Reply(trickle=60), says("done")]) as server:
        assert await ask(server, event_stream_handler=handler) == "done"
        assert server.count == 3


async def test_an_answer_that_never_ends_is_cut_off_by_its_time(limit, monkeypatch):
    """A server that sends a byte now and then is not silent, but its answer has an end."""
    monkeypatch.setenv("ANALYST_MODEL_RETRIES", "0")
    limit("ANALYST_MODEL_SECONDS", "0.5")
    with ModelServer([Reply(trickle=0.05)]) as server, pytest.raises(ModelTimeoutError):
        await ask(server)


@pytest.mark.parametrize("handler", [None, ignoring], ids=["at once", "streamed"])
@pytest.mark.parametrize("reply", [Reply(trickle=0), says("x" * 50_000)], ids=["endless", "announced"])
async def test_an_answer_that_is_too_large_is_cut_off_and_malformed(limit, reply, handler):
    """An answer above the limit is not read to its end, not asked for again, and the error names the limit."""
    limit("ANALYST_MODEL_ANSWER_BYTES", "20000")
    with ModelServer([reply]) as server:
        with pytest.raises(UnexpectedModelBehavior, match="more than 20000 bytes"):
            await ask(server, event_stream_handler=handler)
        assert server.count == 1


async def test_absurd_token_counts_are_malformed():
    """A count that no request can have is refused, and named."""
    with (
        ModelServer([says("done", input_tokens=10**12)]) as server,
        pytest.raises(UnexpectedModelBehavior, match="counts 1000000000000 input"),
    ):
        await ask(server)
