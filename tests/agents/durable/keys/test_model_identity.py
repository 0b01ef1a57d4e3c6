"""The identity of a model: two that may answer differently are never the same."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models import Model
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.models.test import TestModel
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents.durable.keys.content import content_of
from agents.durable.keys.model_identity import account_of, is_own_kind, model_identity


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
    identities = {name: content_of(model_identity(make())) for name, make in MODELS.items()}
    assert len(set(identities.values())) == len(MODELS)
    assert identities == {name: content_of(model_identity(make())) for name, make in MODELS.items()}


def test_a_counter_in_a_model_does_not_count() -> None:
    """A model that counts its requests is the same model in a retry; one whose text was edited is another."""
    model = Loud(chat())
    before = content_of(model_identity(model))
    model.times += 1
    assert content_of(model_identity(model)) == before
    model.ending = "?"
    assert content_of(model_identity(model)) != before


def test_what_a_model_was_asked_does_not_count() -> None:
    """What Pydantic AI keeps on a model of its last request is no part of the model."""
    model = TestModel()
    before = content_of(model_identity(model))
    model.last_model_request_parameters = object()  # pyright: ignore[reportAttributeAccessIssue]
    assert content_of(model_identity(model)) == before


def test_names_stand_for_themselves() -> None:
    """A model that is only named is its name."""
    assert [model_identity(name) for name in ("openai:m", None)] == ["openai:m", None]


@pytest.mark.parametrize("wrap", [lambda model: model, Loud, lambda model: FallbackModel(chat(2), model)])
def test_an_account_is_no_part_of_the_model(wrap: Callable[[Model], Model]) -> None:
    """Another key makes another account and the same model, so that a run can go on with a key that works."""
    one, other = wrap(chat(key="one")), wrap(chat(key="two"))
    assert content_of(account_of(one)) != content_of(account_of(other))
    assert content_of(account_of(one)) == content_of(account_of(wrap(chat(key="one"))))
    assert content_of(model_identity(one)) == content_of(model_identity(other))


def test_an_account_tells_no_secret() -> None:
    """Of a client's keys and headers only a digest leaves this module."""
    assert "secret" not in repr(account_of(chat(key="secret")))
    assert account_of("openai:m") is None


def test_models_of_a_users_own_class() -> None:
    """A model of an own class is known also inside a fallback, since it may answer by what it knows of the run."""
    assert is_own_kind(Loud(chat()))
    assert is_own_kind(FallbackModel(chat(), Loud(chat())))
    assert not is_own_kind(FallbackModel(chat(), chat(2)))
    assert not is_own_kind("openai:m")
