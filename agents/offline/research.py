"""The model `offline` for research: sentences picked by rules in place of an answer that is written.

Extractive, query-based summarisation: sentences of the best passages are scored by the topic's words in them, rare ones
counting more, and picked by maximal marginal relevance, so that the second does not repeat the first (Carbonell and
Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing Summaries", 1998).
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, ToolReturnPart

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.offline.model import OfflineModel, opening_prompt
from agents.offline.phrasing import listed, name, number, size_of
from agents.offline.planning.calls import PlannedCall
from agents.offline.planning.choice import choose
from agents.outputs import Evidence
from agents.outputs.research import AudienceSummaries, AudienceSummary, KeyPoint, ResearchFindings
from agents.researcher import findings_of, listed_sources, topic_of
from agents.toolsets.document_tools import Passages, PassageShown
from analytics.documents.words import query_terms, terms_of
from analytics.results import DatasetProfile, Statistics

LABEL = "Fixed rules picked these sentences from the sources; no language model was used."

_MOST_SENTENCES = 6
_MOST_DATASETS = 5
_MOST_WORDS = 12
"""Words of a topic that are named as not found."""
_RELEVANCE = 0.7
"""Weight of relevance; the rest is the weight of novelty."""
_LEAST_SCORE = 0.35
"""Lowest score of a sentence that is quoted, as a share of the best sentence's."""
_SENTENCES = re.compile(
    r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9\u00c0-\u024f])|(?<=[\u3002\uff01\uff1f])|\n\s*\n|\n(?=\s*(?:[-*+\u2022|]|\d+[.)])\s)"
)
"""The end of a sentence or list item; in Chinese and Japanese no space follows."""
_ABBREVIATED = re.compile(
    r"\b(?:[A-Z]|Dr|Mrs?|Ms|Prof|Gen|Sen|Rep|St|Nos?|vs|ca|approx|[Ff]igs?|al|[Ee]q|Inc|Ltd|Co|Corp|e\.g|i\.e|cf|pp?|vol"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
"""The end of a piece whose full stop ends no sentence: `Dr. Smith`, `approx. 12 %`, `J. Brown`, `No. 5`."""
_BULLET = re.compile(r"^\s*(?:[-*+\u2022]|\d+[.)])\s+")
_TABLE_ROW = re.compile(r"^[ \t]*\|.*$|^.*\|[ \t]*$", re.MULTILINE)
"""A row of a Markdown table, also one whose beginning lies in another passage: parts of it are no sentences."""
_TABLE_OR_HEADING = re.compile(r"^\s*[|#]|\|.*\|")
_MOST_SYMBOLS = 0.08
"""Largest share of symbols among the characters of a sentence; program code has more."""


class OfflineResearcher(OfflineModel):
    """Searches for the topic, looks at each data set, and quotes the sentences that fit best."""

    def next_calls(self, messages: Sequence[ModelMessage], output: str) -> list[PlannedCall]:
        """Search and profiles at once, then the columns that the topic names, then the findings."""
        prompt = opening_prompt(messages)
        topic, sources = topic_of(prompt), listed_sources(prompt)
        tables = _tables(sources)
        step = sum(isinstance(message, ModelResponse) for message in messages)
        if step == 0:
            calls = [PlannedCall("profile_dataset", {"source": source}) for source in list(tables)[:_MOST_DATASETS]]
            if len(tables) < len(sources):
                calls.insert(0, PlannedCall("search_documents", {"query": topic}))
            return calls
        evidence = collect_evidence(messages)
        if step == 1 and (calls := list(_statistics(evidence, topic))):
            return calls
        findings = _findings(topic, sources, list(_passages(messages)), evidence)
        return [PlannedCall(output, findings.model_dump(mode="json", exclude={"sources", "unverified"}))]


class OfflineWriter(OfflineModel):
    """Hands each audience the sentences that were picked, as they are."""

    def next_calls(self, messages: Sequence[ModelMessage], output: str) -> list[PlannedCall]:
        """The summaries."""
        summaries = _summaries(findings_of(opening_prompt(messages)))
        return [PlannedCall(output, summaries.model_dump(mode="json"))]


def findings_so_far(messages: Sequence[ModelMessage]) -> ResearchFindings:
    """Pick by rules from what the searches of a conversation have found until now."""
    prompt = opening_prompt(messages)
    passages, evidence = list(_passages(messages)), collect_evidence(messages)
    if not passages and not evidence:
        nothing = "Nothing was found yet: the run ended before a search had a result."
        return ResearchFindings(summary=nothing, key_points=[], open_questions=[nothing])
    return _findings(topic_of(prompt), listed_sources(prompt), passages, evidence)


def _tables(sources: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Titles of the data sets by their ids."""
    return {source: title for source, kind, title in sources if kind == "data set"}


def summaries_by_rules(findings: ResearchFindings) -> AudienceSummaries:
    """Hand each audience the findings as they are."""
    return _summaries(findings)


def _statistics(evidence: Sequence[Evidence], topic: str) -> Iterator[PlannedCall]:
    for item in evidence:
        if isinstance(item.result, DatasetProfile):
            choice = choose(item.result, topic)
            for measure in [measure for measure in choice.measures if measure.name in choice.asked][:2]:
                yield PlannedCall("calculate_statistics", {"source": item.arguments["source"], "column": measure.name})


def _passages(messages: Sequence[ModelMessage]) -> Iterator[PassageShown]:
    for message in messages:
        if isinstance(message, ModelRequest):
            for part in message.parts:
                if isinstance(part, ToolReturnPart) and part.tool_name == "search_documents":
                    yield from Passages.model_validate(part.content, from_attributes=True).passages


def _findings(
    topic: str, sources: Sequence[tuple[str, str, str]], passages: list[PassageShown], evidence: Sequence[Evidence]
) -> ResearchFindings:
    tables = _tables(sources)
    documents = len(tables) < len(sources)
    picked = pick(topic, passages)
    points = [KeyPoint(statement=_plain(each.text), sources=[each.passage], quote=each.text) for each in picked]
    points += [
        point
        for item in evidence
        if (not documents or _is_about(item, topic, tables)) and (point := _table_point(item, tables)) is not None
    ]
    unsaid = _unsaid(topic, passages, evidence) if documents else ""
    said = " ".join(point.statement for point in points[:2]) or "The sources hold nothing about the topic."
    return ResearchFindings(
        summary=f"{said} {LABEL}" if points else said,
        key_points=points[:10],
        open_questions=[unsaid] if unsaid else [],
    )


def _unsaid(topic: str, passages: Sequence[PassageShown], evidence: Sequence[Evidence]) -> str:
    """A sentence on the words of a topic that nothing found has, as the topic writes them; empty if there are none."""
    held = {term for passage in passages for term in terms_of(f"{passage.heading} {passage.text}")}
    held |= {term for item in evidence for term in terms_of(str(item.arguments))}
    wanted = set(query_terms(topic))
    words = dict.fromkeys(re.findall(r"[^\W_]+", topic))
    missing = [f"\u201c{word}\u201d" for word in words if (terms := set(terms_of(word))) <= wanted and not terms & held]
    if not missing:
        return ""
    return f"No passage that was found has the word{'s' if len(missing) > 1 else ''} {listed(missing[:_MOST_WORDS])}."


def _is_about(item: Evidence, topic: str, tables: dict[str, str]) -> bool:
    """Return whether a data set's name or columns have a word of the topic."""
    if not isinstance(item.result, DatasetProfile):
        return True  # asked for because the topic names the column
    words = [tables.get(str(item.arguments.get("source")), ""), *(column.name for column in item.result.columns)]
    return bool(set(query_terms(topic)) & set(terms_of(" ".join(words).replace("_", " "))))


def _table_point(item: Evidence, tables: dict[str, str]) -> KeyPoint | None:
    path = tables.get(str(item.arguments.get("source")))
    if path is None:
        return None
    title, result = name(path.rsplit("/", 1)[-1]), item.result
    if isinstance(result, DatasetProfile):
        text = f"{title} has {size_of(result)}."
    elif isinstance(result, Statistics):
        text = f"{name(result.column)} in {title} is {number(result.mean)} on average, with a median of "
        text += number(result.median)
        if result.minimum is not None and result.maximum is not None:
            text += f", and lies between {number(result.minimum)} and {number(result.maximum)}"
        text += "."
    else:
        return None
    return KeyPoint(statement=text, sources=[item.id])


@dataclass(frozen=True)
class PassageSentence:
    """A sentence of a passage.

    Attributes:
        text: As it stands there, with single spaces.
        passage: Id of the passage.
        terms: Its words as they are compared.
    """

    text: str
    passage: str
    terms: frozenset[str] = field(hash=False)


def pick(topic: str, passages: Sequence[PassageShown], most: int = _MOST_SENTENCES) -> list[PassageSentence]:
    """The sentences that say most about a topic and least of the same, best first.

    Args:
        topic: What is asked.
        passages: Where to look.
        most: Most sentences.
    """
    wanted = set(query_terms(topic))
    sentences = [sentence for passage in passages for sentence in _sentences(passage)]
    frequency = Counter(term for sentence in sentences for term in sentence.terms & wanted)
    weights = {term: math.log(1 + len(sentences) / count) for term, count in frequency.items()}
    rank = {passage.id: rank for rank, passage in reversed(list(enumerate(passages)))}
    scores = {
        each: sum(weights[term] for term in each.terms & wanted) / (1 + 0.1 * rank[each.passage]) for each in sentences
    }
    best = max(scores.values(), default=0.0)
    left = [each for each in sentences if best > 0 and scores[each] >= _LEAST_SCORE * best]
    picked: list[PassageSentence] = []
    while left and len(picked) < most:
        picked.append(max(left, key=lambda each: _marginal(each, scores[each] / best, picked)))
        left = [each for each in left if _likeness(each, picked[-1]) < 0.6]
    return picked


def _marginal(sentence: PassageSentence, relevance: float, picked: Sequence[PassageSentence]) -> float:
    likest = max((_likeness(sentence, other) for other in picked), default=0.0)
    return _RELEVANCE * relevance - (1 - _RELEVANCE) * likest


def _likeness(left: PassageSentence, right: PassageSentence) -> float:
    return len(left.terms & right.terms) / len(left.terms | right.terms)


def _sentences(passage: PassageShown) -> Iterator[PassageSentence]:
    prose = re.sub(r"```.*?(?:```|\Z)", "\n\n", passage.text, flags=re.DOTALL)
    prose = _TABLE_ROW.sub("", prose)
    for piece in _whole(_SENTENCES.split(prose), prose):
        text = " ".join(_BULLET.sub("", piece).split())
        terms = frozenset(terms_of(text))
        if 20 <= len(text) <= 400 and len(terms) >= 5 and not _TABLE_OR_HEADING.search(text) and not _is_code(text):
            yield PassageSentence(text, passage.id, terms)


def _whole(pieces: Sequence[str], prose: str) -> Iterator[str]:
    """Join pieces that an abbreviation parts to the sentences that they are of."""
    start = 0
    for place, piece in enumerate(pieces):
        end = prose.index(piece, start) + len(piece)
        if _ABBREVIATED.search(piece) and place + 1 < len(pieces) and "\n\n" not in prose[end : end + 3]:
            continue
        yield prose[start:end]
        start = end


def _is_code(text: str) -> bool:
    plain = _plain(text)
    return len(re.findall(r"[^\w\s,.;:'\"!?\u2019\u201c\u201d\u2013-]", plain)) > _MOST_SYMBOLS * len(plain)


def _plain(sentence: str) -> str:
    """A sentence without Markdown's marks."""
    sentence = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", sentence)
    return re.sub(r"[*`]+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)", "", sentence).strip()


def _summaries(findings: ResearchFindings) -> AudienceSummaries:
    points = [point for point in findings.key_points if not point.unverified]
    if not points:
        nothing = AudienceSummary(
            headline="The sources hold nothing about the topic.", text=_paragraphs(findings.open_questions)
        )
        return AudienceSummaries(technical=nothing, executive=nothing, general=nothing)
    headline, said = points[0].statement, [point.statement for point in points]
    cited = [f"{point.statement} [{', '.join(point.sources)}]" for point in points]
    return AudienceSummaries(
        technical=AudienceSummary(headline=headline, text=_paragraphs([*cited, *findings.open_questions, LABEL])),
        executive=AudienceSummary(headline=headline, text=_paragraphs([*said[1:4], *findings.open_questions, LABEL])),
        general=AudienceSummary(headline=headline, text=_paragraphs([*said[1:3], LABEL])),
    )


def _paragraphs(texts: Sequence[str]) -> str:
    return "\n\n".join(texts)
