"""The outcome of a table: the column of two values that the others may explain."""

import re
from collections.abc import Sequence

from analytics.questions.language.words import words_of
from analytics.results import ColumnProfile, DatasetProfile

_NAMES = re.compile(
    r"surviv|fraud|churn|attrition|convert|conversion|cancel|click|return|complain|fail|success|approv|accept"
    r"|admit|purchas|subscrib|recidiv|readmi|diseas|diabet|stroke|diagnos|infect|deceas|dead|death|died|alive|won$|win$"
    r"|pass(?:ed)?$|late$|delayed|default|spam|target$|outcome|response|responded|label$|renew|bought|hired|released"
    r"|unhappy|satisfied|defect|damaged|injur|relapse"
)
"""Beginnings of words that outcomes are called by."""


def outcome_of(profile: DatasetProfile, asked: Sequence[str]) -> ColumnProfile | None:
    """The outcome: the one that the hints name, else that of the question, else one that is called like one.

    Args:
        profile: The table.
        asked: Columns that the question names; empty without a question.
    """
    columns = [column for column in profile.columns if column.distinct == 2 and column.role != "time"]
    repeats = {each.column for each in profile.repeats}
    if named := [column for column in columns if column.outcome]:
        return named[0]
    called = [column for column in columns if column.name not in repeats and _is_called_so(column)]
    if asked:
        return next((column for column in called if column.name in asked), None)
    return called[0] if called else None


def _is_called_so(column: ColumnProfile) -> bool:
    return any(_NAMES.match(word) for word in words_of(column.name))
