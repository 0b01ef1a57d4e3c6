"""Tools whose effects can be undone: a failed run is undone, and a resumed one does again only that."""

import asyncio
from collections import Counter
from uuid import uuid4

import pytest
from prefect import flow
from pydantic import BaseModel
from pydantic_ai import Agent, ModelRetry
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent
from agents.durable.approvals.suspension import RunSuspended
from agents.durable.effect_tools import EffectError, effect, undo
from deployments import resume
from runtime.approvals.requests import decide, list_approvals
from runtime.effects import Undo, logged_effects
from runtime.runs.listing import recent_runs

pytestmark = pytest.mark.usefixtures("prefect_server")

DONE: list[str] = []
UNDONE: list[str] = []
ASKED: Counter[str] = Counter()
FAILS: list[Exception] = []


class Room(BaseModel):
    """Answer of a hotel."""

    city: str


def free_room(room: Room, key: str) -> None:
    UNDONE.append(f"room in {room.city}")


def cancel_seat(seat: str, key: str) -> None:
    UNDONE.append(seat)


seats = Undo(cancel_seat)


def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Call each tool once, one after the other."""
    ASKED[info.function_tools[0].name] += 1
    turn = len(messages) // 2
    if turn < len(info.function_tools):
        return ModelResponse(parts=[ToolCallPart(info.function_tools[turn].name, {"city": "Rome"}, f"call-{turn}")])
    return ModelResponse(parts=[TextPart("Booked.")])


airline = Agent(FunctionModel(answer), name="airline")
travel = Agent(FunctionModel(answer), name="travel")


@airline.tool_plain
def book_seat(city: str) -> str:
    """Book a seat."""

    def deliver(key: str) -> str:
        DONE.append(f"seat to {city}")
        return f"seat to {city}"

    return effect("book_seat", city, deliver, undo=seats)


flights = PrefectAgent(airline)


@travel.tool_plain
@undo(free_room)
async def book_room(city: str) -> Room:
    """Book a room."""
    DONE.append(f"room in {city}")
    return Room(city=city)


@travel.tool_plain
async def fly(city: str) -> str:
    """Have a seat booked."""
    return (await flights.run(f"A seat to {city}.")).output


@flow
async def trip(number: str) -> str:
    """Book a room and, by an agent inside a tool, a seat."""
    said = (await PrefectAgent(travel).run(f"To Rome, {number}.")).output
    if FAILS:
        raise FAILS.pop()
    return said


@pytest.fixture(autouse=True)
def _empty():
    for one in (DONE, UNDONE, ASKED, FAILS):
        one.clear()


def test_a_failed_run_is_undone_and_a_resumed_one_does_again_only_that():
    """The newest is undone first. All model answers are found again, also those of the agent inside a tool."""
    FAILS.append(RuntimeError("no visa"))
    with pytest.raises(RuntimeError, match="no visa"):
        asyncio.run(trip(str(uuid4())))
    run = recent_runs()[0].id
    assert (DONE, UNDONE) == (["room in Rome", "seat to Rome"], ["seat to Rome", "room in Rome"])
    asked = dict(ASKED)
    assert resume(run, flow=trip).result == "Booked."
    assert (DONE, UNDONE[2:], dict(ASKED)) == (["room in Rome", "seat to Rome"] * 2, [], asked)
    assert [one.state for one in logged_effects(run)] == ["done", "done"]


shop = Agent(FunctionModel(answer), name="shop")


@shop.tool_plain(requires_approval=True)
@undo(cancel_seat)
def buy(city: str) -> str:
    """Buy a ticket."""
    DONE.append(f"ticket to {city}")
    return f"ticket to {city}"


@flow
async def purchase(number: str) -> str:
    """Buy what a person has approved."""
    said = (await PrefectAgent(shop).run(f"A ticket, {number}.")).output
    if FAILS:
        raise FAILS.pop()
    return said


@pytest.mark.scale
def test_what_was_undone_is_not_done_again_without_a_new_approval():
    """The approval was for the first time, so the resumed run asks again."""
    with pytest.raises(RunSuspended) as stopped:
        asyncio.run(purchase(str(uuid4())))
    run = stopped.value.run
    decide(list_approvals(run)[0], approved=True, origin="test")
    FAILS.append(RuntimeError("no visa"))
    with pytest.raises(RuntimeError, match="no visa"):
        resume(run, flow=purchase)
    assert (DONE, UNDONE) == (["ticket to Rome"], ["ticket to Rome"])
    with pytest.raises(RunSuspended):
        resume(run, flow=purchase)
    (again,) = list_approvals(run)
    assert (again.changed, len(DONE)) == (["undone"], 1)
    decide(again, approved=True, origin="test")
    assert resume(run, flow=purchase).result == "Booked."
    assert (DONE, len(UNDONE)) == (["ticket to Rome"] * 2, 1)


def test_an_undo_tool_outside_of_flows_is_called_as_it_is():
    """Its annotation says as what its result comes back; what it raises to the model reaches it."""

    @undo(free_room)
    def room(city: str) -> Room:
        if not city:
            raise ModelRetry("Which city?")
        if city == "Oslo":
            raise OSError("no answer")
        return Room(city=city)

    assert room("Rome") == Room(city="Rome")
    with pytest.raises(ModelRetry, match="Which city"):
        room(city="")
    with pytest.raises(EffectError, match="may have happened"):
        room("Oslo")
