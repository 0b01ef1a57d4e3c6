"""Order of the versions of a data set: by time, or by the numbers in texts of the same form."""

import re
from datetime import datetime


def is_older(version: str, than: str) -> bool:
    """Tell whether a version is older than another: by time, or else by the numbers in texts of the same form.

    `9` comes before `10`, `v1.9` before `v1.10`, `1.2` before `1.2.1`, `2025-06-01` before `2025-06-02T00:00`. Texts
    that differ in more than their numbers, such as hashes, or `1.2` and `1.2-rc1`, have no order: none is older.
    """
    try:
        first, second = datetime.fromisoformat(version), datetime.fromisoformat(than)
        if (first.tzinfo is None) == (second.tzinfo is None):
            return first < second
    except ValueError:
        pass
    (words, numbers), (other_words, other_numbers) = _form(version), _form(than)
    return bool(numbers and other_numbers) and _are_alike(words, other_words) and numbers < other_numbers


def _form(version: str) -> tuple[list[str], list[int]]:
    """Split a version into the texts between its numbers and the numbers."""
    parts = re.split(r"([0-9]+)", version)
    return parts[::2], [int(number) for number in parts[1::2]]


def _are_alike(words: list[str], other_words: list[str]) -> bool:
    """Tell whether two versions have the same texts between their numbers. One may have more numbers (1.2, 1.2.1)."""
    shorter, longer = sorted((words, other_words), key=len)
    between = len(shorter) - 1
    if shorter[:between] != longer[:between] or shorter[-1] != longer[-1]:
        return False
    # Further numbers must have the same separator as the first ones: 1.2-rc1 comes before 1.2, not after it.
    separators = set(shorter[1:between]) or {"."}
    return len(longer) == len(shorter) or {*separators, *longer[between:-1]} in ({"."}, {"-"}, {"_"})
