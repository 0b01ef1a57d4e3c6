"""Check of a researcher's findings against what it read: ids exist, quotes occur, numbers are found."""

import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic_ai import ModelRetry, RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse

from agents.grounding.output_check import MOST_ASKS
from agents.grounding.texts.quotes import occurs
from agents.grounding.texts.support import unsupported_in
from agents.grounding.tool_calls.evidence_ids import collect_evidence, times_asked
from agents.outputs import Evidence
from agents.outputs.research import (
    AUDIENCES,
    AudienceSummaries,
    AudienceSummary,
    CitedSource,
    KeyPoint,
    ResearchFindings,
)
from agents.toolsets.deps import ResearchDeps
from analytics.documents.corpus import Corpus
from analytics.documents.index import CorpusPassage

_ASK = "Some of it is not in what it cites:"
_PASSAGE = re.compile(r"\bS\s?(\d+)\s?(?:#\s?(\d+))?", re.IGNORECASE)
_RESULT = re.compile(r"\bE\s?(\d+)\b", re.IGNORECASE)
_ASK_SUMMARY = "Some of it is not in the findings:"


def check_findings(ctx: RunContext[ResearchDeps], findings: ResearchFindings) -> ResearchFindings:
    """Output validator: ask the model to correct what the sources do not support, at most twice, then mark it.

    Raises:
        ModelRetry: Naming each key point, what was not found, and where it is if that is known.
    """
    may_ask = times_asked(ctx.messages, _ASK) < MOST_ASKS and ctx.retry < ctx.max_retries
    if may_ask and not _has_looked(ctx.messages):
        raise ModelRetry(f"{_ASK} you have looked at no source yet. Use the tools first.")
    corpus, evidence = ctx.deps.corpus, collect_evidence(ctx.messages)
    checks = [_PointCheck(point, corpus, evidence) for point in findings.key_points]
    names = _names(corpus)
    texts = [_full(passage) for check in checks for passage in check.passages]
    unverified = unsupported_in(findings.summary, texts, evidence, names)
    problems = [f"key_points, number {n}: {check.problem}" for n, check in enumerate(checks, start=1) if check.problem]
    if unverified:
        problems.append(f"summary: {_quoted(unverified)} in nothing that the key points cite")
    if problems and may_ask:
        listed = "\n".join(f"- {problem}." for problem in problems)
        raise ModelRetry(f"{_ASK}\n{listed}\nCite what holds it, copy the quote exactly, correct it, or leave it out.")
    cited = {source for check in checks for source in check.cited}
    return findings.model_copy(
        update={
            "key_points": [check.marked for check in checks],
            "sources": [
                CitedSource(id=source.id, name=source.name, kind=source.kind, title=source.title)
                for source in corpus.sources
                if source.id in cited
            ],
            "unverified": unverified,
        }
    )


class _PointCheck:
    """One key point beside what it cites.

    Attributes:
        passages: The passages cited.
        marked: The point with plain ids that exist, and with what was not found.
        cited: Ids of the sources it rests on.
        problem: What was not found, for the model; empty if all is there.
    """

    def __init__(self, point: KeyPoint, corpus: Corpus, evidence: Sequence[Evidence]) -> None:
        ids = _plain_ids(point, corpus)
        self.passages = corpus.passages(ids)
        results = [item for item in evidence if item.id in ids]
        known = {passage.id for passage in self.passages} | {item.id for item in results}
        unknown = [each for each in ids if each not in known]
        names = _names(corpus)
        texts = [_full(passage) for passage in self.passages]
        numbers = unsupported_in(point.statement, texts, results, names)
        quote = self._quote_problem(point.quote, corpus)
        problems = [f"there is no {', '.join(unknown)}"] if unknown else []
        problems += ["it cites nothing"] if not ids else []
        problems += [quote] if quote else []
        problems += [f"{_quoted(numbers)} not in {', '.join(ids) or 'anything cited'}"] if numbers else []
        self.problem = "; ".join(problems)
        self.cited = {passage.source for passage in self.passages}
        self.cited |= {str(item.arguments.get("source", "")).upper() for item in results}
        unverified = [
            *unknown,
            *numbers,
            *(["the quote"] if quote else []),
            *(["no source is cited"] if not ids else []),
        ]
        sources = [each for each in ids if each in known]
        self.marked = point.model_copy(update={"sources": sources, "unverified": unverified})

    def _quote_problem(self, quote: str, corpus: Corpus) -> str:
        if not self.passages:
            return ""
        if not quote.strip():
            return f"a quote from {', '.join(passage.id for passage in self.passages)} is missing"
        if any(occurs(quote, _full(passage)) for passage in self.passages):
            return ""
        holder = next((found.id for found in corpus.search(quote, limit=5) if occurs(quote, _full(found))), None)
        return "the quote is not there word for word" + (f" (but in {holder}: cite it)" if holder else "")


