"""An independent check of what the rules say of a ticket: read again from the file of rules, and from the ticket.

It shares the patterns with `agents/offline/triage_rules.toml`, since they are what the rules are, and no code.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import agents.offline
from agents.tickets import SupportTicket, TicketTriage

_FILE = Path(agents.offline.__file__).with_name("triage_rules.toml")
_USUAL = {"incident": 1, "security": 1, "bug": 2, "billing": 2, "account": 2, "delivery": 2}
"""Step of severity that a category usually has: 0 for critical to 3 for low, which the others have."""
_STEPS = ("critical", "high", "medium", "low")
_REASON = re.compile(
    r"(?P<shown>\u201c[^\u201d]+\u201d(?:, \u201c[^\u201d]+\u201d)*) in the ticket: (?P<category>\w+)"
    r"(?:; \u201c(?P<because>[^\u201d]+)\u201d: (?P<severity>\w+))?\."
)


def false_triage(ticket: SupportTicket, triage: TicketTriage) -> list[str]:
    """Return what is false in the triage of a ticket by rules, a line each; nothing when all of it is true."""
    return list(_problems(_plain(f"{ticket.subject}\n{ticket.text}"), triage))


def _plain(text: str) -> str:
    """Quotation marks of the ticket as a reason writes them, which has marks of its own."""
    return re.sub("[\u201c\u201d]", '"', text)


def _problems(text: str, triage: TicketTriage) -> Iterator[str]:
    rules = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    scores = {
        category: sum(weight for weight, pattern in patterns if _found(rules, pattern, text))
        for category, patterns in rules["category"].items()
    }
    plain = " ".join(text.split())
    quotes = [" ".join(_plain(quote).split()) for quote in triage.quotes]
    yield from (f"not in the ticket: {quote}" for quote in quotes if quote not in plain)
    if not any(scores.values()):
        if (triage.category, triage.severity, triage.reason) != ("other", "low", "None of the rules matched."):
            yield f"no rule matches, but it says: {triage.reason}"
        if triage.confidence >= 0.6:
            yield f"nothing matches, with a confidence of {triage.confidence}"
        return
    if scores.get(triage.category, 0) < max(scores.values()):
        yield f"{triage.category} has {scores.get(triage.category, 0)}, another category {max(scores.values())}"
    if (said := _REASON.fullmatch(triage.reason)) is None:
        yield f"not understood: {triage.reason}"
        return
    if said["category"] != triage.category:
        yield f"the reason names {said['category']}, the field {triage.category}"
    for word in re.findall(r"\u201c([^\u201d]+)\u201d", said["shown"]):
        if word not in plain:
            yield f"not in the ticket: {word}"
        if not any(_is(rules, pattern, text, word) for _, pattern in rules["category"][triage.category]):
            yield f"\u201c{word}\u201d is no sign of {triage.category}"
    yield from _of_severity(rules, text, triage, said["because"])
    if triage.priority != (5 if triage.category == "feature" else 1 + _STEPS.index(triage.severity)):
        yield f"priority {triage.priority} for {triage.severity} {triage.category}"


def _of_severity(rules: dict[str, Any], text: str, triage: TicketTriage, because: str | None) -> Iterator[str]:
    usual = _USUAL.get(triage.category, 3)
    signs = {name: [match for pattern in rules["severity"][name] for match in _all(rules, pattern, text)]
             for name in ("critical", "high", "minor")}  # fmt: skip
    for name in ("critical", "high"):
        signs[name] = [match for match in signs[name] if not _denied(text, match)]
    step = 0 if signs["critical"] else min(usual + 1, 3) if signs["minor"] else usual
    by = "critical" if signs["critical"] else "minor" if signs["minor"] else "high" if signs["high"] else None
    if by == "high":
        step = 1 if usual <= 2 else 2
    if triage.severity != _STEPS[step]:
        yield f"{triage.severity}, where the rules say {_STEPS[step]}"
    words = [" ".join(match[0].split()) for match in signs[by]] if by else []
    if because is None and by:
        yield f"{words} is not said to make it {_STEPS[step]}"
    if because is not None and because not in [word[:60] for word in words]:
        yield f"\u201c{because}\u201d does not make it {_STEPS[step]}"


def _all(rules: dict[str, Any], pattern: str, text: str) -> list["re.Match[str]"]:
    return list(re.finditer(pattern.replace("<not>", rules["not"]), text, re.IGNORECASE))


def _found(rules: dict[str, Any], pattern: str, text: str) -> bool:
    return bool(_all(rules, pattern, text))


def _is(rules: dict[str, Any], pattern: str, text: str, word: str) -> bool:
    return any(" ".join(match[0].split())[:60] == word for match in _all(rules, pattern, text))


def _denied(text: str, match: "re.Match[str]") -> bool:
    """`not urgent`, `we don't need it by tomorrow`: a word for no, and at most two words between."""
    before = text[max(0, match.start() - 60) : match.start()].split(" ")
    between = [list(reversed(before[-1 - count : -1])) for count in (1, 2, 3)]
    if before[-1] or not before[:-1]:
        return False  # something else than a space stands before it
    return any(
        words
        and re.fullmatch(r"(?:.*\W)?(?:not|no|\w+n['\u2019]t)", words[-1], re.IGNORECASE | re.DOTALL)
        and all(re.fullmatch(r"\w+", word) for word in words[:-1])
        for words in between
    )
