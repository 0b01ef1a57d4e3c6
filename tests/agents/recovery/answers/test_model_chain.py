"""The next model of a chain answers when one fails for good, and a killed run goes the same way when it is resumed."""

import asyncio
import signal
from collections import Counter
from decimal import Decimal

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError, ModelQuotaExceededError

from agents import PrefectAgent
from agents.models import ModelConfigurationError, build_model, choose_model, resolve_model_name
from agents.recovery.policy import RecoveryPolicy
from benchmarks.crashes.forked import Forked
from deployments import resume
from runtime.ledger.room import UnpricedModelError
from runtime.runs.listing import recent_runs
from runtime.runs.record import record_run
from runtime.settings import get_settings
from runtime.trace.reading import read_trace
from tests.servers.model_server import ModelServer, Reply, calls, fails, says
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("prefect_server")

SPENT = Reply(status=429, code="insufficient_quota")

looked = list[str]()


def look(place: str) -> str:
    """Look somewhere."""
    looked.append(place)
    return f"{place} is fine"


@flow(name="chained")
async def chained(model: str, budget: str | None = None) -> str:
    """Ask an agent with a tool."""
    await record_run(budget=budget)
    agent = PrefectAgent(Agent(name="clerk", tools=[look]), recovery=RecoveryPolicy(retries=1, retry_delay=0))
    return (await agent.run("go", model=model)).output


def run_chained(model: str) -> int:
    """Run the flow in a process of its own."""
    print(asyncio.run(chained(model)))
    return 0


class Chain:
    """Models behind one server: what each answers, and how often it was asked."""

    def __init__(self, server: ModelServer) -> None:
        self.server = server
        self.replies: dict[str, Reply] = {}
        self.kill_at: tuple[str, int] | None = None
        self.child: Forked | None = None
        server.script = self.answer

    def answer(self, request):
        model = request.body["model"]
        if self.child is not None and (model, self.asked[model]) == self.kill_at:
            self.child.kill()
        answer = calls("look", place="north") if request.turn == 0 else says(f"fine, says {model}")
        return self.replies.get(model, answer)

    @property
    def asked(self):
        return Counter(request.body["model"] for request in list(self.server.requests))


@pytest.fixture
def chain(tmp_path, monkeypatch, prefect_server):
    """A server with models, and a store of the test's own."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PREFECT_RESULTS_LOCAL_STORAGE_PATH", str(tmp_path / "home" / "results"))
    with ModelServer([]) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        yield Chain(server)
    monkeypatch.undo()
    get_settings.cache_clear()


def told(kind):
    """Recoveries or failed tries of the newest run, as the trace tells them."""
    return [(span.name, span.reason, span.change) for span in read_trace(recent_runs(1)[0]).spans if span.kind == kind]


@pytest.mark.parametrize(
    "reply", thinned([SPENT, fails(401), fails(404)], 1), ids=["quota spent", "key refused", "unknown model"]
)
async def test_a_model_that_is_gone_for_good_is_asked_once_in_a_run(chain, reply):
    """The next model answers this request and all later ones, and the trace says so."""
    chain.replies["a"] = reply
    assert await chained("openai:a,openai:b") == "fine, says b"
    assert chain.asked == {"a": 1, "b": 2}
    (decision,) = told("recovery")
    assert next(one.state for one in read_trace(recent_runs(1)[0]).spans if one.kind == "model") == "failed"
    assert decision[0] == "next model"
    assert decision[2] == "openai:b instead of openai:a"


async def test_a_broken_model_is_left_after_its_retries(chain):
    """A failure that may pass is tried again first, as the policy says."""
    chain.replies["a"] = fails(503)
    assert await chained("openai:a,openai:b") == "fine, says b"
    assert chain.asked == {"a": 2, "b": 2}


async def test_a_chain_whose_last_model_fails_fails_as_that_one(chain):
    """There is nothing left to ask: the run fails by the last model's error."""
    chain.replies |= {"a": SPENT, "b": fails(403)}
    with pytest.raises(ModelHTTPError) as failed:
        await chained("openai:a,openai:b")
    assert failed.value.status_code == 403
    assert chain.asked == {"a": 1, "b": 1}


@pytest.mark.parametrize("turn", thinned([0, 1], 1), ids=["first request", "later request"])
def test_a_run_whose_whole_chain_failed_is_resumed_from_its_first_model(chain, turn):
    """Whoever has mended the first model need not mend the others; what was answered before is replayed."""
    chain.replies["a"] = SPENT
    whole = chain.server.script
    chain.server.script = lambda request: (
        SPENT if request.body["model"] == "b" and request.turn == turn else whole(request)
    )
    with pytest.raises(ModelQuotaExceededError):
        asyncio.run(chained("openai:a,openai:b"))
    del chain.replies["a"]
    before = chain.asked
    assert resume().result == "fine, says a"
    assert chain.asked - before == {"a": 2 - turn}


async def test_what_no_other_model_could_help_with_is_not_passed_on(chain):
    """A request that is wrong in itself would only fail again."""
    chain.replies["a"] = fails(400)
    with pytest.raises(ModelHTTPError):
        await chained("openai:a,openai:b")
    assert chain.asked == {"a": 1}


