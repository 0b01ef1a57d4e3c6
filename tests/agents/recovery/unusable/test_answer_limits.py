"""The answer of a model's server is limited in silence, time and size, over real HTTP."""

import pytest
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelTimeoutError, UnexpectedModelBehavior
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from runtime.settings import get_settings
from tests.servers.model_server import ModelServer, Reply, says
from tests.thinned import thinned

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


@pytest.mark.parametrize("handler", thinned([None, ignoring], 1), ids=["at once", "streamed"])
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


@pytest.mark.parametrize(
    ("reply", "handler"),
    thinned(
        [
            (Reply(trickle=0), None),
            (says("x" * 50_000), ignoring),
            (Reply(trickle=0), ignoring),
            (says("x" * 50_000), None),
        ],
        2,
    ),
    ids=["endless", "announced, streamed", "endless, streamed", "announced"],
)
async def test_an_answer_that_is_too_large_is_cut_off_and_asked_for_again(limit, reply, handler):
    """An answer above the limit is not read to its end, and the model is told the limit."""
    limit("ANALYST_MODEL_ANSWER_BYTES", "20000")
    with ModelServer([reply, says("done")]) as server:
        assert await ask(server, event_stream_handler=handler) == "done"
        assert server.count == 2
    assert "more than 20000 bytes" in server.requests[1].last["content"]


@pytest.mark.parametrize(
    ("reply", "said"),
    thinned(
        [
            (Reply(trickle=0), "more than 20000 bytes (ANALYST_MODEL_ANSWER_BYTES)"),
            (says("done", input_tokens=10**12), "counts 1000000000000 input"),
            (
                Reply(body=b'{"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": []}'),
                "no choices",
            ),
            (Reply(body=b'{"id": "1", "choices": "secret"}'), "it has another form"),
            (
                Reply(body=b'{"id": 1, "choices": [{"finish_reason": "stop", "message": {"content": 5}}]}'),
                "id: string_type",
            ),
        ],
        2,
    ),
    ids=["endless", "absurd count", "no choices", "another form", "another schema"],
)
async def test_an_answer_that_stays_unusable_is_a_failure_that_says_why(limit, reply, said):
    """It counts as malformed: the run ends with the agent's retries of its output, and the error names the reason."""
    limit("ANALYST_MODEL_ANSWER_BYTES", "20000")
    with ModelServer(lambda _: reply) as server:
        with pytest.raises(UnexpectedModelBehavior) as failed:
            await ask(server)
        assert server.count == 2
    assert said in server.requests[1].last["content"]
    assert said in str(failed.value)
    assert "secret" not in server.requests[1].text + str(failed.value)
