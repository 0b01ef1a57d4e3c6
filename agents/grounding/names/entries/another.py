"""The last words of a name that belong to another one: the Korea of `North Korea`, where only South Korea is known."""

import re
from collections.abc import Collection, Sequence

from agents.grounding.names.common_words import COMMON, FUNCTION_WORDS
from agents.grounding.names.entries.calendar import WORDS
from agents.grounding.reading.words import Token, tokens
from analytics.questions.language.words import word_set

_SIDES = word_set(
    "north south east west northern southern eastern western central upper lower new old great greater little inner "
    "outer northeast northwest southeast southwest"
)
"""Words that tell two places of one name apart, so that they count where they open a sentence as well."""
_TITLES = word_set(
    "mr mrs ms miss dr prof professor president senator governor judge justice sir lord lady king queen prince "
    "princess pope saint captain coach general minister chancellor mayor congressman representative secretary admiral "
    "colonel team club river lake mount port fort city county state province republic company university hospital "
    "station route line flight series season district region department class group category brand model"
)
"""Words before a name that say of what kind it is."""


def of_another(text: str, words: Sequence[Token], place: int, names: Collection[str]) -> bool:
    """Return whether the word before a part of a name makes it another name.

    Args:
        text: The sentence.
        words: Its words.
        place: Where the part begins among them.
        names: The names that it may be a part of.
    """
    before = words[place - 1] if place else None
    if before is None or text[before.end : words[place].start] != " " or not before.text[:1].isupper():
        return False
    own = {token.lower for name in names for token in tokens(name)}
    if before.lower in own or before.lower in _TITLES | WORDS or before.text[-1:].isdigit():
        return False
    if before.lower in _SIDES:
        return True
    opens = not re.search(r"\w", text[: before.start])
    return not (opens or before.lower in COMMON or before.lower in FUNCTION_WORDS)
