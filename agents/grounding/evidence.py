"""Evidence: every result of a data tool gets an id, and every number in a finding has to be held by what it cites."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from pydantic_ai import ModelRetry, RunContext
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

from agents.grounding.compact_results import compact
from agents.grounding.facts import facts_of
from agents.grounding.support import held_date, held_number, mentioned
from agents.grounding.written_numbers import read
from agents.outputs import DataAnalysis, Evidence, Finding
from agents.toolsets.data_tools import DATA_TOOLS
from agents.toolsets.deps import AnalystDeps
from analytics.results import AnalysisResult

MOST_ASKS = 2
"""How often a model is asked to put unsupported numbers right before they are marked instead."""

_ASK = "Some numbers are not in the evidence cited:"
_RESULT: TypeAdapter[AnalysisResult] = TypeAdapter(AnalysisResult)


@dataclass
class EvidenceIds(AbstractCapability[AgentDepsT]):
    """Gives each data tool's result its id, and shows the model the short form.

    It works outside the durable step, where the stored result comes back, from the message history alone: the id is the
    call's ordinal among all calls of data tools. So parallel calls, retries and replays get the same ids. A call that
    failed uses up its number.
    """

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
        if tool_def.name not in DATA_TOOLS:
            return result
        evidence = Evidence(
            id=f"E{ordinal(ctx.messages, call, DATA_TOOLS)}",
            tool=tool_def.name,
            arguments={name: value for name, value in args.items() if value is not None},
            result=_RESULT.validate_python(result),
        )
        metadata = {"evidence": [evidence.model_dump(mode="json")]}
        return ToolReturn[Any](return_value=compact(evidence.id, evidence.result), metadata=metadata)


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


def collect_evidence(messages: Sequence[ModelMessage]) -> list[Evidence]:
    """Every tool result of a run, in the order of the ids, from its messages alone.

    The messages may come from a live run or be read back from JSON.
    """
    found = [
        Evidence.model_validate(item)
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, ToolReturnPart) and isinstance(part.metadata, dict)
        for item in part.metadata.get("evidence", ())
    ]
    return sorted(found, key=lambda evidence: int(evidence.id[1:]))


def unsupported_numbers(statement: str, evidence: Sequence[Evidence], names: Collection[str] = ()) -> list[str]:
    """Numbers and dates of a sentence that its evidence does not hold, as they are written.

    Rounding to the digits written is understood, and percentages (12.3 % for 0.123, or for a part of a whole that one
    result holds), k, million and billion, `drop of 5` for -5, bounds (`over 400` for 472), counts of listed items,
    parts of dates; sums, differences and ratios only of entries that the sentence names and only if it says so
    (`together`, `more than`, `3 times`), because with many numbers anything could be derived.

    Args:
        statement: Prose.
        evidence: The results that it cites.
        names: Further names whose digits are no numbers, such as columns of other results.
    """
    facts = facts_of(item.result for item in evidence)
    known = {*facts.names, *names}
    numbers, dates = read(statement, known)
    about = mentioned(facts, statement, numbers, dates)
    missing = [date.text for date in dates if not (date.between or held_date(date, facts))]
    missing += [number.text for number in numbers if not held_number(number, facts, about, statement)]
    return list(dict.fromkeys(missing))


@dataclass(frozen=True)
class Problem:
    """Something in an analysis that the evidence does not support.

    Attributes:
        where: The part of the analysis, in words.
        finding: The finding, or None for the summary.
        numbers: Numbers that were not found.
        unknown: Evidence ids that do not exist.
        hint: Where the numbers are, if other evidence holds them.
    """

    where: str
    finding: Finding | None
    numbers: list[str]
    unknown: list[str]
    hint: str

    def __str__(self) -> str:
        lines = [f"no evidence is called {', '.join(self.unknown)}"] if self.unknown else []
        if self.numbers:
            cited = ", ".join(self.finding.evidence) if self.finding else "any evidence"
            lines.append(f"{', '.join(map(repr, self.numbers))} not in {cited or 'evidence: it cites none'}{self.hint}")
        return f"{self.where}: {'; '.join(lines)}."


def problems_of(analysis: DataAnalysis, evidence: Sequence[Evidence]) -> list[Problem]:
    """What the evidence does not support: numbers, dates and evidence ids of the findings and the summary."""
    by_id = {item.id: item for item in evidence}
    names = facts_of(item.result for item in evidence).names
    problems: list[Problem] = []
    for title, findings in (("key_findings", analysis.key_findings), ("anomalies", analysis.anomalies)):
        for number, finding in enumerate(findings, start=1):
            unknown = [cited for cited in finding.evidence if cited not in by_id]
            cited = [by_id[cited] for cited in finding.evidence if cited in by_id]
            missing = unsupported_numbers(finding.statement, cited, names)
            if missing or unknown:
                hint = _hint(missing, evidence)
                problems.append(Problem(f"{title}, number {number}", finding, missing, unknown, hint))
    if missing := unsupported_numbers(analysis.summary, evidence, names):
        problems.append(Problem("summary", None, missing, [], ""))
    return problems


def _hint(missing: Sequence[str], evidence: Sequence[Evidence]) -> str:
    holders = [item.id for item in evidence if missing and not unsupported_numbers(" and ".join(missing), [item])]
    return f" (but in {holders[0]}: cite it)" if holders else ""


def check_evidence(ctx: RunContext[AnalystDeps], analysis: DataAnalysis) -> DataAnalysis:
    """Output validator: have unsupported numbers put right, at most twice, then mark them.

    Raises:
        ModelRetry: Naming each finding, the numbers and what it cites.
    """
    return checked(ctx, analysis, collect_evidence(ctx.messages))


def checked(ctx: RunContext[Any], analysis: DataAnalysis, evidence: Sequence[Evidence]) -> DataAnalysis:
    """`check_evidence` for an agent whose evidence is not all its own.

    Args:
        ctx: The run that wrote the analysis.
        analysis: What to check.
        evidence: All that it may cite.

    Raises:
        ModelRetry: As `check_evidence`.
    """
    analysis = _with_plain_ids(analysis)
    problems = problems_of(analysis, evidence)
    if problems and times_asked(ctx.messages, _ASK) < MOST_ASKS and ctx.retry < ctx.max_retries:
        listed = "\n".join(f"- {problem}" for problem in problems)
        raise ModelRetry(f"{_ASK}\n{listed}\nCite the evidence that holds the number, correct it, or leave it out.")
    return _marked(analysis, problems)


def times_asked(messages: Sequence[ModelMessage], opening: str) -> int:
    """How often the model was asked again by a message that begins with `opening`."""
    return sum(
        isinstance(part.content, str) and part.content.startswith(opening)
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, RetryFeedbackPart) or (isinstance(part, ToolReturnPart) and part.outcome == "retried")
    )


def _with_plain_ids(analysis: DataAnalysis) -> DataAnalysis:
    """Read `[E2]`, `e2` and `E2, E3` as they are meant."""

    def plain(finding: Finding) -> Finding:
        ids = [
            f"E{number}" for cited in finding.evidence for number in re.findall(r"\bE ?(\d+)\b", cited, re.IGNORECASE)
        ]
        return finding.model_copy(update={"evidence": list(dict.fromkeys(ids)) or finding.evidence})

    key_findings, anomalies = (list(map(plain, part)) for part in (analysis.key_findings, analysis.anomalies))
    return analysis.model_copy(update={"key_findings": key_findings, "anomalies": anomalies})


def _marked(analysis: DataAnalysis, problems: Sequence[Problem]) -> DataAnalysis:
    """The analysis with what failed the check in `unverified`, whatever a model wrote there itself."""
    wrong = {id(problem.finding): problem for problem in problems}

    def mark(finding: Finding) -> Finding:
        problem = wrong.get(id(finding))
        known = [cited for cited in finding.evidence if problem is None or cited not in problem.unknown]
        return finding.model_copy(update={"unverified": problem.numbers if problem else [], "evidence": known})

    summary = wrong.get(id(None))
    return analysis.model_copy(
        update={
            "key_findings": [mark(finding) for finding in analysis.key_findings],
            "anomalies": [mark(finding) for finding in analysis.anomalies],
            "unverified": summary.numbers if summary else [],
        }
    )
