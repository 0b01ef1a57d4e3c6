"""A run whose tool needs approval stops, and goes on when a person has decided, with nothing done twice."""

import asyncio
from uuid import uuid4

import pytest
from prefect import flow, task
from prefect.client.orchestration import get_client
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from sqlalchemy import update

from agents import PrefectAgent
from agents.durable.approvals.suspension import RunSuspended
from deployments import resume
from runtime.approvals.requests import decide, list_approvals
from runtime.approvals.types import ApprovalError
from runtime.runs.listing import find_run, recent_runs
from runtime.settings import get_settings
from runtime.store.database import get_store
from runtime.store.tables import ApprovalRow
from runtime.trace.reading import read_trace
from runtime.waiting import WaitingForApproval
from tests.servers.model_server import ChatRequest, ModelServer, Reply, by_turn, calls, says

pytestmark = pytest.mark.usefixtures("prefect_server")

PAID: list[tuple[str, int]] = []


def clerk(base_url: str, model: str) -> PrefectAgent[str, str]:
    agent = Agent(
        OpenAIChatModel(model, provider=OpenAIProvider(base_url=base_url, api_key="test")), name="clerk", deps_type=str
    )

    @agent.tool_plain(requires_approval=True)
    def refund(customer: str, amount: int) -> str:
        """Pay money back."""
        PAID.append((customer, amount))
        return f"{amount} paid to {customer}"

    return PrefectAgent(agent)


@flow
async def complaint(base_url: str, model: str, data: str = "orders of May") -> str:
    """Ask once."""
    return (await clerk(base_url, model).run("Ada wants her money back.", deps=data)).output


@pytest.fixture(autouse=True)
def _settings(monkeypatch):
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def server():
    PAID.clear()
    with ModelServer(by_turn([calls("refund", customer="Ada", amount=20), says("Done.")])) as running:
        yield running


def begin(server: ModelServer, flow=complaint) -> str:
    """Run until it waits, and return the run's id."""
    with pytest.raises(RunSuspended) as stopped:
        asyncio.run(flow(server.base_url, f"m-{uuid4()}"))
    return stopped.value.run


def test_a_call_waits_and_is_made_once_when_it_is_approved(server):
    """The run stops as waiting, suspended on the server; approved and resumed, it makes the call and ends."""
    run = begin(server)
    assert (find_run(run).state, find_run(run).resumable, PAID) == ("waiting for approval", True, [])
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(run).state.name == "Suspended"
    (asked,) = list_approvals(run)
    assert (asked.tool, asked.arguments, asked.state) == ("refund", {"customer": "Ada", "amount": 20}, "asked")
    with pytest.raises(RunSuspended):
        resume(run)  # nobody has decided yet
    assert len(list_approvals(run)) == 1
    decided = decide(asked, approved=True, origin="test", note="Loyal customer.")
    assert (decided.state, decided.note) == ("approved", "Loyal customer.")
    assert resume(run).result == "Done."
    assert (find_run(run).state, PAID, server.count) == ("completed", [("Ada", 20)], 2)


def test_a_denied_call_is_not_made_and_the_model_is_told_why(server):
    """The note of who decided is what the model reads as the result of its call."""
    run = begin(server)
    decide(list_approvals(run)[0], approved=False, origin="test", note="Too late.")
    assert resume(run).result == "Done."
    assert (PAID, server.count) == ([], 2)
    assert "A person denied this call. They wrote: Too late." in server.requests[1].text


@pytest.mark.scale
def test_a_call_is_made_with_the_arguments_that_a_person_gives(server):
    """The tool gets the new arguments, and the model is told of them."""
    run = begin(server)
    new = {"customer": "Ada", "amount": 5}
    decide(list_approvals(run)[0], approved=True, origin="test", new_arguments=new)
    assert resume(run).result == "Done."
    assert PAID == [("Ada", 5)]
    assert "approved the call of refund with these arguments instead" in server.requests[1].text


def test_a_decision_holds_for_one_request_once(server):
    """A second decision about the same request is refused, with who decided before."""
    (asked,) = list_approvals(begin(server))
    decide(asked, approved=False, origin="test")
    with pytest.raises(ApprovalError, match="is denied already, by "):
        decide(asked, approved=True, origin="test")


@flow
async def from_file(base_url: str, model: str) -> str:
    """Ask with data that is read when the flow runs."""
    return (await clerk(base_url, model).run("Ada wants her money back.", deps=DATA[-1])).output


DATA = ["orders of May"]


def test_what_has_changed_is_asked_again(server, monkeypatch):
    """An approval for other data, or under another policy, is not used; an open request of another way expires."""
    run = begin(server, from_file)
    decide(list_approvals(run)[0], approved=True, origin="test")
    monkeypatch.setattr(f"{__name__}.DATA", ["orders of June"])
    with pytest.raises(RunSuspended):
        resume(run)
    (june,) = list_approvals(run)
    monkeypatch.setenv("ANALYST_APPROVAL_SECONDS", "1000000")
    get_settings.cache_clear()
    with pytest.raises(RunSuspended):
        resume(run)
    (under_policy,) = list_approvals(run)
    assert (under_policy.changed, PAID) == (["policy"], [])
    monkeypatch.setattr(f"{__name__}.DATA", ["orders of July"])
    with pytest.raises(RunSuspended):
        resume(run)
    states = {one.id: one.state for one in list_approvals(run, waiting=False)}
    assert [states[june.id], states[under_policy.id]] == ["expired", "expired"]
    assert sorted(states.values()) == ["approved", "asked", "expired", "expired"]


