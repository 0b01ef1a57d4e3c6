"""Words that stand for a missing cell, judged column by column, so that Namibia stays NA."""

from analytics.reading.cells.kinds import shape

USUAL = {"NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A", "<NA>", "-nan", "-NaN", "\\N"}
"""Spellings that programs write, missing also among text."""
_ERRORS = {"#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#N/A N/A", "Err:502", "#####"}
"""Errors of spreadsheets."""
_SIGNS = {"-", "--", "---", "\u2013", "\u2014", ".", "..", "...", "?", "??", "*", "/"}
"""Signs, missing where all other cells have letters or digits."""
_AMONG_NUMBERS = {
    "na", "n/a", "n.a.", "n.a", "n/d", "n.d.", "nd", "nan", "null", "nil", "none", "missing", "unknown",
    "no data", "not available", "not applicable", "tbd", "k.a.", "keine angabe", "s/d", "n.v.t.", "suppressed",
    "redacted", "(null)", "void", "0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "x", ":", "\u2026", "#n/a",
    "blank", "empty",
}  # fmt: skip
"""Words that are missing in a column of numbers or dates, in any case."""


def missing_in_text(values: list[str]) -> tuple[set[str], str | None]:
    """Words of a text column that stand for missing.

    Args:
        values: Its different cells, without outer spaces and empty ones.

    Returns:
        The words, and one that was kept since the others are codes like it, if there is one.
    """
    distinct = set(values)
    words = distinct & (USUAL | _ERRORS)
    others = distinct - words - _SIGNS
    kept = None
    for word in sorted(words & {"NA", "None", "NULL"}):
        alike = [other for other in others if len(other) == len(word) and shape(other) == shape(word)]
        if word.isupper() and len(alike) > max(1, 0.7 * len(others)) and all(other.isupper() for other in alike):
            words -= {word}
            kept = word
    if others and all(any(letter.isalnum() for letter in other) for other in others):
        words |= distinct & _SIGNS
    return words, kept


def missing_among_numbers(values: list[str]) -> set[str]:
    """Words of a column that stand for missing if its other cells are numbers or dates."""
    # Spreadsheets write an apostrophe before what is to stay text.
    plain = {word: word.removeprefix("'") for word in values}
    known = USUAL | _ERRORS | _SIGNS
    return {word for word in values if plain[word] in known or plain[word].casefold() in _AMONG_NUMBERS}
