"""Admission of a fact that an agent proposes: only what results of its run show can be remembered.

Three rules make text of the data, such as an instruction in a cell, no fact:

- at least one number of the sentence is verified by a result that it cites;
- nothing in it is contradicted, unverified, left unread or a cause that no result shows;
- every other word is one of `agents.memory.words`, of a column's name, or of a name in these results that has at most
  three words. Such names are put in quotation marks.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic_ai import ModelRetry

from agents.grounding.checker import Checker, flagged
from agents.grounding.reading.written_dates import read_dates
from agents.grounding.results.tables import names_in
from agents.memory.words import PLAIN
from agents.outputs import Check, Evidence
from analytics.results import Anomalies, KnownFact
from runtime.memory.types import MOST_TEXT, NewFact

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W\d_]+)?")
_COUNTED = re.compile(r"\d+(?:st|nd|rd|th|k|m|s)?")
"""Pattern of a number, also with an ending."""
_MOST_WORDS_OF_NAME = 3
"""Most words of a name of the data in a fact."""
_MOST_OF_NAME = 40
"""Characters of a name."""


def admitted(text: str, cited: Sequence[str], evidence: Sequence[Evidence], columns: Sequence[str]) -> NewFact:
    """Return the fact that a sentence of a model may become.

    Args:
        text: The sentence.
        cited: Ids of the results that show it.
        evidence: Results of the run.
        columns: Columns of the data set.

    Raises:
        ModelRetry: It may not become one; the message says why.
    """
    text = " ".join(text.split())
    if not text or len(text) > MOST_TEXT:
        raise ModelRetry(f"A fact is one sentence of at most {MOST_TEXT} characters.")
    results = [item for item in evidence if not isinstance(item.result, KnownFact)]
    known = {item.id for item in results}
    unknown = [id_ for id_ in cited if id_ not in known]
    if not cited or unknown:
        told = f"{', '.join(unknown)} is no result of this run" if cited else "no evidence is given"
        raise ModelRetry(f"A fact needs the ids of the results that show it, such as E2: {told}.")
    checks = Checker(results).checks(text, cited)
    if wrong := flagged(checks) + [check.text for check in checks if check.verdict in ("unread", "interpretation")]:
        raise ModelRetry(f"Not shown by {', '.join(cited)}: {', '.join(map(repr, wrong))}. Remember what results show.")
    if not any(_is_measured(check, known) for check in checks):
        raise ModelRetry("A fact says a number that a result shows, with what it is about.")
    shown = [item for item in results if item.id in cited]
    said = {"text": _quoted(text, shown, columns), "column": _column(shown)}
    return NewFact.model_validate({**said, **_period(text)})


def _is_measured(check: Check, known: set[str]) -> bool:
    """Return whether a check found a number in a result."""
    number = any(character.isdigit() for character in check.text)
    return number and check.verdict in ("verified", "derived") and check.evidence in known


def _quoted(text: str, shown: Sequence[Evidence], columns: Sequence[str]) -> str:
    """Return the text with names of the data in quotation marks, if it has no other words than it may have."""
    names = [name for name in names_in(shown) if _is_short(name) and name not in columns]
    own = {word.casefold() for column in columns for word in re.findall(r"[^\W_]+", column)}
    own |= {column.casefold() for column in columns}
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if not _is_plain(name, own))
    found = re.compile(rf"(?<![\w\"\u201c])(?:{pattern})(?![\w\"\u201d])") if pattern else None
    rest = found.sub(" ", text) if found else text
    strange = [word for word in _WORD.findall(rest) if not _is_plain(word, own)]
    if strange:
        listed = ", ".join(map(repr, list(dict.fromkeys(strange))[:8]))
        raise ModelRetry(
            f"A fact has only names and numbers of the results, and plain words of measuring. Leave out {listed}."
        )
    return found.sub(lambda match: f"\u201c{match[0]}\u201d", text) if found else text


def _is_short(name: str) -> bool:
    return 0 < len(name) <= _MOST_OF_NAME and len(_WORD.findall(name)) <= _MOST_WORDS_OF_NAME


def _is_plain(text: str, own: set[str]) -> bool:
    words = re.findall(r"\w+", text.casefold())
    return all(word in PLAIN or word in own or _COUNTED.fullmatch(word) for word in words)


def _column(shown: Sequence[Evidence]) -> str | None:
    columns = {item.result.column for item in shown if isinstance(item.result, Anomalies)}
    return columns.pop() if len(columns) == 1 else None


def _period(text: str) -> dict[str, object]:
    """Return kind and period of a sentence that is about days."""
    dates = read_dates(text)
    if not dates or any(one.year is None or one.month is None or one.day is None for one in dates):
        return {}
    try:
        days = [datetime.fromisoformat(f"{one.year:04d}-{one.month:02d}-{one.day:02d}") for one in dates]
    except ValueError:  # no such day
        return {}
    return {"kind": "event", "valid_from": min(days), "valid_until": max(days) + timedelta(days=1)}
