"""Sorting a ticket by the rules in `triage_rules.toml`, which a person can read and check."""

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import Match, Pattern
from typing import Any, cast

from pydantic_ai.messages import ModelMessage

from agents.offline.model import OfflineModel, opening_prompt
from agents.offline.planning.calls import PlannedCall
from agents.tickets import TICKET_SEVERITIES, Category, SupportTicket, TicketSeverity, TicketTriage


@dataclass(frozen=True)
class Rules:
    """The rules, ready to be looked for.

    Attributes:
        category: Patterns with their weights for each category, in order of what would hurt most to miss.
        critical: What makes a ticket critical.
        high: What makes it high, unless it is a mere question.
        minor: What makes it less severe than its category usually is.
    """

    category: dict[Category, list[tuple[float, Pattern[str]]]]
    critical: list[Pattern[str]]
    high: list[Pattern[str]]
    minor: list[Pattern[str]]


@cache
def read_rules() -> Rules:
    """The rules of `triage_rules.toml`."""
    content: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

    def pattern(text: str) -> Pattern[str]:
        return re.compile(text.replace("<not>", content["not"]), re.IGNORECASE)

    severity = {name: [pattern(text) for text in texts] for name, texts in content["severity"].items()}
    weighted: dict[str, list[list[Any]]] = content["category"]
    return Rules(
        category={
            cast(Category, category): [(float(weight), pattern(text)) for weight, text in rules]
            for category, rules in weighted.items()
        },
        **severity,
    )


_BASE: dict[Category, TicketSeverity] = {
    "incident": "high",
    "security": "high",
    "bug": "medium",
    "billing": "medium",
    "account": "medium",
    "delivery": "medium",
    "feature": "low",
    "question": "low",
    "other": "low",
}
_PRIORITY: dict[TicketSeverity, int] = {"critical": 1, "high": 2, "medium": 3, "low": 4}
_NEGATED = re.compile(r"\b(?:not|no|\w+n['\u2019]t) (?:\w+ ){0,2}$", re.IGNORECASE)


def judge(ticket: SupportTicket) -> TicketTriage:
    """Sort a ticket by the rules.

    Each rule counts once, with its weight; the category with the highest sum wins. The confidence follows from that sum
    and its distance to the second.
    """
    text = f"{ticket.subject}\n{ticket.text}"
    found = {category: _matches(rules, text) for category, rules in read_rules().category.items()}
    scores = {category: sum(weight for weight, _ in matches) for category, matches in found.items()}
    category = cast(Category, max(found, key=lambda one: scores[one]))
    if not scores[category]:
        return TicketTriage(
            severity="low",
            category="other",
            priority=4,
            confidence=0.1,
            reason="None of the rules matched.",
            quotes=[_passage(text, 0, 0)],
        )
    second = sorted(scores.values())[-2]
    severity, because = _severity(category, text)
    proof = [match for _, match in sorted(found[category], key=lambda item: -item[0])[:2]]
    words = ", ".join(f"\u201c{_word(match)}\u201d" for match in proof)
    reason = f"{words} in the ticket: {category}" + (f"; \u201c{_word(because)}\u201d: {severity}." if because else ".")
    quotes = [_passage(text, *match.span()) for match in [*proof, *([because] if because else [])]]
    return TicketTriage(
        severity=severity,
        category=category,
        priority=5 if category == "feature" else _PRIORITY[severity],
        confidence=_confidence(scores[category], second),
        reason=reason,
        quotes=[one for one in dict.fromkeys(quotes) if not any(one != other and one in other for other in quotes)],
    )


def _severity(category: Category, text: str) -> tuple[TicketSeverity, Match[str] | None]:
    rules, step = read_rules(), TICKET_SEVERITIES.index(_BASE[category])
    if critical := _asserted(rules.critical, text):
        return "critical", critical
    if minor := _first(rules.minor, text):
        return TICKET_SEVERITIES[min(step + 1, 3)], minor
    if high := _asserted(rules.high, text):
        # A hurry makes a question urgent for its author, not for the service.
        return TICKET_SEVERITIES[1 if step <= 2 else 2], high
    return TICKET_SEVERITIES[step], None


def _matches(rules: list[tuple[float, Pattern[str]]], text: str) -> list[tuple[float, Match[str]]]:
    found = ((weight, pattern.search(text)) for weight, pattern in rules)
    return [(weight, match) for weight, match in found if match]


def _first(patterns: list[Pattern[str]], text: str) -> Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.search(text))), None)


def _asserted(patterns: list[Pattern[str]], text: str) -> Match[str] | None:
    """The first match that is not negated, as in \u201cnot urgent\u201d."""
    found = (match for pattern in patterns for match in pattern.finditer(text))
    return next(
        (match for match in found if not _NEGATED.search(text[max(0, match.start() - 60) : match.start()])), None
    )


def _confidence(best: float, second: float) -> float:
    return round(min(0.9, 0.35 + 0.08 * min(best, 4) + 0.08 * min(best - second, 4)), 2)


def _word(match: Match[str]) -> str:
    """A match on one line, with plain quotation marks: it stands in curly ones."""
    return re.sub("[\u201c\u201d]", '"', " ".join(match[0].split())[:60])


def _passage(text: str, start: int, end: int) -> str:
    """The sentence around a match as it stands in the ticket, or as much of it as is easily read."""
    first = max((text.rfind(mark, 0, start) for mark in ".!?\n"), default=-1) + 1
    last = min((at for mark in ".!?\n" if (at := text.find(mark, end)) >= 0), default=len(text))
    if len(re.findall(r"\w+", text[first:last])) < 3:  # too little to be found again as a quote
        first, last = 0, len(text)
    # Words stay whole.
    if start - first > 80:
        first = text.find(" ", start - 80, start) + 1 or start
    if last - end > 80:
        last = text.rfind(" ", end, end + 80)
        last = last if last >= 0 else end
    return text[first:last].strip()


class OfflineTriage(OfflineModel):
    """Answers the triage agent's prompt by the rules of `agents/offline/triage_rules.toml`."""

    def next_calls(self, messages: Sequence[ModelMessage], output: str) -> list[PlannedCall]:
        """The triage of the ticket in the prompt."""
        ticket = SupportTicket.model_validate(json.loads(opening_prompt(messages).partition("\n")[2]))
        return [PlannedCall(output, judge(ticket).model_dump(mode="json"))]
