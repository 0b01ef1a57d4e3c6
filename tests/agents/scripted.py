"""A scripted agent for tests of durability: its model calls `step` a number of times, and every call is counted."""

from collections import Counter
from collections.abc import Callable

from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel


class Scripted:
    """An agent whose model asks for `steps` calls of the tool `step`, one after the other, then answers.

    Attributes:
        calls: How often the model (`model`) and each tool call (`step 0`, `step 1`, …) were really made.
        before_step: Called with the step's number inside the tool; raise there to make the tool fail.
    """

    def __init__(self, steps: int = 5, name: str = "scripted") -> None:
        self.steps = steps
        self.calls: Counter[str] = Counter()
        self.before_step: Callable[[int], None] = lambda _: None
        self.agent = Agent(FunctionModel(self._answer), name=name)
        self.agent.tool_plain(self.step)

    def _answer(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        self.calls["model"] += 1
        step = sum(isinstance(message, ModelResponse) for message in messages)
        if step < self.steps:
            return ModelResponse(parts=[ToolCallPart("step", {"number": step})])
        return ModelResponse(parts=[TextPart(f"answer {self.calls['model']}")])

    def step(self, number: int) -> int:
        """Do one step."""
        self.calls[f"step {number}"] += 1
        self.before_step(number)
        return number

    def fail_once_in_step(self, number: int) -> None:
        """Make the given step raise the first time it is reached."""

        def before(current: int) -> None:
            if current == number and self.calls[f"step {number}"] == 1:
                raise RuntimeError("fails once")

        self.before_step = before
