"""Planner and synthesis of an investigation by fixed rules, for the model `offline`."""

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic_ai.messages import ModelMessage, ModelRequest, ToolReturnPart

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.offline.analyst import OfflineAnalyst, calls_of, profile_in, question_in
from agents.offline.findings.draft import MOST_FINDINGS
from agents.offline.model import opening_prompt
from agents.offline.phrasing import name, with_numbers
from agents.offline.planning.calls import PlannedCall
from agents.offline.planning.choice import choose
from agents.offline.planning.plan import driver_call
from agents.offline.planning.words import asks_why
from agents.offline.questions.named_periods import month_in
from agents.offline.questions.reply import NO_CAUSES
from agents.outputs import SEVERITIES, DataAnalysis, Finding
from agents.planner import MOST_STEPS, InvestigationPlan, InvestigationStep
from analytics.results import DatasetProfile

_STEPS = re.compile(r"<steps>\n(.*?)\n</steps>", re.DOTALL)
_MOST_LISTED = 5
_DRILLS = ("What makes", "What made")
"""First words of the step that looks at the group or the period in question."""
_MOST_OF_EACH = MOST_FINDINGS // 2
"""Key findings, and findings about unusual values."""
_NO_CAUSES = f"The question is partly answered: {NO_CAUSES}."
_TIMES_ASKED = "Which times"
_FIGURES_ALONE = "The question is partly answered: fixed rules look up figures about it, and draw no conclusion."


class OfflinePlanner(OfflineAnalyst):
    """Plans a step for each side from which the profile lets the question be seen."""

    def next_calls(self, messages: Sequence[ModelMessage], output: str) -> list[PlannedCall]:
        """Profile, then the plan."""
        profile = profile_in(collect_evidence(messages))
        if profile is None and calls_of("profile_dataset", messages) == 0:
            return [PlannedCall("profile_dataset", {})]
        steps = plan_steps(profile, question_in(messages))
        return [PlannedCall(output, InvestigationPlan(steps=steps).model_dump(mode="json"))]


def plan_steps(profile: DatasetProfile | None, question: str | None) -> list[InvestigationStep]:
    """Plan at most five questions about the columns that matter: when, where and with what."""
    if profile is None:
        return [InvestigationStep(question="What do the columns hold?", purpose="To know what can be asked.")]
    choice = choose(profile, question)
    if not choice.measures:
        return [
            InvestigationStep(
                question="What do the columns hold?", purpose="There is no number column to look into further."
            )
        ]
    what = name(choice.measures[0].name)
    steps: list[InvestigationStep] = []
    if question and (call := driver_call(profile, choice, question)):
        steps.append(_drill(what, call))
    if profile.time_column:
        steps.append(
            InvestigationStep(
                question=f"{_TIMES_ASKED} stand out for {what}?",
                purpose="Whether it was a single event, a season or a trend.",
                tools=["detect_anomalies", "calculate_statistics", "query"],
            )
        )
    steps += [
        InvestigationStep(
            question=f"How does {what} differ by {name(category.name)}?",
            purpose="Whether all are affected alike.",
            tools=["compare_groups", "query"],
        )
        for category in choice.categories
    ]
    if sum(column.role == "number" and column.distinct > 1 for column in profile.columns) > 1:
        steps.append(
            InvestigationStep(
                question=f"What moves together with {what}?",
                purpose="What may have to do with it.",
                tools=["correlations"],
            )
        )
    if not profile.time_column:
        steps.append(
            InvestigationStep(
                question=f"Which values of {what} are unusual?",
                purpose="Whether a few rows explain it.",
                tools=["detect_anomalies", "calculate_statistics"],
            )
        )
    return steps[:MOST_STEPS]


def _drill(what: str, call: PlannedCall) -> InvestigationStep:
    """The step that looks at the period or the group that is asked about, before anything general."""
    group, period = call.arguments.get("group"), call.arguments.get("period")
    asked = f"{_DRILLS[0]} {what} differ for {group} from the other rows?"
    if period:
        asked = f"{_DRILLS[1]} {what} change in {period}?"
    return InvestigationStep(question=asked, purpose="What the figure in question is made of.", tools=["find_drivers"])


class OfflineSynthesis(OfflineAnalyst):
    """Looks up what the period in question is made of, then ranks what the steps found and leaves out repetitions."""

    needs = "look_up"

    def next_calls(self, messages: Sequence[ModelMessage], output: str) -> list[PlannedCall]:
        """Lookups, then the answer."""
        question = question_in(messages)
        found = _STEPS.search(opening_prompt(messages))
        steps: list[dict[str, Any]] = json.loads(found[1]) if found else []
        made_up = _what_made_it_up(steps)
        if question and calls_of("look_up", messages) == 0 and not (made_up and not month_in(question)):
            # The question itself, and again by the first group of a step, since that step covered all months.
            groups = [step["question"] for step in steps if " by " in step["question"]][:1]
            more = [f"{question} {group}" for group in groups if month_in(question)]
            return [PlannedCall("look_up", {"question": asked}) for asked in (question, *more)]
        return [
            PlannedCall(
                output, _answer(steps, [*made_up, *_looked_up(messages)], question or "").model_dump(mode="json")
            )
        ]


