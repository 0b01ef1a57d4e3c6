"""Base class of the rule-based models: they answer with tool calls that follow from the messages alone."""

from abc import abstractmethod
from collections.abc import Sequence

from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, ToolCallPart, UserPromptPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from agents.offline.planning.calls import PlannedCall


class OfflineModel(Model):
    """Fixed rules in place of a language model. It has no memory: an interrupted run goes on the same way."""

    def __init__(self) -> None:
        super().__init__()

    @property
    def model_name(self) -> str:
        """`offline`."""
        return "offline"

    @property
    def system(self) -> str:
        """`offline`."""
        return "offline"

    @property
    def model_id(self) -> str:
        """`offline`, without the provider that other models have in front."""
        return "offline"

    @abstractmethod
    def next_calls(self, messages: Sequence[ModelMessage], output: str) -> list[PlannedCall]:
        """The calls of the next step.

        Args:
            messages: The conversation so far.
            output: Name of the tool that hands in the result.
        """

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,  # noqa: ARG002 - there is nothing to set
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Answer with the next step's tool calls."""
        step = sum(isinstance(message, ModelResponse) for message in messages)
        output = next((tool.name for tool in model_request_parameters.output_tools), "final_result")
        parts = [
            # Ids that follow from the place in the run, so that the same run has the same messages.
            ToolCallPart(call.tool, call.arguments, tool_call_id=f"offline_{step}_{number}")
            for number, call in enumerate(self.next_calls(messages, output))
        ]
        return ModelResponse(parts=parts, model_name=self.model_name, provider_name=self.system)


def opening_prompt(messages: Sequence[ModelMessage]) -> str:
    """The first text that the user gave."""
    for message in messages:
        if isinstance(message, ModelRequest):
            for part in message.parts:
                if isinstance(part, UserPromptPart) and isinstance(part.content, str):
                    return part.content
    return ""
