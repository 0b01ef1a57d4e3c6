"""The model `offline`: fixed rules in place of a language model. No key, no network, no cost."""

from collections.abc import Sequence

from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, ToolCallPart, UserPromptPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from agents.evidence import collect_evidence
from agents.offline_model import OfflineModel
from agents.offline_plan import Call, plan
from agents.outputs import Evidence
from analytics.results import DatasetProfile

_MOST_TRIES = 2


class OfflineAnalyst(OfflineModel):
    """Drives the analyst's tools by rules and fills its output from their results.

    It has no memory: each answer follows from the messages alone, so a run that was cut off goes on the same way. The
    steps are: profile, then everything the profile and the question call for at once, then the analysis.
    """

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,  # noqa: ARG002 - there is nothing to set
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Answer with the next step's tool calls."""
        if not any(tool.name == "profile_dataset" for tool in model_request_parameters.function_tools):
            text = "The offline model only works for the data analyst. Choose a language model with --model."
            return ModelResponse(parts=[TextPart(text)], model_name=self.model_name, provider_name=self.system)
        step = sum(isinstance(message, ModelResponse) for message in messages)
        output = next((tool.name for tool in model_request_parameters.output_tools), "final_result")
        parts = [
            # Ids that follow from the place in the run, so that the same run has the same messages.
            ToolCallPart(call.tool, call.arguments, tool_call_id=f"offline_{step}_{number}")
            for number, call in enumerate(_next_calls(messages, output))
        ]
        return ModelResponse(parts=parts, model_name=self.model_name, provider_name=self.system)


def _next_calls(messages: Sequence[ModelMessage], output: str) -> list[Call]:
    from agents.offline_write import write

    evidence = collect_evidence(messages)
    made = [call for message in messages if isinstance(message, ModelResponse) for call in message.tool_calls]
    profile = _profile(evidence)
    if profile is None and sum(call.tool_name == "profile_dataset" for call in made) < _MOST_TRIES:
        return [Call("profile_dataset", {})]
    question = _question(messages)
    if profile is not None and all(call.tool_name == "profile_dataset" for call in made):
        calls = plan(profile, question)
        if calls:
            return calls
    return [Call(output, write(evidence, question).model_dump(mode="json", exclude={"unverified"}))]


def _profile(evidence: Sequence[Evidence]) -> DatasetProfile | None:
    return next((item.result for item in evidence if isinstance(item.result, DatasetProfile)), None)


def _question(messages: Sequence[ModelMessage]) -> str | None:
    from agents.analyst import question_of

    for message in messages:
        if isinstance(message, ModelRequest):
            for part in message.parts:
                if isinstance(part, UserPromptPart) and isinstance(part.content, str):
                    return question_of(part.content)
    return None
