"""Two models that may answer differently never share an answer."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models import Model
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.instrumented import InstrumentedModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.models.test import TestModel
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings

from agents import PrefectAgent
from agents.durable.identity import content_of
from agents.durable.operations.models import what_answers, what_it_holds
from cache_policies import ACROSS_RUNS


def provider(port: int = 1, key: str = "key") -> OpenAIProvider:
    return OpenAIProvider(base_url=f"http://127.0.0.1:{port}/v1", api_key=key)


class Shout(WrapperModel):
    """Changes the answers of the model inside it."""

    def __init__(self, wrapped: Model, mark: str = "!", seen: int = 0) -> None:
        super().__init__(wrapped)
        self.mark, self.seen = mark, seen

    async def request(self, *args: Any) -> ModelResponse:
        answer = await super().request(*args)
        return ModelResponse(parts=[TextPart(f"{part.content}{self.mark}") for part in answer.parts])


def yes(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    return ModelResponse(parts=[TextPart("yes")])


def no(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    return ModelResponse(parts=[TextPart("no")])


def chat(name: str = "m", port: int = 1, **options: Any) -> OpenAIChatModel:
    return OpenAIChatModel(name, provider=provider(port), **options)


def test_models_that_differ() -> None:
    """Models differ by class, name, address, settings, functions, what they are wrapped in, and what is inside."""
    models: list[Model] = [
        chat(),
        chat("n"),
        chat(port=2),
        chat(settings=ModelSettings(temperature=0)),
        OpenAIResponsesModel("m", provider=provider()),
        Shout(chat()),
        Shout(chat(port=2)),
        Shout(chat(), "?"),
        FallbackModel(chat(), chat("n")),
        FallbackModel(chat(port=2), chat("n")),
        FallbackModel(chat("n"), chat()),
        FunctionModel(yes),
        FunctionModel(no),
        TestModel(),
        TestModel(custom_output_text="hm"),
    ]
    assert len({content_of(what_answers(model)) for model in models}) == len(models)


def test_models_that_are_the_same() -> None:
    """A model made anew, with another key, or only watched, is the same one; so is one that has counted its answers."""
    same = [chat(), OpenAIChatModel("m", provider=provider(key="new")), InstrumentedModel(chat())]
    assert len({content_of(what_answers(model)) for model in same if not isinstance(model, InstrumentedModel)}) == 1
    assert content_of(what_answers(InstrumentedModel(chat()))) == content_of([what_answers(chat())])
    assert content_of(what_answers(Shout(chat()))) == content_of(what_answers(Shout(chat(), seen=7)))
    assert what_it_holds(Shout(chat()))[0] != what_it_holds(Shout(chat(), seen=7))[0]


def test_what_has_no_digest() -> None:
    """What a user's own model holds and cannot be told apart is named."""
    holder = Shout(chat())
    holder.connection = iter(())  # pyright: ignore[reportAttributeAccessIssue]
    assert what_it_holds(holder)[1] == ("tuple_iterator",)
    log: list[int] = []
    assert what_it_holds(FunctionModel(lambda m, i: log.append(1) or yes(m, i)))[1] == ("list",)


@pytest.mark.usefixtures("prefect_server")
async def test_wrapped_models_do_not_share() -> None:
    """Under `ACROSS_RUNS`, a model that changes answers is not given those of the model inside it."""
    prompt, policy = f"ask {uuid4()}", ACROSS_RUNS(expires=timedelta(minutes=1))
    answers = [
        (await PrefectAgent(Agent(model, name="asker"), cache_policy=policy).run(prompt)).output
        for model in (FunctionModel(yes), Shout(FunctionModel(yes)), FunctionModel(no))
    ]
    assert answers == ["yes", "yes!", "no"]


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
    agent = PrefectAgent(Agent(FunctionModel(yes), name="swapped", capabilities=[Swap()]), cache_policy=policy)

    @flow
    async def around() -> list[str]:
        answers: list[str] = []
        for Swap.to in (FunctionModel(yes), FunctionModel(no)):
            answers.append((await agent.run(prompt)).output)
        return answers

    assert await around() == ["yes", "no"]
