"""The rules by which the offline model sorts tickets: patterns with weights, each of which a person can read.

They were written for support desks in general. What they are worth is measured on public data by `benchmarks/triage.py`.
"""

import re
from dataclasses import dataclass
from re import Match, Pattern

from agents.tickets import TICKET_SEVERITIES, Category, SupportTicket, TicketSeverity, TicketTriage

_DOES_NOT = r"(?:(?:do|does|did|is|are|was|has|have|can|could|wo|would)(?: ?n[o']?t|n\u2019t)|not|never|no longer|cannot|unable to|fails? to)"


@dataclass(frozen=True)
class Rule:
    """A pattern, and what it speaks for.

    Attributes:
        pattern: Looked for in subject and text, whatever the letter case.
        weight: How much it speaks for the category, from 1 (a hint) to 4 (hardly anything else).
    """

    pattern: Pattern[str]
    weight: float


def _rules(*rules: tuple[float, str]) -> list[Rule]:
    return [Rule(re.compile(pattern, re.IGNORECASE), weight) for weight, pattern in rules]


RULES: dict[Category, list[Rule]] = {
    "security": _rules(
        (4, r"\b(?:hack(?:ed|er|ers|ing)?|breach(?:ed)?|phish\w*|malware|ransom\w*|compromised|vulnerabilit\w+)\b"),
        (4, r"\b(?:fraud\w*|scam\w*|unauthori[sz]ed|identity theft|stole|stolen|theft|mugged|robbed)\b"),
        (4, r"\b(?:some(?:one|body)|people|stranger)(?: else)?(?: \w+){0,3} (?:us(?:es?|ed|ing)|access\w*|log\w* in|got into|took)\b"),
        (3, r"\b(?:data|customer|personal|password|key)s? (?:\w+ ){0,2}(?:leak\w*|exposed|public)\b|\bleaked\b"),
        (3, rf"\b(?:i|we|me) {_DOES_NOT} (?:recogni[sz]e|authori[sz]e|approve|make|made)\b|\b{_DOES_NOT} (?:recogni[sz]e|authori[sz]e)\b"),
        (3, r"\bsuspicious|without my (?:permission|knowledge|consent)|was(?:n['\u2019]t| not) me\b"),
        (3, r"\b(?:lost|missing|misplaced|can(?:'t|not) find) (?:my |the |our )?(?:\w+ )?(?:card|phone|wallet|laptop|device|key)\b"),
        (3, r"\b(?:card|phone|wallet|laptop|device) (?:is|was|has been|has gone|went|got) (?:lost|missing)\b"),
    ),
    "incident": _rules(
        (4, r"\b(?:outage|downtime)\b"),
        (4, r"\b(?:site|website|service|api|servers?|system|platform|production|prod|database|dashboard|everything)\b(?:[^.!?\n]{0,30})\b(?:down|offline|unavailable|unreachable|not responding|not reachable)\b"),
        (3, r"\b(?:all|none|many|most|hundreds|thousands) (?:of )?(?:our |the |my )?(?:users|customers|staff|employees|clients|orders|requests|colleagues)\b"),
        (3, r"\b(?:nobody|no one|everyone|everybody) (?:\w+ ){0,2}(?:can|able|access|log|gets?|sees?)\b"),
        (3, r"\b(?:error |status |http )?50[0234]s?\b|\bgateway time-?out|\btime-?outs?\b|\bdata loss\b"),
        (2, r"\b(?:very|extremely|so|too) slow\b|\blatency\b|\bdegraded\b"),
    ),
    "billing": _rules(
        (3, r"\b(?:invoic\w+|refund\w*|overcharg\w+|chargeback|money back|reimburs\w+|receipts?|vat)\b"),
        (3, r"\b(?:charg(?:e|es|ed|ing)|bill(?:ed|ing|s)?|fees?|exchange rates?)\b"),
        (2, r"\b(?:payments?|paid|subscriptions?|renew\w*|price|pricing|costs?|debited|discount|coupon)\b"),
        (1, r"\b(?:transfers?|transferred|transaction|withdraw\w*|top(?:ped|ping)?[ -]?(?:up|ups)|deposit\w*|balance|statement|cheque|cash|money|funds|salary)\b"),
        (1, r"(?:\$|\u20ac|\u00a3) ?\d"),
        (2, r"\b(?:money|transfer|payment|deposit|top[ -]?up|refund|funds|cash)\b(?:[^.!?\n]{0,40})\b(?:missing|pending|gone|not (?:yet )?(?:arrived|there|received)|disappeared|vanished)\b|\bpending\b"),
    ),
    "account": _rules(
        (3, r"\b(?:log(?:ging)?[ -]?(?:in|on)|sign(?:ing)?[ -]?in|locked out|log ?out|sso)\b"),
        (3, r"\b(?:passwords?|pass-?codes?|user ?names?|2fa|mfa|two-factor|authenticator|verification (?:code|link|mail|email)|pin)\b"),
        (3, r"\b(?:verif\w+|prov(?:e|ing)|confirm)\b(?:[^.!?\n]{0,20})\b(?:identity|id|who i am|account|myself)\b|\bidentity (?:check|verification|documents?)\b"),
        (3, r"\b(?:delet\w+|clos(?:e|ing)|deactivat\w+|terminat\w+|remov\w+|cancel) (?:\w+ ){0,2}account\b"),
        (3, r"\b(?:chang\w+|updat\w+|edit\w*|correct) (?:\w+ ){0,3}(?:name|address|e-?mail|details|profile|phone number|information|location)\b"),
        (3, r"\bactivat\w+\b"),
        (2, r"\b(?:permissions?|access (?:to|for)|(?:new|another) user|invit\w+|identity|identification|role)\b"),
        (1, r"\baccounts?\b"),
    ),
    "delivery": _rules(
        (3, r"\b(?:deliver\w*|shipp\w+|shipment|parcels?|packages?|courier|tracking|dispatched|in the (?:mail|post))\b"),
        (3, rf"\b{_DOES_NOT} (?:yet |still )?(?:arrived?|come|came|received?|got(?:ten)?) \b(?:[^.!?\n]{{0,20}})(?:order|item|card|product|goods)\b"),
        (3, r"\b(?:order|item|card|product|goods|it)\b(?:[^.!?\n]{0,30})\b(?:arriv\w+|come in|came in)\b|\b(?:get|receive) my (?:new )?(?:order|item|card|product|goods)\b"),
        (2, r"\b(?:arriv\w+|my order|order (?:number|status)|track|wrong item|missing item|damaged)\b"),
    ),
    "bug": _rules(
        (4, r"\b(?:bugs?|crash\w*|glitch\w*|exception|stack ?trace|broken)\b"),
        (3, rf"\b{_DOES_NOT} (?:(?:even|currently|seem to|appear to|be) )?(?:work\w*|function\w*|load\w*|open\w*|respond\w*|go(?:ing|es)? through|sav\w+|sync\w*|updat\w+|show\w*)\b"),
        (2, r"\b(?:errors?|fail(?:s|ed|ing|ure)?|freez\w+|froze|frozen|stuck|hangs|reject\w*|declin\w+|blank (?:page|screen)|revert\w+)\b"),
        (2, rf"\b(?:i|we)(?:'m|\u2019m| am| are)? {_DOES_NOT} (?:be able to )?(?:\w+ ){{0,2}}(?:use|make|export|upload|download|save|print|see|connect|activate|send|get)\b"),
        (2, r"\b(?:wrong|incorrect) (?:\w+ ){0,2}(?:result|value|total|number|data|figures?)\b|\bproblems? with\b"),
    ),
    "feature": _rules(
        (4, r"\b(?:feature request|would (?:be (?:nice|great|good|helpful|useful)|love)|please (?:add|consider)|wish (?:you|there|it)|suggest(?:ion)?|roadmap)\b"),
        (3, r"\b(?:could|can|will|are|do) you (?:please )?(?:plan\w* to )?(?:add|introduce|implement|build)\b|\bdark mode\b"),
    ),
    "question": _rules(
        (1, r"\b(?:how (?:do|can|to|does|would|should|long|much|many|old|often)|what (?:is|are|do|does|kind|type|should)|which|where (?:can|do|is|are)|when (?:will|can|do|does))\b"),
        (1, r"\b(?:is it possible|is there (?:a|any|an)|can (?:i|we|you|my|anyone)|do (?:i|we|you)|may i|am i able|are there|will (?:i|you|it)|does (?:it|the))\b"),
        (1, r"\b(?:explain|tell me|wonder\w*|curious|documentation|would like to (?:know|understand)|want to know|guide|tutorial|info(?:rmation)? (?:on|about))\b"),
    ),
}  # fmt: skip
"""What speaks for each category. Where two are level, the one that stands first here wins: it would hurt more to miss."""

