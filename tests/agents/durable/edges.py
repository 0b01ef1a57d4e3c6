"""Models of tests that note what they were asked."""

from typing import Any

from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel


class Asks:
    """A model that makes the given tool calls in its first answer, and then says how often it was asked."""

    def __init__(self, *calls: ToolCallPart) -> None:
        self.asked = 0
        self.calls = list(calls)

    def model(self) -> FunctionModel:
        return FunctionModel(self._answer, model_name="asks")

    def _answer(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        self.asked += 1
        first = not any(isinstance(message, ModelResponse) for message in messages)
        return ModelResponse(parts=self.calls if first and self.calls else [TextPart(f"answer {self.asked}")])


def once_more() -> Any:
    """A function that raises the first time it is called."""
    called: list[int] = []

    def fail() -> None:
        called.append(1)
        if len(called) == 1:
            raise RuntimeError("again")

    return fail
