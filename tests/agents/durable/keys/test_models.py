"""Models: two that may answer differently never share an answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models import Model
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.instrumented import InstrumentedModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.models.test import TestModel
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from agents.durable.keys.content import content_of
from agents.durable.keys.models import account_of, is_own_kind, live_in, models_in, what_answers
from cache_policies import ACROSS_RUNS


def provider(port: int = 1, key: str = "k") -> OpenAIProvider:
    return OpenAIProvider(base_url=f"http://127.0.0.1:{port}/v1", api_key=key)


def chat(port: int = 1, name: str = "m", key: str = "k") -> Model:
    return OpenAIChatModel(name, provider=provider(port, key))


def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    return ModelResponse(parts=[TextPart("one")])


def other_answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    return ModelResponse(parts=[TextPart("two")])


class Loud(WrapperModel):
    """Says what the inner model says, with an ending, and counts how often."""

    def __init__(self, wrapped: Model, ending: str = "!", times: int = 1) -> None:
        super().__init__(wrapped)
        self.ending = ending
        self.times = times


class Louder(Loud): ...


def loud(**options: Any) -> Model:
    return Loud(chat(), **options)


MODELS: dict[str, Callable[[], Model]] = {
    "chat": chat,
    "other server": lambda: chat(2),
    "other name": lambda: chat(name="n"),
    "other API": lambda: OpenAIResponsesModel("m", provider=provider()),
    "own settings": lambda: OpenAIChatModel("m", provider=provider(), settings={"temperature": 1}),
    "wrapped": loud,
    "wrapped with another ending": lambda: loud(ending="?"),
    "wrapped more often": lambda: loud(times=2),
    "wrapped by another class": lambda: Louder(chat()),
    "wrapped, other server": lambda: Loud(chat(2)),
    "wrapped twice": lambda: Loud(loud()),
    "fallback": lambda: FallbackModel(chat(), chat(name="n")),
    "fallback in another order": lambda: FallbackModel(chat(name="n"), chat()),
    "fallback to another server": lambda: FallbackModel(chat(), chat(2, "n")),
    "fallback on another error": lambda: FallbackModel(chat(), chat(name="n"), fallback_on=(ValueError,)),
    "test": lambda: TestModel(custom_output_text="one"),
    "test with another text": lambda: TestModel(custom_output_text="two"),
    "test with another seed": lambda: TestModel(custom_output_text="one", seed=1),
    "function": lambda: FunctionModel(answer, model_name="f"),
    "other function": lambda: FunctionModel(other_answer, model_name="f"),
}


def test_models_that_may_answer_differently_differ() -> None:
    """All of these models have identities of their own, and each is the same when it is made anew."""
    identities = {name: content_of(what_answers(make())) for name, make in MODELS.items()}
    assert len(set(identities.values())) == len(MODELS)
    assert identities == {name: content_of(what_answers(make())) for name, make in MODELS.items()}


def test_a_counter_in_a_model_does_not_count() -> None:
    """A model that counts its requests is the same model in a retry; one whose text was edited is another."""
    model = Loud(chat())
    before = content_of(what_answers(model))
    model.times += 1
    assert content_of(what_answers(model)) == before
    model.ending = "?"
    assert content_of(what_answers(model)) != before


def test_what_a_model_was_asked_does_not_count() -> None:
    """Pydantic AI's record of the last request on a model is no part of the model."""
    model = TestModel()
    before = content_of(what_answers(model))
    model.last_model_request_parameters = object()  # pyright: ignore[reportAttributeAccessIssue]
    assert content_of(what_answers(model)) == before


def test_names_stand_for_themselves() -> None:
    """A model that is only named is its name."""
    assert [what_answers(name) for name in ("openai:m", None)] == ["openai:m", None]


@pytest.mark.parametrize("wrap", [lambda model: model, Loud, lambda model: FallbackModel(chat(2), model)])
def test_an_account_is_no_part_of_the_model(wrap: Callable[[Model], Model]) -> None:
    """Another key makes another account and the same model, so that a run can go on with a key that works."""
    one, other = wrap(chat(key="one")), wrap(chat(key="two"))
    assert content_of(account_of(one)) != content_of(account_of(other))
    assert content_of(account_of(one)) == content_of(account_of(wrap(chat(key="one"))))
    assert content_of(what_answers(one)) == content_of(what_answers(other))


