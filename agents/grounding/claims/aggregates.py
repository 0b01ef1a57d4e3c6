"""Claims that compare two figures of a column, such as mean and median, or an entry with the mean of all."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.checks.series import plain
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged, decided, series_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure, Table

_WAY = (
    r"(?P<way>above|below|over|under|(?:higher|lower|greater|less|more|fewer|larger|smaller) than|exceeds?|exceeding)"
)
_STATISTICS = {
    "mean": "mean", "average": "mean", "median": "median", "maximum": "maximum", "minimum": "minimum",
    "lower quartile": "25th percentile", "first quartile": "25th percentile", "upper quartile": "75th percentile",
    "third quartile": "75th percentile", "5th percentile": "5th percentile", "25th percentile": "25th percentile",
    "75th percentile": "75th percentile", "95th percentile": "95th percentile",
}  # fmt: skip
"""Words for the figures of a column, with the measures that hold them."""
_ONE = "|".join(_STATISTICS)
_BOTH = re.compile(
    rf"\b(?P<left>{_ONE})\b(?:[^.;]|\.\d){{0,60}}?\b{_WAY}\s+(?:(?:the|its|their|his|her)\s+)?(?P<right>{_ONE})\b",
    re.IGNORECASE,
)
_OVERALL = re.compile(
    rf"\b{_WAY}\s+(?:the\s+)?(?:(?:overall|general|grand|total)\s+(?:mean|average)\b|(?:mean|average)\s+of\s+(?:all|\d))",
    re.IGNORECASE,
)
_MORE = ("above", "over", "more than", "higher than", "greater than", "larger than", "exceed", "exceeds", "exceeding")


def judged_aggregates(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for match in _BOTH.finditer(sentence.text):
        kinds = [_STATISTICS[match[side].lower()] for side in ("left", "right")]
        if kinds[0] != kinds[1]:
            yield from decided(list(_two_figures(sentence, match, kinds, vocabulary)))
    for match in _OVERALL.finditer(sentence.text):
        yield from decided(list(_entry_and_mean(sentence, match, vocabulary)))


def _claim(match: re.Match[str], left: float, right: float, told: str, table: Table) -> Judged:
    more = match["way"].lower() in _MORE
    return Judged(match["way"], match.start("way"), left > right if more else left < right, told, table.evidence)


def _two_figures(
    sentence: Sentence, match: re.Match[str], kinds: Sequence[str], vocabulary: Vocabulary
) -> Iterator[Judged]:
    named = {m for w in sentence.words for m in vocabulary.named(w, by_needs=False)}
    for table in vocabulary.tables:
        measures = table.measures
        if named and not named & set(measures.values()):
            continue
        rows = rows_of(table, Owner(tuple(sentence.names[:1])), vocabulary) or []
        for left_name, right_name in _pairs(measures, kinds) if len(rows) == 1 else ():
            if {left_name, right_name} <= rows[0].values.keys():
                left, right = rows[0].values[left_name], rows[0].values[right_name]
                yield _claim(match, left, right, f"{left_name} {plain(left)}, {right_name} {plain(right)}", table)


def _pairs(measures: Mapping[str, Measure], kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Two figures of the same column: those that are called so, or columns such as `mean_sales` and `median_sales`."""
    if set(kinds) <= set(measures):
        yield kinds[0], kinds[1]
        return
    for left, right in product(measures.values(), measures.values()):
        if [left.aggregate, right.aggregate] == list(kinds) and left.words == right.words:
            yield left.name, right.name


def _entry_and_mean(sentence: Sentence, match: re.Match[str], vocabulary: Vocabulary) -> Iterator[Judged]:
    subjects: list[Mention] = [m for m in sentence.mentions if m.end <= match.start()][-1:]
    for subject in subjects:
        for one in series_at(sentence, match.start(), match.end(), vocabulary):
            own = rows_named(one.table, subject, vocabulary)
            value = one.value(own[0]) if len(own) == 1 and not own[0].whole else None
            mean = _overall(one.measure, vocabulary)
            if value is not None and mean is not None and one.measure.aggregate == "mean":
                told = f"{subject.text} {plain(value)}, all {plain(mean)}"
                yield _claim(match, value, mean, told, one.table)


def _overall(measure: Measure, vocabulary: Vocabulary) -> float | None:
    for table in vocabulary.tables:
        for row in table.rows if all(row.whole for row in table.rows) else ():
            for name, value in row.values.items():
                other = table.measures[name]
                if other.aggregate == "mean" and other.words == measure.words:
                    return value
    return None
