"""Words of questions and of names, and what they name."""

import re

from analytics.results import ColumnProfile

SYNONYMS = {
    "women": "female",
    "woman": "female",
    "girls": "female",
    "men": "male",
    "man": "male",
    "boys": "male",
}
"""Words of a question that name a value of a column in other words."""

_WHY = re.compile(
    r"\b(?:why|how come|what (?:made|makes)|causes?|caused|reasons?|explains?|because|drives?|drove|drivers?|behind"
    r"|warum|wieso|weshalb)\b",
    re.IGNORECASE,
)

_QUESTION_WORDS = {"who", "what", "which", "where", "when", "how", "why"}
"""First words of a question, which name no column."""


def words_of(text: str) -> list[str]:
    """Words of a name or a sentence: `depDelay_mean` is dep, delay, mean."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return [word.casefold() for word in re.findall(r"[^\W_]+", parted)]


def same_word(part: str, word: str) -> bool:
    """Two words of the same stem, as far as their beginnings tell: `delay` and `delays`, `dep` and `departure`."""
    shorter, longer = sorted((part, word), key=len)
    if len(shorter) < 3:
        return part == word
    common = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return common >= max(3, round(0.75 * len(shorter))) and (common == len(shorter) or len(shorter) > 4)


def has_word(name: str, starts: str) -> bool:
    """Return whether a word of a name begins like one of `starts`, which spaces part."""
    return any(word.startswith(tuple(starts.split())) for word in words_of(name))


def named_share(name: str, question: str | None) -> float:
    """Share of the words of `name` that a question uses: `delays` and `departure` both name `dep_delay`."""
    asked, parts = words_of(question or ""), words_of(name)
    asked = asked[1:] if asked[:1] and asked[0] in _QUESTION_WORDS else asked
    if not parts:
        return 0.0
    found = sum(any(same_word(part, word) for word in asked) for part in parts)
    if not found and len(name) > 1 and not name.isascii() and name.casefold() in (question or "").casefold():
        return 1.0  # languages that are written without spaces
    return found / len(parts)


def values_named(column: ColumnProfile, question: str) -> list[str]:
    """Values of a category that a question names, such as `female` for women; only its most frequent ones are known."""
    words = words_of(question)
    words += [SYNONYMS[word] for word in words if word in SYNONYMS]
    text = f" {' '.join(words)} "
    return [top.value for top in column.top if (value := " ".join(words_of(top.value))) and f" {value} " in text]


def asks_why(question: str) -> bool:
    """A question for the reason of a figure."""
    return bool(_WHY.search(question))
