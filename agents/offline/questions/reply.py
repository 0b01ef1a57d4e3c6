"""The reply to a question: the finding that answers it, and the words that were not understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.offline.findings.draft import Draft, Entry
from agents.offline.phrasing import listed, name
from agents.offline.planning.columns import aggregate, is_averaged, is_flag
from agents.offline.planning.words import SYNONYMS, asks_why, same_word, values_named, words_of
from agents.offline.questions.plain import Answer, answer_in
from agents.outputs import Answered
from agents.outputs.claims import EqualityClaim, OrderClaim
from analytics.questions.language.lexicon import FREE
from analytics.questions.language.number_kinds import KINDS
from analytics.results import (
    AnalysisResult,
    Anomalies,
    ColumnProfile,
    Correlations,
    Drivers,
    GroupComparison,
    Outcome,
    QueryResult,
)

_UNUSUAL = re.compile(r"\b(unusual|anomal\w*|outlier\w*|abnormal\w*|strange|odd|stand(s)? out|spike\w*|extreme\w*)\b")
_TIMES = re.compile(r"\b(month|months|year|years|season\w*|trend\w*|over time|peak\w*)\b")
_TOGETHER = re.compile(r"\b(relat\w*|correlat\w*|together|depend\w*|influenc\w*|affect\w*|matter\w*)\b")
_EXPLAINS = re.compile(r"\b(explain\w*|predict\w*|determin\w*|goes? with|drives?|decid\w*|factors?|wovon)\b")
_COMPARED = re.compile(
    r"\b(highest|lowest|most|least|best|worst|more|less|fewer|compare\w*|differ\w*|by|which|who|between|than|each|per)\b"
)
_INTENTS = (_UNUSUAL, _TIMES, _TOGETHER, _EXPLAINS, _COMPARED)
NO_CAUSES = "fixed rules tell what made up a figure, not what caused it"
_CALENDAR = re.compile(r"^(days?|dates?|times?|hours?|when)$")


@dataclass(frozen=True)
class Reply:
    """The answer to a question, as far as there is one.

    Attributes:
        answered: Whether it is answered, in part or whole.
        unanswered: What is not, and why; empty when all of it is.
        entry: The finding that answers; None if there is none.
    """

    answered: Answered
    unanswered: str
    entry: Entry | None


def reply_to(question: str, draft: Draft, entries: Sequence[Entry], dataset: str = "") -> Reply:
    """Find the entry that answers a question, by the kind of answer that it asks for and the columns that it names.

    Nothing is taken for an answer unless the question names what it is about, and every other word of it is known.
    """
    plain = answer_in(question, draft.profile, draft.evidence, dataset)
    if isinstance(plain, Answer):
        entry = Entry(plain.finding, rank=0.0, anomaly=False, advice="", topic=("(question)",))
        if plain.left_open:
            return Reply("partly answered", f"The question is partly answered: {plain.left_open}.", entry)
        return Reply("answered", "", entry)
    if asks_why(question) and (drivers := next((entry for entry in entries if _cites(draft, entry, Drivers)), None)):
        return Reply("partly answered", f"The question is partly answered: {NO_CAUSES}.", drivers)
    unknown = _unknown_words(question, draft)
    found = next((entry for entry in entries if _answers(question.casefold(), draft, entry)), None)
    if found is None:
        why = "the fixed rules found no result that answers it"
        if strange := [word for word in unknown if word not in KINDS]:
            why = f"the fixed rules do not know {_words(strange)} here"
        return Reply("not answered", f"The question is not answered: {why}.", None)
    if any(word.isdecimal() for word in unknown):  # most in 2019: what is most over all years is another question
        return Reply(
            "not answered", f"The question is not answered: the fixed rules do not know {_words(unknown)} here.", None
        )
    verb = "was" if len(unknown) == 1 else "were"
    left = [f"{_words(unknown)} {verb} not understood"] if unknown else []
    compares = any(isinstance(claim, OrderClaim | EqualityClaim) for claim in found.finding.claims)
    measure = next((m for m in draft.choice.measures if m.name == found.topic[0]), None)
    if compares and measure and (unsaid := _left_open(measure, words_of(question))):
        left.append(unsaid)
    if left:
        return Reply("partly answered", f"The question is partly answered: {listed(left)}.", found)
    return Reply("answered", "", found)


def _cites(draft: Draft, entry: Entry, kind: type[AnalysisResult]) -> bool:
    return any(isinstance(item.result, kind) for item in draft.evidence if item.id in entry.finding.evidence)


def _words(unknown: Sequence[str]) -> str:
    """The first words that were not understood; a number among them is not repeated, since no result holds it."""
    words = [name(word) for word in unknown if not word.isdecimal()][:5]
    return listed([*words, "the number"] if len(words) < len(unknown[:5]) else words)


def _answers(question: str, draft: Draft, entry: Entry) -> bool:
    kinds = {type(item.result) for item in draft.evidence if item.id in entry.finding.evidence}
    asked = set(draft.choice.asked)
    named = {column for column in entry.topic if column in asked}
    if not named or any(column in asked - set(entry.topic) for column in _subjects(draft)):
        return False
    if _UNUSUAL.search(question):
        return Anomalies in kinds
    if _TIMES.search(question):
        return QueryResult in kinds and GroupComparison not in kinds
    if Outcome in kinds:
        return bool(_TOGETHER.search(question) or _EXPLAINS.search(question)) and asked == {entry.topic[0]}
    if _TOGETHER.search(question):
        return (Correlations in kinds and len(named) == 2) or (GroupComparison in kinds and len(named) == 2)
    return GroupComparison in kinds and bool(_COMPARED.search(question)) and _groups_named(draft, entry)


def _subjects(draft: Draft) -> list[str]:
    """The measures and categories that a finding can be about."""
    return [
        *(measure.name for measure in draft.choice.measures),
        *(category.name for category in draft.choice.categories),
    ]


def _groups_named(draft: Draft, entry: Entry) -> bool:
    """The question names the measure and the grouping of a comparison."""
    return len(entry.topic) == 2 and set(entry.topic) <= set(draft.choice.asked)


def _unknown_words(question: str, draft: Draft) -> list[str]:
    """Words of a question that name no column, value, kind of answer or other known thing."""
    known = {word for column in draft.profile.columns for word in words_of(column.name)}
    values = {
        word for column in draft.profile.columns for value in values_named(column, question) for word in words_of(value)
    }
    unknown: list[str] = []
    for word in words_of(question):
        if word in FREE or word in values or _CALENDAR.match(word):
            continue
        if any(pattern.search(word) for pattern in _INTENTS) or _same_as_any(word, known | values):
            continue
        unknown.append(word)
    return list(dict.fromkeys(unknown))


def _same_as_any(word: str, known: set[str]) -> bool:
    return SYNONYMS.get(word) in known or any(same_word(part, word) for part in known)


def _left_open(measure: ColumnProfile, words: Sequence[str]) -> str:
    """Words for a question that names neither totals nor means where both make sense; empty for any other."""
    if is_flag(measure) or is_averaged(measure):
        return ""
    totals = aggregate(measure) == "sum"
    if set(words) & ({"most", "fewest", "least", "sum", "many"} if totals else {"average", "mean", "avg"}):
        return ""
    return f"it does not say whether totals or means are meant, and these are {'totals' if totals else 'means'}"
