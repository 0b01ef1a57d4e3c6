"""The model `offline`: fixed rules in place of a language model. No key, no network, no cost."""

from collections.abc import Sequence

from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from agents.evidence import collect_evidence
from agents.offline_model import OfflineModel, opening_prompt
from agents.offline_plan import Call, plan
from agents.outputs import Evidence
from analytics.results import DatasetProfile

_MOST_TRIES = 2


class OfflineAnalyst(OfflineModel):
    """Drives the analyst's tools by rules and fills its output from their results.

    The steps are: profile, then everything the profile and the question call for at once, then the analysis.
    """

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Answer with the next step's tool calls."""
        if not any(tool.name == "profile_dataset" for tool in model_request_parameters.function_tools):
            text = "The offline model only works for the data analyst. Choose a language model with --model."
            return ModelResponse(parts=[TextPart(text)], model_name=self.model_name, provider_name=self.system)
        return await super().request(messages, model_settings, model_request_parameters)

    def next_calls(self, messages: Sequence[ModelMessage], output: str) -> list[Call]:
        """The calls of the next step."""
        return _next_calls(messages, output)


def _next_calls(messages: Sequence[ModelMessage], output: str) -> list[Call]:
    from agents.analyst import question_of
    from agents.offline_write import write

    evidence = collect_evidence(messages)
    made = [call for message in messages if isinstance(message, ModelResponse) for call in message.tool_calls]
    profile = _profile(evidence)
    if profile is None and sum(call.tool_name == "profile_dataset" for call in made) < _MOST_TRIES:
        return [Call("profile_dataset", {})]
    question = question_of(opening_prompt(messages))
    if profile is not None and all(call.tool_name == "profile_dataset" for call in made):
        calls = plan(profile, question)
        if calls:
            return calls
    return [Call(output, write(evidence, question).model_dump(mode="json", exclude={"unverified"}))]


def _profile(evidence: Sequence[Evidence]) -> DatasetProfile | None:
    return next((item.result for item in evidence if isinstance(item.result, DatasetProfile)), None)
