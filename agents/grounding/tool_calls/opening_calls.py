"""Opening of a run: what fixed rules can answer of a question is looked up before the model is asked.

It saves the model a request, and small models the choice of a tool. The model sees the calls as its own, and is free to
look further.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from anyio import to_thread
from pydantic_ai import RunContext
from pydantic_ai.capabilities import AbstractCapability, WrapModelRequestHandler
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, ToolCallPart, UserPromptPart
from pydantic_ai.models import ModelRequestContext
from pydantic_ai.tools import ToolDefinition

from agents.grounding.tool_calls.evidence_ids import QUESTION, collect_evidence
from agents.outputs import Evidence
from agents.toolsets.data_tools import DATA_TOOLS, answer_question
from agents.toolsets.deps import AnalystDeps
from analytics.questions.ask import answerable
from analytics.questions.language.sentences import sentences_of
from analytics.results import QueryResult

_MOST_CALLS = 3
"""Most sentences of a question that are answered before the model is asked."""
RULES = "rules"
"""Name of the provider and the model in the opening's message."""


@dataclass
class OpeningCalls(AbstractCapability[AnalystDeps]):
    """Calls `answer_question` in place of the first model request, where the question is understood.

    The offline model reads questions itself. What is called follows from the prompt and the data alone, so that a retry
    or a resumed run calls the same.
    """

    async def prepare_tools(
        self, ctx: RunContext[AnalystDeps], tool_defs: list[ToolDefinition]
    ) -> list[ToolDefinition]:
        """Leave a model one request to look further where the question is answered; then it hands in what there is.

        Small models else look at one column after the other until their requests are used up.
        """
        found = QUESTION.search(ctx.prompt) if isinstance(ctx.prompt, str) else None
        if found is None or not _looked_further(ctx.messages):
            return tool_defs
        return [] if any(answers_whole(item, found[1]) for item in collect_evidence(ctx.messages)) else tool_defs

    async def wrap_model_request(
        self, ctx: RunContext[AnalystDeps], *, request_context: ModelRequestContext, handler: WrapModelRequestHandler
    ) -> ModelResponse:
        """Answer the first request with calls, and leave all others to the model."""
        question = _question_of_first(ctx.messages)
        if question is None or request_context.model.system == "offline":
            return await handler(request_context)
        sentences = await to_thread.run_sync(answerable, ctx.deps.dataset, question)
        if not sentences:
            return await handler(request_context)
        calls = [
            ToolCallPart(answer_question.__name__, {"question": sentence}, tool_call_id=f"opening_{number}")
            for number, sentence in enumerate(sentences[:_MOST_CALLS])
        ]
        ctx.usage.requests -= 1  # Pydantic AI counts each answer as a request, and this one asked nobody
        return ModelResponse(parts=calls, model_name=RULES, provider_name=RULES)


def answers_whole(item: Evidence, question: str) -> bool:
    """Tell whether a result answers a question by rules that left nothing of it open."""
    whole = [item.arguments.get("question")] in ([question.strip()], [each.whole for each in sentences_of(question)])
    return whole and isinstance(item.result, QueryResult) and "Partly answered:" not in item.result.in_words


def _looked_further(messages: Sequence[ModelMessage]) -> bool:
    """Tell whether a model has called a data tool after an opening."""
    opened = any(is_opening(message) for message in messages)
    answers = [message for message in messages if isinstance(message, ModelResponse) and not is_opening(message)]
    return opened and any(call.tool_name in DATA_TOOLS for answer in answers for call in answer.tool_calls)


def is_opening(message: ModelMessage) -> bool:
    """Tell whether a message is an opening, which no model answered."""
    return isinstance(message, ModelResponse) and message.provider_name == RULES


def _question_of_first(messages: list[ModelMessage]) -> str | None:
    """The question of a prompt that nobody has answered anything to."""
    if any(isinstance(message, ModelResponse) for message in messages):
        return None
    texts = [
        part.content
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, UserPromptPart) and isinstance(part.content, str)
    ]
    found = [match for text in texts if (match := QUESTION.search(text))]
    return found[-1][1] if found else None