CRITICAL = _rules(
    (1, r"\b(?:production|prod|site|website|service|api|servers?|system|platform|everything) (?:is |are |has been |went |completely |all )*down\b"),
    (1, r"\boutage\b|\bdata loss\b|\blos(?:ing|t) (?:all |our )?(?:data|money|orders|sales)\b|\bransom\w*"),
    (1, r"\b(?:nobody|no one|none of (?:our|the|my) \w+) can\b|\ball (?:of )?(?:our )?(?:users|customers|orders)\b"),
    (1, r"\b(?:customers?|personal|patients?)[ '\u2019]s? ?(?:data|records)\b(?:[^.!?\n]{0,30})\b(?:leak\w*|exposed|public|visible)\b"),
    (1, r"\b(?:right now|as we speak|still) (?:being )?(?:us(?:ed|ing)|spend\w*|transferr\w+|log\w*)\b"),
)  # fmt: skip
HIGH = _rules(
    (1, r"\b(?:urgent\w*|asap|as soon as possible|immediate(?:ly)?|emergency|right (?:now|away)|deadline|by (?:today|tonight|tomorrow))\b"),
    (1, r"\b(?:locked out|blocked|charged (?:twice|again|double)|double[- ]charged|lawyer|legal action|stuck)\b"),
    (1, rf"\b(?:i|we) (?:still )?{_DOES_NOT} (?:be able to )?(?:log|sign|access|work|use|pay|get into|get in)\b"),
)  # fmt: skip
MINOR = _rules(
    (1, r"\b(?:no (?:rush|hurry)|not urgent|whenever|when you have (?:time|a moment)|minor|cosmetic|typo|just (?:wondering|curious)|small thing)\b"),
)  # fmt: skip

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
_NEGATED = re.compile(r"\b(?:not|n['\u2019]t|no|isn['\u2019]t) (?:\w+ ){0,2}$", re.IGNORECASE)


