"""Requests at once to one model are counted by the Prefect server, for all runs together."""

import asyncio
import threading
import time
from tempfile import TemporaryDirectory

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from pydantic_ai import Agent

from agents import PrefectAgent
from agents.durable.model_limits import limit_name, limits_of
from agents.models import choose_model
from deployments.service.registry import apply_model_limits, lease_advice
from runtime.settings import get_settings
from tests.servers.model_server import ModelServer, Reply
from tests.servers.own_server import OwnServer

LEASE_STORAGE = "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"
FILES = "prefect.server.concurrency.lease_storage.filesystem"


@pytest.fixture
def limits(monkeypatch, prefect_server):
    def set_limits(text):
        monkeypatch.setenv("ANALYST_MODEL_LIMITS", text)
        get_settings.cache_clear()

    yield set_limits
    get_settings.cache_clear()


@pytest.mark.scale
async def test_no_more_requests_at_once_than_the_limit(limits, monkeypatch):
    """Of four runs that ask one model, two ask at a time; the model without a limit is asked by all at once."""
    lock, asking, most = threading.Lock(), dict[str, int](), dict[str, int]()
    two, everybody, too_many = threading.Barrier(2), threading.Barrier(3), threading.Event()

    def answer(request):
        model = request.body["model"]
        with lock:
            asking[model] = asking.get(model, 0) + 1
            most[model] = max(most.get(model, 0), asking[model])
            if model == "scarce" and asking[model] > 2:
                too_many.set()
        if model == "free":
            everybody.wait(30)
        else:
            two.wait(30)
            too_many.wait(0.5)  # so that a third would come while two are asking
        with lock:
            asking[model] -= 1
        return Reply(text="done")

    with ModelServer(answer) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        limits("openai-chat:scarce=2 openai:other=1")
        with get_client(sync_client=True) as client:
            apply_model_limits(client)
            assert client.read_global_concurrency_limit_by_name(limit_name("openai:scarce")).limit == 2

        async def ask(name):
            agent = PrefectAgent(Agent(name=f"asks {name}"))
            return await agent.run("?", model=choose_model(f"openai:{name}"))

        await asyncio.gather(*(ask("scarce") for _ in range(4)))
        await asyncio.gather(*(ask("free") for _ in range(3)))
    assert most["scarce"] == 2
    assert most["free"] == 3
    assert len(server.requests) == 7


def test_names_of_limits(limits, monkeypatch):
    """Both interfaces of OpenAI share a limit, a name has no slash, and a model without a limit has none."""
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
    limits("openai:gpt-5-mini=3")
    assert limit_name("openai-chat:a/b") == limit_name("openai:a/b") == "model openai:a.b"
    assert limits_of(choose_model("openai-chat:gpt-5-mini")) == ["model openai:gpt-5-mini"]
    assert limits_of(choose_model("openai:gpt-5")) == []


@pytest.mark.parametrize("wrong", ["openai:a", "openai:a=0", "openai:a=x", "=3"])
def test_a_limit_that_is_none_is_refused(limits, wrong):
    """A model without a number of one or more is an error of the settings."""
    limits(wrong)
    with pytest.raises(ValueError, match="model_limits"):
        get_settings()


def test_a_server_that_forgets_is_told_of(prefect_server):
    """Whoever sets limits is told of a server that keeps in memory who holds a slot, and what to start it with."""
    with get_client(sync_client=True) as client:
        advice = lease_advice(client)
    assert advice is not None
    assert f"{LEASE_STORAGE}={FILES}." in advice


@pytest.mark.scale
def test_a_slot_outlives_neither_its_holder_nor_the_server():
    """With the storage that is advised, a slot whose holder died with the server is free again within two minutes."""
    with TemporaryDirectory() as home, OwnServer(PREFECT_HOME=home, **{LEASE_STORAGE: FILES}) as server:
        server.wait()
        with SyncPrefectClient(server.url) as client:
            assert lease_advice(client) is None
            client.upsert_global_concurrency_limit_by_name("scarce", 1)
            client.increment_concurrency_slots_with_lease(["scarce"], 1, "concurrency", lease_duration=60)
            server.restart()
            server.wait()
            assert client.read_global_concurrency_limit_by_name("scarce").active_slots == 1
            deadline = time.monotonic() + 120
            while client.read_global_concurrency_limit_by_name("scarce").active_slots:
                assert time.monotonic() < deadline
                time.sleep(1)