def test_a_decision_of_somebody_who_may_not_decide_any_more_does_not_count(server, monkeypatch):
    """Authority is checked when it is decided, and again when the run goes on."""
    run = begin(server)
    (asked,) = list_approvals(run)
    decide(asked, approved=True, origin="test")
    monkeypatch.setenv("ANALYST_APPROVERS", "somebody-else")
    get_settings.cache_clear()
    with pytest.raises(RunSuspended):
        resume(run)
    (again,) = list_approvals(run)
    assert (again.id, again.state, again.by, PAID) == (asked.id, "asked", None, [])
    with pytest.raises(ApprovalError, match="not among those who may decide"):
        decide(again, approved=True, origin="test")


@pytest.mark.parametrize(
    ("on_timeout", "state", "overdue"),
    [
        ("deny", "expired", False),
        pytest.param("escalate", "asked", True, marks=pytest.mark.scale),
    ],
)
def test_time_never_approves(on_timeout, state, overdue, server, monkeypatch):
    """A request that nobody decides in time counts as denied, or stays open as overdue."""
    monkeypatch.setenv("ANALYST_APPROVAL_SECONDS", "1000")
    monkeypatch.setenv("ANALYST_APPROVAL_TIMEOUT", on_timeout)
    get_settings.cache_clear()
    run = begin(server)
    with get_store().writing() as connection:
        connection.execute(update(ApprovalRow).where(ApprovalRow.run == run).values(expires=1.0))
    (found,) = list_approvals(run, waiting=False)
    assert (found.state, found.overdue) == (state, overdue)
    if state == "expired":
        assert resume(run).result == "Done."
        assert "nobody approved it in time" in server.requests[1].text
    else:
        with pytest.raises(RunSuspended):
            resume(run)
    assert PAID == []


@flow
async def side_by_side(base_url: str, model: str) -> list[str]:
    """Two agents beside each other, one of them with a tool that runs an agent of its own."""
    inner = clerk(base_url, model)
    outer = Agent(OpenAIChatModel(model, provider=OpenAIProvider(base_url=base_url, api_key="test")), name="desk")

    @outer.tool_plain
    async def hand_on(what: str) -> str:
        """Have the clerk do it."""
        return (await inner.run(what, deps="")).output

    runs = PrefectAgent(outer).run("Bob complains."), inner.run("Cid complains.", deps="")
    return [result.output for result in await asyncio.gather(*runs)]


@pytest.mark.scale
def test_agents_side_by_side_and_inside_tools_wait_together():
    """Both calls are asked before the run stops; every model request and every call is made once."""

    def answer(request: ChatRequest) -> Reply:
        first, asked = str(request.body["messages"][0]["content"]), request.last["role"] == "user"
        if not asked:
            return says(f"Done: {first}")
        return (
            calls("hand_on", what="Bob, by hand")
            if first == "Bob complains."
            else calls("refund", customer=first, amount=1)
        )

    PAID.clear()
    with ModelServer(answer) as server:
        run = begin(server, side_by_side)
        waiting = list_approvals(run)
        assert {span.state for span in read_trace(find_run(run)).spans if span.parent is not None} == {
            "finished",
            "cancelled",
        }
        assert sorted(one.arguments["customer"] for one in waiting) == ["Bob, by hand", "Cid complains."]
        decide(waiting[0], approved=True, origin="test")
        with pytest.raises(RunSuspended):
            resume(run)
        decide(waiting[1], approved=True, origin="test")
        assert sorted(resume(run).result) == ["Done: Bob complains.", "Done: Cid complains."]
        assert server.count == 6
    assert sorted(PAID) == [("Bob, by hand", 1), ("Cid complains.", 1)]


@task
async def handled(base_url: str, model: str) -> str:
    """Ask inside a task of the user's own."""
    return (await clerk(base_url, model).run("Ada wants her money back.", deps="")).output


@flow
async def with_task(base_url: str, model: str) -> str:
    """An agent in a task."""
    return await handled(base_url, model)


@pytest.mark.scale
def test_an_agent_inside_a_task_waits_too(server):
    """Prefect cannot suspend a task: its flow run fails, our record says that it waits, and it goes on all the same."""
    with pytest.raises(WaitingForApproval):
        asyncio.run(with_task(server.base_url, f"m-{uuid4()}"))
    run = recent_runs()[0]
    assert run.state == "waiting for approval"
    decide(list_approvals(run.id)[0], approved=True, origin="test")
    assert resume(run.id).result == "Done."
    assert (find_run(run.id).state, PAID, server.count) == ("completed", [("Ada", 20)], 2)