@pytest.mark.scale
@pytest.mark.xdist_group("forked")
@pytest.mark.parametrize(
    ("kill_at", "asked"),
    [
        pytest.param(("a", 1), {"a": 2, "b": 2}, marks=pytest.mark.scale, id="in the failing request"),
        pytest.param(("b", 1), {"a": 1, "b": 3}, id="after the decision"),
        pytest.param(("b", 2), {"a": 1, "b": 3}, marks=pytest.mark.scale, id="in a later request"),
    ],
)
def test_a_killed_run_takes_the_same_path(chain, tmp_path, kill_at, asked):
    """Killed anywhere, only the request under way is made again: a decision that was taken is not taken again."""
    import os

    chain.replies["a"], chain.kill_at = SPENT, kill_at
    chain.child = Forked(run_chained, "openai:a,openai:b", environment=os.environ, directory=tmp_path)
    assert chain.child.wait().returncode == -signal.SIGKILL
    chain.child, chain.replies["a"] = None, says("I am back")
    if kill_at[0] == "a":
        chain.replies["a"] = SPENT
    assert resume().result == "fine, says b"
    assert chain.asked == asked


@pytest.mark.scale
async def test_a_replay_asks_nobody(chain):
    """A retry of the flow finds the decision and the answers, and pays nothing."""
    chain.replies["a"] = SPENT
    fails_once = [True]

    @flow(retries=1)
    async def again() -> str:
        answer = await chained("openai:a,openai:b")
        if fails_once.pop() if fails_once else False:
            raise RuntimeError("once")
        return answer

    assert await again() == "fine, says b"
    assert chain.asked == {"a": 1, "b": 2}


async def test_each_model_of_a_chain_has_its_own_price(chain, monkeypatch):
    """The run spent what the model that answered costs."""
    monkeypatch.setenv("ANALYST_PRICES", "openai:a=100 openai:b=1/2")
    get_settings.cache_clear()
    chain.replies["a"] = SPENT
    assert await chained("openai:a,openai:b", budget="usd=5") == "fine, says b"
    assert recent_runs(1)[0].usd == pytest.approx(2 * (10 * 1 + 5 * 2) / 1_000_000)


async def test_a_chain_with_a_model_without_a_price_is_refused_under_a_budget(chain, monkeypatch):
    """No request is made: the model without a price might have to answer later."""
    monkeypatch.setenv("ANALYST_PRICES", "openai:a=1")
    get_settings.cache_clear()
    with pytest.raises(UnpricedModelError, match="openai:nameless"):
        await chained("openai:a,openai:nameless", budget="usd=5")
    assert chain.asked == {}
    assert Decimal(1) == get_settings().prices["openai:a"][0]


@pytest.mark.scale
async def test_the_fallbacks_of_a_policy_follow_the_agents_own_model(chain):
    """`PrefectAgent(recovery=…)` gives an agent a chain, and a run's own policy goes over it."""
    chain.replies["a"] = SPENT
    agent = PrefectAgent(
        Agent(build_model("openai:a"), name="own chain"), recovery=RecoveryPolicy(fallbacks=("openai:b",))
    )
    chain.replies["b"], chain.replies["c"] = says("b"), says("c")
    assert (await agent.run("go")).output == "b"
    assert (await agent.run("go", recovery=RecoveryPolicy(fallbacks=("openai:c",)))).output == "c"
    with pytest.raises(ModelQuotaExceededError):
        await agent.run("go", recovery=RecoveryPolicy(fallbacks=()))


def test_retries_of_a_run_are_those_of_its_policy(chain):
    """A policy without retries fails at once, also by `run_sync`."""
    chain.replies["a"] = fails(503)
    agent = PrefectAgent(Agent(build_model("openai:a"), name="impatient"), recovery=RecoveryPolicy(retry_delay=0))
    with pytest.raises(ModelHTTPError):
        agent.run_sync("go", recovery=RecoveryPolicy(retries=0))
    assert chain.asked == {"a": 1}
    with pytest.raises(ModelHTTPError):
        agent.run_sync("go", recovery=RecoveryPolicy(retries=2))
    assert chain.asked == {"a": 4}


def test_models_of_the_settings(monkeypatch):
    """`ANALYST_MODELS` goes before `ANALYST_MODEL`; a model that is named goes before both."""
    monkeypatch.setenv("ANALYST_MODEL", "openai:one")
    monkeypatch.setenv("ANALYST_MODELS", "openai:a, ollama:b,offline")
    get_settings.cache_clear()
    assert resolve_model_name() == "openai:a,ollama:b,offline"
    assert resolve_model_name("offline") == "offline"
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.mark.parametrize("names", ["offline,openai:a", "openai:a,openai:a", "openai:a,"])
def test_a_chain_that_cannot_be_meant_is_refused(names, monkeypatch):
    """`offline` always answers, so that nothing can come after it, and no model follows itself."""
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    with pytest.raises(ModelConfigurationError, match="offline last"):
        choose_model(names)
