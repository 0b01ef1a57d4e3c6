"""Opening of a run: what fixed rules can answer of a question is looked up before the model is asked.

It saves the model a request, and small models the choice of a tool. The model sees the calls as its own, and is free to
look further.
"""

import re
from dataclasses import dataclass

from anyio import to_thread
from pydantic_ai import RunContext
from pydantic_ai.capabilities import AbstractCapability, WrapModelRequestHandler
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, ToolCallPart, UserPromptPart
from pydantic_ai.models import ModelRequestContext

from agents.toolsets.data_tools import answer_question
from agents.toolsets.deps import AnalystDeps
from analytics.questions.ask import answerable

_QUESTION = re.compile(r"<question>\n(.*?)\n</question>", re.DOTALL)
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
    found = [match for text in texts if (match := _QUESTION.search(text))]
    return found[-1][1] if found else None
