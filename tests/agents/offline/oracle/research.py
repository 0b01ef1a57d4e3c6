"""An independent check of offline research: quotes against the texts, figures against the tables, words not found."""

import math
import re
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from agents.outputs.research import AudienceSummaries, KeyPoint, ResearchFindings
from tests.agents.offline.oracle.columns import times_of

_LABEL = "Fixed rules picked these sentences from the sources; no language model was used."
_NOTHING = "The sources hold nothing about the topic."
_NUMBER = r"-?[\d,]*\.?\d+(?:e[+-]?\d+)?"
_SIZE = re.compile(
    r"(?P<title>.+) has (?P<rows>[\d,]+) rows? and (?P<columns>[\d,]+) columns?"
    r"(?: from (?P<first>.+?) to (?P<last>.+))?\."
)
_FIGURES = re.compile(
    rf"(?P<column>.+) in (?P<title>.+) is (?P<mean>{_NUMBER}) on average, with a median of (?P<median>{_NUMBER})"
    rf"(?:, and lies between (?P<min>{_NUMBER}) and (?P<max>{_NUMBER}))?\."
)
_UNSAID = re.compile(r"No passage that was found has the words? (?P<words>.+)\.")


def false_research(
    findings: ResearchFindings,
    summaries: AudienceSummaries,
    sentences: Mapping[str, list[str]],
    frames: Mapping[str, pd.DataFrame],
) -> list[str]:
    """Return what is false in offline research, a line each; nothing when all of it is true.

    Args:
        findings: What was found.
        summaries: What each audience is told.
        sentences: The sentences of each document as they stand there, by its name.
        frames: The tables as they were read, by their names.
    """
    return [
        *(problem for point in findings.key_points for problem in _of_point(point, findings, sentences, frames)),
        *_of_summary(findings),
        *(problem for text in findings.open_questions for problem in _of_question(text, sentences)),
        *_of_audiences(findings, summaries),
    ]


def _of_point(
    point: KeyPoint,
    findings: ResearchFindings,
    sentences: Mapping[str, list[str]],
    frames: Mapping[str, pd.DataFrame],
) -> Iterator[str]:
    if point.unverified:
        yield f"marked: {point.unverified} in: {point.statement}"
    if not point.quote:
        yield from _of_table(point.statement, frames)
        return
    names = {source.id: source.name for source in findings.sources}
    held = [sentences[names[each.partition("#")[0]].rpartition("/")[2]] for each in point.sources]
    if not any(point.quote in whole for whole in held):
        yield f"no whole sentence of {point.sources}: {point.quote}"
    # Nothing but marks of Markdown and addresses of links may be left out.
    if re.findall(r"\w+", re.sub(r"\]\([^)]*\)", "]", point.quote).replace("_", " ")) != re.findall(
        r"\w+", point.statement.replace("_", " ")
    ):
        yield f"not the words of its quote: {point.statement}"


def _of_table(statement: str, frames: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    size, figures = _SIZE.fullmatch(statement), _FIGURES.fullmatch(statement)
    said = size or figures
    if said is None or (frame := frames.get(_bare(said["title"]))) is None:
        yield f"not understood: {statement}"
        return
    if size:
        right = (len(frame), frame.shape[1])
        if tuple(int(size[part].replace(",", "")) for part in ("rows", "columns")) != right:
            yield f"is {right}: {statement}"
        if size["first"] and not _spans(frame, pd.Timestamp(size["first"]), pd.Timestamp(size["last"])):
            yield f"no column of times has these ends: {statement}"
    elif figures:
        values = frame[_bare(figures["column"])].astype("float64").replace([np.inf, -np.inf], np.nan)
        for name in ("mean", "median", "min", "max"):
            right = float(getattr(values, name)())
            if figures[name] is not None and not _written(right, figures[name]):
                yield f"the {name} is {right}: {statement}"


def _bare(name: str) -> str:
    return name.strip("\u201c\u201d")


def _spans(frame: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> bool:
    for name in frame:
        if pd.api.types.is_datetime64_any_dtype(frame[name]):
            stamps = times_of(frame[name]).dropna().dt.tz_localize(None).dt.floor("min")
            if len(stamps) and (stamps.min(), stamps.max()) == (first, last):
                return True
    return False


def _written(value: float, text: str) -> bool:
    """Return whether a number is written so, to its last digit."""
    said = float(text.replace(",", ""))
    half = 0.006 * abs(said) if "e" in text else 0.51 * 10 ** -len(text.partition(".")[2])
    return math.isclose(said, value, abs_tol=half)


def _of_summary(findings: ResearchFindings) -> Iterator[str]:
    said = " ".join(point.statement for point in findings.key_points[:2])
    if findings.summary != (f"{said} {_LABEL}" if said else _NOTHING):
        yield f"the summary says what no key point says: {findings.summary}"


def _of_question(text: str, sentences: Mapping[str, list[str]]) -> Iterator[str]:
    if (said := _UNSAID.fullmatch(text)) is None:
        yield f"not understood: {text}"
        return
    held = {word.casefold() for whole in sentences.values() for one in whole for word in re.findall(r"[^\W_]+", one)}
    for word in re.findall(r"\u201c([^\u201d]+)\u201d", said["words"]):
        if word.casefold() in held:
            yield f"a document has the word {word}"


def _of_audiences(findings: ResearchFindings, summaries: AudienceSummaries) -> Iterator[str]:
    plain = [point.statement for point in findings.key_points]
    cited = [f"{point.statement} [{', '.join(point.sources)}]" for point in findings.key_points]
    for name, points in (("technical", cited), ("executive", plain), ("general", plain)):
        part = getattr(summaries, name)
        if part.unverified:
            yield f"marked: {part.unverified} for {name} readers"
        if part.headline != (plain[0] if plain else _NOTHING):
            yield f"the headline for {name} readers is no first finding: {part.headline}"
        for text in filter(None, part.text.split("\n\n")):
            if text not in (*points, *findings.open_questions, _LABEL):
                yield f"{name} readers are told what was not found: {text}"
