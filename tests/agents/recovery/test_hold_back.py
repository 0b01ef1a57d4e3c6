"""A server's wait holds back every run of the store on that model, and no other."""

import subprocess
import sys
import time

import pytest
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from agents.recovery.hold_back import server_and_model
from runtime.models import holds as model_holds
from runtime.models.holds import hold, seconds_held
from tests.servers.model_server import ModelServer, fails, says

HOLD = "import sys; from runtime.models.holds import hold; hold(sys.argv[1], float(sys.argv[2]))"


def model_of(server, name="held back"):
    return OpenAIChatModel(name, provider=OpenAIProvider(base_url=server.base_url, api_key="test"))


async def ask(model):
    return (await PrefectAgent(Agent(model, name="clerk")).run("go")).output


@pytest.mark.usefixtures("prefect_server")
async def test_a_run_waits_for_what_another_was_told(waits):
    """After a rate limit the next run waits before it asks; a run on another model does not."""
    with ModelServer([fails(429, retry_after="50"), says("done"), says("done"), says("done")]) as server:
        await ask(model_of(server))
        assert len(waits) == 1
        await ask(model_of(server))
        assert len(waits) == 2
        assert 10 < waits[1] <= 51
        await ask(model_of(server, "another"))
        assert len(waits) == 2


@pytest.mark.scale
def test_another_process_is_held_back():
    """A hold is in the store: a process that was not told itself finds it, at most a second later."""
    subprocess.run([sys.executable, "-c", HOLD, "shared model", "500"], check=True, timeout=120)
    assert 100 < seconds_held("shared model") <= 500


def test_a_longer_hold_stays():
    """A later word of a shorter wait does not end a longer one."""
    hold("patient model", 500)
    hold("patient model", 5)
    model_holds.forget("patient model")
    assert 100 < seconds_held("patient model") <= 500


def test_a_model_that_may_be_asked_is_looked_up_once_a_second(monkeypatch):
    """Most requests read nothing: what was read holds for a second."""
    assert seconds_held("free model") == 0
    monkeypatch.setattr("runtime.models.holds.get_store", lambda: pytest.fail("the store was read"))
    now = time.monotonic()
    monkeypatch.setattr("runtime.models.holds.time.monotonic", lambda: now)
    assert seconds_held("free model") == 0


def test_a_name_in_the_store_holds_no_address():
    """A server's address may hold a password, and is not written."""
    model = OpenAIChatModel("m", provider=OpenAIProvider(base_url="http://user:secret@127.0.0.1:1/v1", api_key="k"))
    assert "secret" not in server_and_model(model)
    assert "127.0.0.1" not in server_and_model(model)
