"""Names of which a word is another form: `sunny` for sun, `Canadians` for Canada, `insects` for insecti."""

from collections.abc import Collection, Mapping

from agents.grounding.names.common_words import COMMON
from agents.grounding.names.entries.peoples import countries_of
from agents.grounding.reading.words import Token
from analytics.questions.language.calendar_words import MONTHS, WEEKDAYS

_SHORTEST = 4
"""Letters that a word has more than, to be a name without its end."""
_CALENDAR = frozenset(WEEKDAYS[0]) | {name for names in MONTHS for name in names if len(name) > _SHORTEST}
"""Names of which entries may be the first letters: `Sun`, `Thur`."""
_CUT = 2
"""Letters that may be missing at its end."""


def kin(
    word: Token, names: Mapping[tuple[str, ...], Collection[str]], by_stem: Mapping[str, Collection[str]]
) -> set[str]:
    """The names of which a word is another form.

    Args:
        word: The word.
        names: Names as they are written by their words in lower case.
        by_stem: Names of one word by its stem.
    """
    if word.lower in COMMON:
        return set()
    if word.text[0].isupper():
        found = set(countries_of(word.text, [" ".join(words) for words in names]))
        if found:
            return {spelled for name in found for spelled in names[tuple(name.split())]}
    if word.lower in _CALENDAR:
        return {name for size in range(_SHORTEST - 1, len(word.lower)) for name in names.get((word.lower[:size],), ())}
    same = {name for name in by_stem.get(word.stem, ()) if not _is_code(name)}
    if not same and len(word.lower) > _SHORTEST:
        same = {name for spelled in by_stem.values() for name in spelled if _is_cut(name, word.lower)}
    return same if len(same) == 1 else set()


def _is_cut(name: str, word: str) -> bool:
    return name.islower() and name.startswith(word) and 0 < len(name) - len(word) <= _CUT


def _is_code(name: str) -> bool:
    """Return whether a name is too short, or written like a code, to have other forms."""
    return len(name) <= 2 or (name.isupper() and len(name) <= 3) or name.casefold() in COMMON