def _plain_ids(point: KeyPoint, corpus: Corpus) -> list[str]:
    """Read `[S3#2]`, `s3 #2` and `S3#2, E1` as they are meant, and a whole document as the passage quoted from it."""
    ids: list[str] = []
    for cited in point.sources:
        for source, number in _PASSAGE.findall(cited):
            ids.append(f"S{source}#{number}" if number else _quoted_passage(f"S{source}", point.quote, corpus))
        ids += [f"E{number}" for number in _RESULT.findall(cited)]
        if not _PASSAGE.search(cited) and not _RESULT.search(cited) and cited.strip():
            ids.append(cited.strip()[:80])
    return list(dict.fromkeys(ids))


def _quoted_passage(source: str, quote: str, corpus: Corpus) -> str:
    if quote.strip():
        for found in corpus.search(quote, limit=5, source=source):
            if occurs(quote, _full(found)):
                return found.id
    return source


def _names(corpus: Corpus) -> set[str]:
    """Names of the sources, whose digits are no numbers."""
    names = {source.name for source in corpus.sources}
    return names | {name.rsplit("/", 1)[-1] for name in names} | {s.dataset.name for s in corpus.sources if s.dataset}


def _full(passage: CorpusPassage) -> str:
    return f"{passage.heading}\n{passage.text}"


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(map(repr, texts))


def _has_looked(messages: Sequence[ModelMessage]) -> bool:
    responses = [message for message in messages if isinstance(message, ModelResponse)]
    return any(part.tool_name != "final_result" for response in responses for part in response.tool_calls)


def check_summaries(ctx: RunContext[ResearchFindings], summaries: AudienceSummaries) -> AudienceSummaries:
    """Output validator: have numbers and ids that the findings do not hold put right, at most twice, then mark them.

    Raises:
        ModelRetry: Naming each audience and what was not found.
    """
    findings = ctx.deps
    texts = [f"{point.statement}\n{point.quote}" for point in findings.key_points if not point.unverified]
    texts += findings.open_questions
    if not findings.unverified:
        texts.append(findings.summary)
    names = [name for source in findings.sources for name in (source.name, source.title) if name]
    known = {each for point in findings.key_points for each in point.sources}
    parts: Mapping[str, AudienceSummary] = {name: getattr(summaries, name) for name in AUDIENCES}
    missing = {name: _missing(part, texts, names, known) for name, part in parts.items()}
    if any(missing.values()) and times_asked(ctx.messages, _ASK_SUMMARY) < MOST_ASKS and ctx.retry < ctx.max_retries:
        listed = "\n".join(f"- {name}: {_quoted(found)}." for name, found in missing.items() if found)
        raise ModelRetry(f"{_ASK_SUMMARY}\n{listed}\nCorrect it or leave it out.")
    return AudienceSummaries(
        **{name: part.model_copy(update={"unverified": missing[name]}) for name, part in parts.items()}
    )


def _missing(part: AudienceSummary, texts: list[str], names: list[str], known: set[str]) -> list[str]:
    said = f"{part.headline}\n{part.text}"
    ids = re.findall(r"\[((?:S\d+#\d+|E\d+)(?:,\s*(?:S\d+#\d+|E\d+))*)\]", said)
    unknown = [each for group in ids for each in re.split(r",\s*", group) if each not in known]
    return list(dict.fromkeys([*unsupported_in(said, texts, names=names), *unknown]))