def judge(ticket: SupportTicket) -> TicketTriage:
    """Sort a ticket by the rules.

    Each rule counts once, with its weight; the category with the highest sum wins. The confidence follows from that sum
    and its distance to the second.
    """
    text = f"{ticket.subject}\n{ticket.text}"
    found = {category: _matches(rules, text) for category, rules in RULES.items()}
    scores = {category: sum(weight for weight, _ in matches) for category, matches in found.items()}
    category = max(scores, key=lambda name: scores[name])
    if not scores[category]:
        return TicketTriage(
            severity="low",
            category="other",
            priority=4,
            confidence=0.1,
            reason="None of the rules matched.",
            quotes=[_passage(text, 0, 1)],
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
        quotes=list(dict.fromkeys(quotes)),
    )


def _severity(category: Category, text: str) -> tuple[TicketSeverity, Match[str] | None]:
    step = TICKET_SEVERITIES.index(_BASE[category])
    minor = _matches(MINOR, text)
    if critical := _asserted(CRITICAL, text):
        return "critical", critical
    if minor:
        return TICKET_SEVERITIES[min(step + 1, 3)], minor[0][1]
    if high := _asserted(HIGH, text):
        # A hurry makes a question urgent for its author, not for the service.
        return TICKET_SEVERITIES[1 if step <= 2 else 2], high
    return TICKET_SEVERITIES[step], None


def _matches(rules: list[Rule], text: str) -> list[tuple[float, Match[str]]]:
    found = ((rule.weight, rule.pattern.search(text)) for rule in rules)
    return [(weight, match) for weight, match in found if match]


def _asserted(rules: list[Rule], text: str) -> Match[str] | None:
    """The first match that is not negated, as in \u201cnot urgent\u201d."""
    return next((match for _, match in _matches(rules, text) if not _NEGATED.search(text, 0, match.start())), None)


def _confidence(best: float, second: float) -> float:
    return round(min(0.9, 0.35 + 0.08 * min(best, 4) + 0.08 * min(best - second, 4)), 2)


def _word(match: Match[str]) -> str:
    return " ".join(match[0].split())[:60]


def _passage(text: str, start: int, end: int) -> str:
    """The sentence around a match, at most 160 characters of it, as it stands in the ticket."""
    first = max((text.rfind(mark, 0, start) for mark in ".!?\n"), default=-1) + 1
    ends = [at for mark in ".!?\n" if (at := text.find(mark, end)) >= 0]
    first, last = max(first, start - 80), min([*ends, len(text), start + 80 if start + 80 > end else end])
    return text[first:last].strip() or text.strip()[:80]
