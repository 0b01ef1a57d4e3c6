"""Evidence: every result of a data tool gets an id, in the same order in every attempt."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from pydantic_ai import RunContext
from pydantic_ai.capabilities import AbstractCapability, ValidatedToolArgs
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    RetryFeedbackPart,
    ToolCallPart,
    ToolReturn,
    ToolReturnPart,
)
from pydantic_ai.tools import AgentDepsT, ToolDefinition

from agents.grounding.tool_calls.compact_results import compact
from agents.grounding.tool_calls.repeated_calls import REPEATS, held_already, told_again, tools_called, twin_beside
from agents.outputs import Evidence
from agents.toolsets.data_tools import DATA_TOOLS
from analytics.results import AnalysisResult, KnownFacts, QueryResult

QUESTION = re.compile(r"<question>\n(.*?)\n</question>", re.DOTALL)
"""Question in the opening prompt of an analysis."""
_LONG = 1_500
"""Characters of a result from which the question is repeated after it."""
_LONGEST_QUESTION = 300
"""Most characters of the question that is repeated after a long result."""
_ANSWERED = "Does in_words answer the question? Then call final_result now, with in_words as a finding that cites {id}."
"""Hint beside an answer in words: small models look at other columns until their requests are used up."""
_RESULT: TypeAdapter[AnalysisResult] = TypeAdapter(AnalysisResult)


@dataclass
class EvidenceIds(AbstractCapability[AgentDepsT]):
    """Gives each data tool's result its id, and shows the model the short form.

    It works outside the durable step, where the stored result comes back, from the message history alone: the id is the
    call's ordinal among all calls of data tools. So parallel calls, retries and replays get the same ids. A call that
    failed or repeated an earlier one uses up its number. A repeated one is told where its result is.
    """

    tools: tuple[str, ...] = DATA_TOOLS
    """Names of the tools whose results are evidence, in the order in which they are named as still open."""

    async def after_tool_execute(
        self,
        ctx: RunContext[AgentDepsT],
        *,
        call: ToolCallPart,
        tool_def: ToolDefinition,
        args: ValidatedToolArgs,
        result: Any,
    ) -> Any:
        """Replace the result by its short form, with the evidence as metadata that the model does not see."""
        if isinstance(result, KnownFacts):
            return _told(result, tool_def.name)
        if tool_def.name not in self.tools:
            return result
        evidence = Evidence(
            id=f"E{ordinal(ctx.messages, call, self.tools)}",
            tool=tool_def.name,
            arguments={name: value for name, value in args.items() if value is not None},
            result=_RESULT.validate_python(result),
        )
        held = held_already(evidence, collect_evidence(ctx.messages, tool=evidence.tool))
        twin = twin_beside(ctx.messages, call)
        if held is None and twin is not None:
            held = f"E{ordinal(ctx.messages, twin, self.tools)}"
        if held is not None:
            used = {item.tool for item in collect_evidence(ctx.messages)} | tools_called(ctx.messages)
            offered = (ctx.tool_manager.tools if ctx.tool_manager else None) or {}  # by the newest request
            unused = [name for name in self.tools if name in offered and name not in used]
            return ToolReturn[Any](return_value=told_again(held, unused), metadata={REPEATS: held})
        metadata = {"evidence": [evidence.model_dump(mode="json")]}
        shown = _with_question(compact(evidence.id, evidence.result), ctx.prompt)
        if isinstance(evidence.result, QueryResult) and evidence.result.in_words:
            shown["then"] = _ANSWERED.format(id=evidence.id)
        return ToolReturn[Any](return_value=shown, metadata=metadata)


def _told(known: KnownFacts, tool: str) -> ToolReturn[Any]:
    """Return facts of the memory as evidence under their own names, such as M3."""
    evidence = [Evidence(id=fact.name, tool=tool, arguments={}, result=fact) for fact in known.facts]
    metadata = {"evidence": [item.model_dump(mode="json") for item in evidence]}
    return ToolReturn[Any](return_value=known.compact(), metadata=metadata)


def _with_question(shown: dict[str, Any], prompt: object) -> dict[str, Any]:
    """A long result with the question after it: small models forget what they were asked."""
    asked = QUESTION.search(prompt) if isinstance(prompt, str) else None
    if asked is None or len(json.dumps(shown, ensure_ascii=False)) < _LONG:
        return shown
    return {**shown, "question_to_answer": asked[1][:_LONGEST_QUESTION]}


def ordinal(messages: Sequence[ModelMessage], call: ToolCallPart, tools: Collection[str]) -> int:
    """The place of a call among all calls of some tools, from 1: the same in every attempt, also for parallel calls."""
    responses = [message for message in messages if isinstance(message, ModelResponse)]
    count = sum(part.tool_name in tools for response in responses[:-1] for part in response.tool_calls)
    # Only the newest response can be under way. Ids are unique in it: Pydantic AI refuses others.
    for part in responses[-1].tool_calls:
        count += part.tool_name in tools
        if part.tool_call_id == call.tool_call_id:
            break
    return count


def collect_evidence(messages: Sequence[ModelMessage], *, tool: str | None = None) -> list[Evidence]:
    """Every tool result of a run, in the order of the ids, from its messages alone.

    Args:
        messages: Of a live run, or read back from JSON.
        tool: The only tool whose results are read: the profile of a wide table takes long to read.
    """
    found = [
        Evidence.model_validate(item)
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, ToolReturnPart) and isinstance(part.metadata, dict)
        for item in part.metadata.get("evidence", ())
        if tool is None or item["tool"] == tool
    ]
    # A fact that was told twice is one; the results of tools come before the facts.
    return sorted({item.id: item for item in reversed(found)}.values(), key=lambda item: (item.id[0], int(item.id[1:])))


def times_asked(messages: Sequence[ModelMessage], opening: str) -> int:
    """Count the messages that begin with `opening` and asked the model again."""
    return sum(
        isinstance(part.content, str) and part.content.startswith(opening)
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, RetryFeedbackPart) or (isinstance(part, ToolReturnPart) and part.outcome == "retried")
    )
