"""The model `offline`: fixed rules in place of a language model. No key, no network, no cost."""

from collections.abc import Sequence

from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.offline.findings.news import news_in
from agents.offline.model import OfflineModel, opening_prompt
from agents.offline.planning.calls import PlannedCall
from agents.offline.planning.plan import plan
from agents.offline.questions.plain import answer_call, values_call
from agents.offline.writing import write
from agents.outputs import Evidence
from analytics.results import DatasetProfile, RelatedColumns

_MOST_TRIES = 2
"""Most calls of the profile, of which the first may have failed."""


class OfflineAnalyst(OfflineModel):
    """Drives the analyst's tools by rules and fills its output from their results.

    The steps are: profile, then everything the profile and the question call for at once, then the analysis. Agents
    over the same tools have rules of their own: subclasses that override `next_calls`.

    Args:
        tools: Names of the only tools to call after the profile, for one step of several, the one that answers it
            first; by default all that the rules call for.
    """

    needs = "profile_dataset"
    """A tool without which the agent is not the one that the rules are for."""

    def __init__(self, tools: Sequence[str] = ()) -> None:
        super().__init__()
        self._tools = tuple(tools)
        self._offered = frozenset[str]()

    def may(self, tool: str) -> bool:
        """Return whether the newest request offers a tool."""
        return tool in self._offered

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Answer with the next step's tool calls."""
        self._offered = frozenset(tool.name for tool in model_request_parameters.function_tools)
        if self.needs not in self._offered and not calls_of(self.needs, messages):  # the profile is offered once
            text = "The offline model has no rules for this agent. Choose a language model with --model."
            return ModelResponse(parts=[TextPart(text)], model_name=self.model_name, provider_name=self.system)
        return await super().request(messages, model_settings, model_request_parameters)

    def next_calls(self, messages: Sequence[ModelMessage], output: str) -> list[PlannedCall]:
        """The calls of the next step."""
        evidence = collect_evidence(messages)
        profile, question = profile_in(evidence), question_in(messages)
        if profile is None and calls_of("profile_dataset", messages) < _MOST_TRIES:
            first = ["recall", *(["relate_columns"] if question is None and not self._tools else [])]
            others = [PlannedCall(tool, {}) for tool in first if self.may(tool) and not calls_of(tool, messages)]
            return [PlannedCall("profile_dataset", {}), *others]
        looked = sum(calls_of(tool, messages) for tool in ("profile_dataset", "recall", "relate_columns"))
        if profile is not None and calls_of(None, messages) == looked:
            planned = plan(profile, question, related_in(evidence))
            calls = [call for call in planned if not self._tools or call.tool in self._tools]
            values = values_call(question, profile) if question and not self._tools else None
            calls += [values] if values else []
            if calls:
                return calls
        dataset = dataset_in(messages)
        if profile is not None and question and not self._tools:
            call = answer_call(question, profile, evidence, dataset)
            if call is not None and not _was_made(call, messages):
                return [call]
        analysis = write(evidence, question, step=next(iter(self._tools), None), dataset=dataset)
        if self.may("remember") and not calls_of("remember", messages):
            facts = news_in(analysis, evidence)
            if facts:
                return [PlannedCall("remember", {"fact": fact, "evidence": [id_]}) for fact, id_ in facts]
        return [PlannedCall(output, analysis.model_dump(mode="json", exclude={"unverified"}))]


def _was_made(call: PlannedCall, messages: Sequence[ModelMessage]) -> bool:
    made = [part for message in messages if isinstance(message, ModelResponse) for part in message.tool_calls]
    return any(part.tool_name == call.tool and part.args_as_dict() == call.arguments for part in made)


def calls_of(tool: str | None, messages: Sequence[ModelMessage]) -> int:
    """Count the calls of a tool so far; of all tools for None."""
    made = [call for message in messages if isinstance(message, ModelResponse) for call in message.tool_calls]
    return sum(tool is None or call.tool_name == tool for call in made)


def profile_in(evidence: Sequence[Evidence]) -> DatasetProfile | None:
    """The profile of the data set, if it is there yet."""
    return next((item.result for item in evidence if isinstance(item.result, DatasetProfile)), None)


def related_in(evidence: Sequence[Evidence]) -> RelatedColumns | None:
    """The result about columns that go together; None if no tool has looked for them."""
    return next((item.result for item in evidence if isinstance(item.result, RelatedColumns)), None)


def question_in(messages: Sequence[ModelMessage]) -> str | None:
    """The question that a run is to answer."""
    from agents.analyst import question_of

    return question_of(opening_prompt(messages))


def dataset_in(messages: Sequence[ModelMessage]) -> str:
    """The name of the data set that a run is about."""
    from agents.analyst import name_in

    return name_in(opening_prompt(messages))
