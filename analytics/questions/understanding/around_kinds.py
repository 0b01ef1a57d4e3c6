"""Words that only go along with a kind of number: the coefficient of a correlation, the shape of a distribution."""

from analytics.questions.language.lexicon import FREE
from analytics.questions.language.words import word_set
from analytics.questions.understanding.reading import Reading

_WITH = {
    "relation": "coefficient coefficients strength r linear",
    "pearson": "coefficient coefficients r linear correlation",
    "spearman": "coefficient coefficients rho correlation",
    "normality": "distribution distributed adhere adheres follow follows following approximately roughly",
    "skewness": "distribution distributed coefficient positively negatively left right",
    "kurtosis": "distribution coefficient",
    "outliers": "detect detected detection method rule threshold would identified",
    "zscore": "threshold absolute method",
    "iqr": "method rule range",
    "missing": "detect detected",
    "std": "values",
}
_WORDS = {kind: word_set(words) for kind, words in _WITH.items()}


def read_words_around_kinds(reading: Reading) -> None:
    """Account for words that say nothing beyond the kind that they go along with."""
    if "zscore" in reading.kinds.values():
        _read_threshold(reading)
    along = frozenset[str]().union(*(_WORDS.get(kind, frozenset()) for kind in reading.kinds.values()))
    for place in reading.left():
        if reading.word(place) in along:
            reading.use(place, place + 1)
    _drop_rates(reading)
    _drop_all_groups(reading)
    _read_descriptions(reading)
    if {"count"} < set(reading.kinds.values()):
        _drop_counted_measures(reading)


def _drop_rates(reading: Reading) -> None:
    """The rate of `murder rate` beside a column of rates asks for no share of the rows: it says what is measured."""
    from analytics.questions.language.vocabulary import is_measure, is_summed

    for place, kind in list(reading.kinds.items()):
        measured = any(m.end == place and is_measure(m.column) and not is_summed(m.column) for m in reading.columns)
        if kind == "rate" and measured and reading.word(place) in ("rate", "rates"):
            del reading.kinds[place]


def _read_threshold(reading: Reading) -> None:
    """The 2.5 of `with a threshold of 2.5`."""
    for place, word in enumerate(reading.words):
        at = place + 1 + (reading.word(place + 1) in ("of", "value", "is", ">"))
        if word == "threshold" and at < len(reading.tokens) and (number := reading.tokens[at].number):
            reading.threshold = number
            reading.use(place, at + 1)


def _drop_counted_measures(reading: Reading) -> None:
    """`the number of children` beside another kind is a column's name for what it counts, and no count of rows."""
    from analytics.questions.language.vocabulary import is_measure

    for place, kind in list(reading.kinds.items()):
        after = place + 2 + (reading.word(place + 2) in ("the", "all"))
        mention = reading.mention_at(after)
        if kind == "count" and reading.word(place + 1) == "of" and mention is not None and is_measure(mention.column):
            del reading.kinds[place]


def _drop_all_groups(reading: Reading) -> None:
    """`across all countries and years` is over all rows: it names neither a group nor a condition."""
    from analytics.questions.language.vocabulary import is_category

    for place, word in enumerate(reading.words[:-1]):
        if word not in ("across", "over") or reading.word(place + 1) != "all":
            continue
        at = place + 2
        while (mention := reading.mention_at(at)) or reading.word(at) in _LISTED:
            if mention is not None and is_category(mention.column):
                reading.columns.remove(mention)
            at = mention.end if mention else at + 1
        for unit in [unit for unit in reading.parts if place < unit < at]:
            del reading.parts[unit]
        reading.use(place, at)


_LISTED = word_set("and the years months days weekdays hours quarters")


def _read_descriptions(reading: Reading) -> None:
    """Words between a column's name and the word `column` describe it: the `compound` sentiment score column."""
    for mention in reading.columns:
        until = range(mention.end, min(mention.end + _LONGEST_DESCRIPTION + 1, len(reading.tokens)))
        end = next((at for at in until if reading.word(at) in ("column", "columns")), None)
        between = range(mention.end, end or mention.end)
        if all(at not in reading.used for at in between if reading.word(at) not in FREE):
            reading.use(mention.end, end or mention.end)


_LONGEST_DESCRIPTION = 3
"""Most words that describe a column after its name."""