def _what_made_it_up(steps: Sequence[dict[str, Any]]) -> list[Finding]:
    """The first findings of the step that drilled into the period or group in question."""
    drilled = [step for step in steps if step["question"].startswith(_DRILLS)]
    return [Finding.model_validate(step["key_findings"][0]) for step in drilled if step.get("key_findings")]


def _looked_up(messages: Sequence[ModelMessage]) -> list[Finding]:
    """Findings made of the lookups' answers."""
    found: dict[str, Finding] = {}
    for message in messages:
        for part in message.parts if isinstance(message, ModelRequest) else ():
            if isinstance(part, ToolReturnPart) and part.tool_name == "look_up" and isinstance(part.content, dict):
                cited = [result["evidence"] for result in part.content["results"]]
                answer = part.content["answer"]
                claims = part.metadata.get("claims", []) if isinstance(part.metadata, dict) else []
                found[answer] = Finding(
                    statement=answer,
                    evidence=cited,
                    severity="medium" if found else "high",
                    reason="It is what the period in question is made of.",
                    claims=claims,
                )
    return list(found.values())


def _answer(steps: Sequence[dict[str, Any]], looked_up: list[Finding], question: str) -> DataAnalysis:
    key_findings, anomalies = _ranked(steps, "key_findings"), _bearing_on(question, _ranked(steps, "anomalies"))
    key_findings = list({finding.statement: finding for finding in [*looked_up, *key_findings]}.values())
    worst = sorted([*anomalies, *key_findings], key=lambda finding: SEVERITIES.index(finding.severity))
    said = [finding.statement for finding in [*looked_up, *worst[:1]]]
    partly = _NO_CAUSES if asks_why(question) else _FIGURES_ALONE
    analysis = DataAnalysis(
        answered="partly answered" if looked_up else "not answered",
        unanswered=partly if looked_up else "The question is not answered: the fixed rules found nothing about it.",
        summary=" ".join(dict.fromkeys(said)) or "The rules found nothing that stands out.",
        key_findings=key_findings[:_MOST_OF_EACH],
        anomalies=anomalies[:_MOST_OF_EACH],
        recommendations=[],
        limitations=[
            f"{_beside(steps)} need not be the cause: fixed rules find the one, not the other.",
            *_listed_once(steps, "limitations"),
        ][:_MOST_LISTED],
    )
    return analysis.model_copy(update={"recommendations": _advice(steps, analysis)})


def _beside(steps: Sequence[dict[str, Any]]) -> str:
    """The kind of thing that could be taken for a cause: data without a time has nothing at the same time."""
    timed = any(step["question"].startswith(_TIMES_ASKED) for step in steps)
    return "What happened at the same time" if timed else "What goes together"


def _ranked(steps: Sequence[dict[str, Any]], part: str) -> list[Finding]:
    """The findings of all steps, worst first, each once."""
    found: dict[str, Finding] = {}
    for step in steps:
        for item in step.get(part, ()):
            finding = Finding.model_validate(item)
            found.setdefault(finding.statement, finding)
    return sorted(found.values(), key=lambda finding: SEVERITIES.index(finding.severity))


def _bearing_on(question: str, anomalies: list[Finding]) -> list[Finding]:
    """The anomalies of the month in question; all, if it names none or had none."""
    month = month_in(question)
    named = [finding for finding in anomalies if month and f"{date(2000, month, 1):%B}" in finding.statement]
    return named or anomalies


_NUMBERED = re.compile(r" \(findings? ([^()]*)\)\.$")


def _advice(steps: Sequence[dict[str, Any]], analysis: DataAnalysis) -> list[str]:
    """Advice of the steps on the findings that are told, with the numbers that they have here."""
    numbers = {finding.statement: number for number, (_, finding) in enumerate(analysis.in_order(), 1)}
    found: dict[str, list[int]] = {}
    for step in steps:
        findings = [*step.get("key_findings", ()), *step.get("anomalies", ())]
        findings.sort(key=lambda each: SEVERITIES.index(each["severity"]))
        for text in step.get("recommendations", ()):
            for place in map(int, re.findall(r"\d+", match[1] if (match := _NUMBERED.search(text)) else "")):
                if place <= len(findings) and (number := numbers.get(findings[place - 1]["statement"])):
                    found.setdefault(_NUMBERED.sub("", text), []).append(number)
    order = sorted(found.items(), key=lambda item: min(item[1]))
    return [with_numbers(advice, sorted(set(places))) for advice, places in order][:_MOST_LISTED]


def _listed_once(steps: Sequence[dict[str, Any]], part: str) -> list[str]:
    return list(dict.fromkeys(item for step in steps for item in step.get(part, ())))[:_MOST_LISTED]