def test_an_account_tells_no_secret() -> None:
    """Of a client's keys and headers only a digest leaves this module."""
    assert "secret" not in repr(account_of(chat(key="secret")))
    assert account_of("openai:m") == account_of(None)


def test_models_of_a_users_own_class() -> None:
    """A model of an own class is known as one, since it may answer by what it knows of the run."""
    assert is_own_kind(Loud(chat()))
    assert not is_own_kind(FallbackModel(chat(), Loud(chat())))
    assert not is_own_kind("openai:m")
    assert [type(inner) for inner in models_in(FallbackModel(chat(), Loud(chat())))] == [OpenAIChatModel, Loud]


def test_a_wrapper_that_only_looks_on_is_what_it_wraps() -> None:
    """A model that is watched by Pydantic AI's instrumentation is the same model."""
    assert content_of(what_answers(InstrumentedModel(chat()))) == content_of(what_answers(chat()))


def test_what_a_model_holds_without_content() -> None:
    """Objects without content in a user's own model or function are found, also inside other models."""
    holder, log, rows = Loud(chat()), list[int](), iter(())
    holder.connection = rows  # pyright: ignore[reportAttributeAccessIssue]
    assert live_in(FallbackModel(chat(), holder)) == [rows]
    assert live_in(FunctionModel(lambda m, i: log.append(1) or answer(m, i))) == [log]
    assert live_in(chat()) == live_in(Loud(chat())) == live_in("openai:m") == []


class Shouts(WrapperModel):
    """Changes the answers of the model inside it."""

    def __init__(self, wrapped: Model, mark: str = "!", seen: int = 0) -> None:
        super().__init__(wrapped)
        self.mark, self.seen = mark, seen

    async def request(self, *args: Any) -> ModelResponse:
        answer = await super().request(*args)
        return ModelResponse(parts=[TextPart(f"{part.content}{self.mark}") for part in answer.parts])


@pytest.mark.usefixtures("prefect_server")
async def test_wrapped_models_do_not_share() -> None:
    """Under `ACROSS_RUNS`, a model that changes answers is not given those of the model inside it."""
    prompt, policy = f"ask {uuid4()}", ACROSS_RUNS(expires=timedelta(minutes=1))
    answers = [
        (await PrefectAgent(Agent(model, name="asker"), cache_policy=policy).run(prompt)).output
        for model in (FunctionModel(answer), Shouts(FunctionModel(answer)), FunctionModel(other_answer))
    ]
    assert answers == ["one", "one!", "two"]


@pytest.mark.usefixtures("prefect_server")
async def test_model_of_a_capability() -> None:
    """The model that a request was sent to counts, not the one that the run began with."""
    from pydantic_ai.capabilities import Hooks

    class Swap(Hooks[Any]):
        to: Any = None

        async def before_model_request(self, ctx: Any, request_context: Any) -> Any:
            request_context.model = type(self).to
            return request_context

    prompt, policy = f"ask {uuid4()}", ACROSS_RUNS(expires=timedelta(minutes=1))
    agent = PrefectAgent(Agent(FunctionModel(answer), name="swapped", capabilities=[Swap()]), cache_policy=policy)

    @flow
    async def around() -> list[str]:
        answers: list[str] = []
        for Swap.to in (FunctionModel(answer), FunctionModel(other_answer)):
            answers.append((await agent.run(prompt)).output)
        return answers

    assert await around() == ["one", "two"]


@pytest.mark.usefixtures("prefect_server")
async def test_functions_that_count_their_calls() -> None:
    """A model and a tool that count their calls in a variable are found again by a retry."""
    asked = looked = attempts = 0

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        nonlocal asked
        asked += 1
        return ModelResponse(parts=[ToolCallPart("look")] if len(messages) == 1 else [TextPart("done")])

    agent = Agent(FunctionModel(answer), name="counting")

    @agent.tool_plain
    def look() -> int:
        nonlocal looked
        looked += 1
        return looked

    durable = PrefectAgent(agent)

    @flow(retries=1)
    async def around() -> None:
        nonlocal attempts
        await durable.run("go")
        attempts += 1
        if attempts == 1:
            raise RuntimeError("again")

    await around()
    assert (asked, looked) == (2, 1)
