"""The cells that a number of a sentence can be."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.aggregates import aggregate_fits, aggregate_of, number_of
from agents.grounding.binding.columns.column_pairs import other_coefficient, pairs_near
from agents.grounding.binding.columns.denied import columns_denied, otherwise_denied
from agents.grounding.binding.columns.figures import other_figure
from agents.grounding.binding.columns.percentile_words import (
    DISTINCT,
    MISSING,
    counts_gaps,
    of_gaps,
    other_need,
    other_quartile,
    says_missing,
)
from agents.grounding.binding.columns.values_of_columns import with_counts_of_values
from agents.grounding.binding.measures import measures_of
from agents.grounding.binding.other_counts import counts_others
from agents.grounding.binding.owners import Owner
from agents.grounding.binding.parts import is_size
from agents.grounding.binding.rows import rows_of
from agents.grounding.binding.taken_together import EXTREME, of_everything, over_all_times, told_of_all, told_together
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import stem, words_of
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NAMELESS, Aggregate, Cell, Measure, Row, Table

_TIME_UNITS = re.compile(r"(?:second|minute|hour|min|sec|hr|ms)s?\b", re.IGNORECASE)
_TIME_STEMS = words_of(
    "delay late time duration minute minutes hour hours second seconds wait length age min sec ms lateness run "
    "runtime latency elapsed travel"
)
_WHOLE = re.compile(
    r"\b(?:overall|in all|all|every|whole|entire|total|altogether|across|typical|usual|average|combined|together"
    r"|dataset|data set|mean|general)\b",
    re.IGNORECASE,
)


def cells_for(
    sentence: Sentence,
    number: WrittenNumber,
    numbers: Sequence[WrittenNumber],
    vocabulary: Vocabulary,
    owner: Owner,
) -> Iterator[Cell]:
    """The cells that a number can be, if it is about `owner`."""
    wanted = measures_of(sentence, number, vocabulary)
    said = number_of(aggregate_of(sentence, number, numbers), sentence, vocabulary.tables)
    wanted = with_counts_of_values(wanted, sentence, number, owner, vocabulary)
    if wanted and all(m.of_rows for m in wanted) and not wanted & vocabulary.own:
        wanted = None  # the word for the rows says nothing of a column: "the most expensive ride cost $166"
    if (
        wanted
        and all(m.aggregate == "count" for m in wanted)
        and not (number.percent or float(number.values[0]).is_integer())
    ):
        wanted = None  # "Dole voters are older (48.1)": no number of voters
    if number.percent and wanted and all(m.of_rows for m in wanted):
        wanted |= frozenset(m for m in vocabulary.own if m.percent or m.aggregate == "share")  # "all trips (100 %)"
    no_value = says_missing(sentence, number, vocabulary.tables)
    stems = _stems(sentence) | ({_MISSING} if no_value else set[str]())
    gaps = not owner.mentions and counts_gaps(sentence, number, vocabulary.tables)
    directly = bool(wanted) and any(
        vocabulary.named(word) & vocabulary.own for word in sentence.words_after(number.end, 3)
    )
    # "205 of 271 women": a name after a number is what it counts.
    text = sentence.text
    of_many = re.match(r"\s+(?:out\s+)?of\s+(?:the\s+)?\d", text[number.end :]) or re.search(
        r"\d\s+(?:out\s+)?of\s+(?:the\s+)?$", text[: number.start]
    )
    of_entry = (
        bool(of_many)
        or is_size(text, number)
        or any(re.fullmatch(r"\s+", sentence.text[number.end : m.start]) for m in owner.mentions if not m.date)
    )
    of_column = frozenset[str]().union(*(m.needs for m in wanted or () if m.words & stems and m.sure)) & stems & MISSING
    part_of_many = bool(of_many) and not (number.percent or said or sentence.aggregates or EXTREME.search(text))
    there_are = of_entry and _THERE_ARE.search(text[: number.start]) is not None
    of_things = _counts_things(sentence, number, vocabulary)
    things_did = of_things and not sentence.aggregates and bool(_DID.match(text, number.end))
    counted = directly and wanted and all(m.aggregate == "count" for m in wanted) and not _EACH.match(text, number.end)
    if said and (rows_counted := _rows_counted(sentence, number, vocabulary)) <= (wanted or frozenset()):
        counted, wanted = counted or bool(rows_counted), rows_counted or wanted  # "3.02 on average over 2,195 trips"
    if (of_entry or counted) and not number.percent and float(number.values[0]).is_integer():
        said = frozenset[Aggregate]()  # "a mean of 12.59 from 29 records"
    if of_entry and wanted and all(m.of_result for m in wanted):  # "2,195 card payments" are no number of payments
        wanted |= frozenset(m for m in vocabulary.own if m.aggregate == "count" and not m.of_result)
    if (
        wanted
        and float(number.values[0]).is_integer()
        and not number.percent
        and (_QUANTIFIED.search(text[: number.start]) or _had_with(text, number, owner))
    ):
        wanted |= frozenset(m for m in vocabulary.own if m.of_rows and m.aggregate == "count" and not m.of_result)
    wanted = _by_aggregate(wanted, said, vocabulary)
    together = told_together(sentence, number)
    of_all = told_of_all(sentence)
    over_time = over_all_times(sentence, number, owner)
    deviation = _DEVIATION.search(text[: number.start])
    having = _HAVING.match(text, number.end)
    denied = columns_denied(sentence, number, vocabulary)
    lacking = {stem(having["word"])} & (MISSING | DISTINCT) if having else set[str]()
    for table in vocabulary.tables:
        rows = rows_of(table, owner, vocabulary)
        whole, paired = table.whole, "coefficient" in table.measures
        if rows is None and not whole and not table.tells_of_itself:
            continue
        if rows and len(rows) > 1 and any(mention.together for mention in owner.mentions):
            continue  # a number of all these rows is that of none of them
        nameless = all(row.nameless for row in rows) if rows else False
        exact = {m.words for m in table.measures.values() if m.aggregate in said and not m.of_result}
        for measure in table.measures.values():
            coefficient = measure.name in _COEFFICIENTS and number.form == "plain" and abs(number.values[0]) <= 1
            coefficient = coefficient and paired
            if coefficient and other_coefficient(sentence, number, measure.name):
                continue
            if not coefficient and (not _measure_fits(measure, wanted) or is_no_time(sentence, number, table, measure)):
                continue
            told = measure.aggregate == "count" and (
                of_entry or (measure.of_rows and (of_things or measure in (wanted or ())))
            )
            if measure.of_result and measure.name == "number of groups" and not _counts_them(sentence, number, measure):
                continue
            shared = number.percent and _PERCENT in measure.needs and measure in (wanted or ())
            if measure.needs and not measure.needs & stems and not told and not shared:
                continue
            extreme = measure.aggregate in {"highest", "lowest"} and EXTREME.search(_near(sentence, number))
            of_exact = measure.aggregate in {"highest", "lowest"} and any(words <= measure.words for words in exact)
            if (measure.words in exact or of_exact) and measure.aggregate not in said and not extreme:
                continue  # where there is a mean, only the mean matches
            if otherwise_denied(sentence, measure, denied) or other_figure(sentence, number, table, measure):
                continue
            if (
                lacking
                and not nameless
                and measure.aggregate == "count"
                and not (measure.needs | measure.words) & lacking
            ):
                continue  # "12 columns with missing values" are not all columns
            if deviation and measure.aggregate != "spread" and not measure.words & _SPREAD:
                continue
            if other_quartile(sentence, number, measure) or (not nameless and other_need(measure, stems)):
                continue
            of_rows = len(rows or ()) > 1 or not exact  # "max: 189 (hour 19)" is the largest of the rows
            if not told and not aggregate_fits(measure, said) and not (said <= {"highest", "lowest"} and of_rows):
                continue
            central = measure.aggregate in {"mean", "median"} and not (sentence.aggregates or _HALF.search(text))
            if directly and not said and central and _has_total(table, measure):
                continue  # "had 334 sales" are no mean where the total is there as well
            if directly and of_one_part(text, table, measure, wanted):
                continue  # nor the highest of a day
            if (
                measure.of_result
                and (measure.words | measure.needs) & of_column
                and not measure.words & stems & _COLUMNS
            ):
                continue  # what one column lacks is not what all do
            if part_of_many and measure.aggregate in _NO_COUNT:
                continue  # "46 of 398" is no minimum of 46
            if things_did and not measure.of_rows and measure.aggregate not in {"count", None}:
                continue  # "342 chicks were fed casein" are no median of 342
            elsewhere = rows is None and not measure.of_result
            of_some = whole and any(not m.date for m in owner.hard) and measure.name.startswith("overall")
            if of_some and not _OF_ALL.search(_QUANTIFIED.sub("", text[: number.start])):
                continue  # "South Asia averages 71.7" tells no mean of all
            if there_are and measure.aggregate not in {"count", "total", None}:
                continue
            if elsewhere and not (whole and _WHOLE.search(_near(sentence, number))):
                continue
            if elsewhere and measure.aggregate in {"highest", "lowest"} and not EXTREME.search(_near(sentence, number)):
                continue
            chosen = table.rows if rows is None else rows
            if said == _MEAN and measure.aggregate is None and not owner.mentions and len(chosen) > 1:
                continue  # one of several values is not their mean
            if wanted is None and not owner.mentions and not _sure(number, chosen, measure):
                continue
            for row in pairs_near(sentence, number, chosen) if paired else chosen:
                if gaps and not of_gaps(row, measure):
                    continue  # "the town is unknown for 77" is no number of those from a town
                in_all = row.whole or measure.of_result or len(table.rows) == 1 or owner.mentions
                if not (in_all or paired or _OVERALL in measure.words) and of_everything(sentence):
                    continue  # a number of all is not that of one row
                if (
                    over_time
                    and measure.aggregate in {"total", "count"}
                    and len({r.order for r in chosen if r.moments}) > 1
                ):
                    continue  # "Bergen had 240 mm" is no sum of one of its months
                one_of_several = not (row.whole or measure.of_result or paired) and len(table.rows) > 1
                if one_of_several and (together or (of_all and len(chosen) > 1)):
                    continue  # nor is that of several
                cell = Cell(table, row, measure)
                if measure.name in row.values and not counts_others(sentence, number, cell, vocabulary):
                    yield cell


_OF_ALL = re.compile(
    r"\b(?:overall|all|every|entire|whole|across|general|total|dataset|data|global|grand|typical|usual)\b"
    r"|\b(?:above|below|than|over|under|to|with|from|against|around|near|at|of|by)\s+(?:the|an?|its)\s+(?:[\w-]+\s+)?(?:average|mean)\b"
    r"|\b[Tt]he\s+(?:[\w-]+\s+)?(?:average|mean)\b",
    re.IGNORECASE,
)
"""Words before a number that is that of all rows, beside the name of some."""
_QUANTIFIED = re.compile(r"\b(?:all|every|none)\s+(?:of\s+)?(?:the\s+|these\s+)?$", re.IGNORECASE)
"""Words before a number that says how many rows of an entry there are: `all 116 refunded orders`."""
_MEAN: frozenset[Aggregate] = frozenset({"mean"})
_COEFFICIENTS = ("coefficient", "pearson")
_OVERALL = stem("overall")
_MISSING = stem("missing")
_COLUMNS = frozenset({stem("columns")})
_PERCENT = stem("percent")
"""The word that a percent sign stands for."""
_THERE_ARE = re.compile(r"\bthere\s+(?:are|were|is|was)\s+(?:only\s+|about\s+)?$", re.IGNORECASE)
_DID = re.compile(r"\s+[a-z]+\s+(?:were|was|are|have|had|did|do|who|that|live[sd]?|died|received|got)\b")
"""A thing that is counted, with its verb: `342 chicks were fed casein`."""
_HAVING = re.compile(r"\s+[a-z]+\s+(?:with|that\s+have|have|had|having)\s+(?:any\s+|some\s+)?(?P<word>[a-z]+)")
"""A counted thing with a property: `columns with missing values`."""
_DEVIATION = re.compile(r"\b(?:standard\s+deviation|std\.?|variance)\s+(?:[a-z]+\s+){0,2}$", re.IGNORECASE)
_SPREAD = frozenset(stem(word) for word in ["std", "deviation", "variance", "stddev", "sd"])
_EACH = re.compile(r"\s+(?:an?|per|each|every)\b")
_WITH = re.compile(r"\s+(?:with|at|who|paying|averaging)\s")
_THINGS = re.compile(r"people|persons|[a-z]{3,}s")


def _had_with(text: str, number: WrittenNumber, owner: Owner) -> bool:
    """Return whether a number counts an entry of which something else is told: `314 women with a fare of 44.5`."""
    beside = (m for m in owner.mentions if not m.date and text[number.end : m.start].isspace())
    return any(_WITH.match(text, m.end) for m in beside)


def _counts_them(sentence: Sentence, number: WrittenNumber, measure: Measure) -> bool:
    """Return whether a number counts the groups: `3 payment types`, but not `for 3 trips the payment is missing`."""
    beside = (*sentence.words_after(number.end, 2), *[w for w in sentence.words if w.end <= number.start][-5:])
    return any(word.stem in measure.words for word in beside)


def _rows_counted(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> frozenset[Measure]:
    """The counts of rows that the word right after a number names, if it names nothing else that is cited."""
    named = [m for word in sentence.words_after(number.end, 1) for m in vocabulary.named(word) & vocabulary.own]
    every = frozenset(m for m in named if m.of_rows and m.aggregate == "count")
    return every if all(m.aggregate == "count" for m in named) else frozenset()


def _counts_things(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> bool:
    """Return whether a number counts what no column is called: `168 people`, `the most models (9)`."""
    word = next(sentence.words_after(number.end, 1), None)
    if word is None and sentence.text[: number.start].endswith(" ("):
        word = next((word for word in sentence.words if word.end == number.start - 2), None)
    if word is None or number.percent or number.form != "plain" or not float(number.values[0]).is_integer():
        return False
    known = vocabulary.named(word) or word.stem in vocabulary.row_words
    return not known and bool(_THINGS.fullmatch(word.lower)) and not _TIME_UNITS.fullmatch(word.lower)


def _by_aggregate(
    wanted: frozenset[Measure] | None, said: frozenset[Aggregate], vocabulary: Vocabulary
) -> frozenset[Measure] | None:
    """The measures of the aggregate that is said, where none is of a column that is named further off.

    `Trips from Queens average 10.1 miles`: trips are counted, so that their mean is that of another column.
    """
    own = [m for table in vocabulary.tables for m in table.measures.values()]
    if not said or not wanted or any(m in wanted and aggregate_fits(m, said) for m in own):
        return wanted
    if any(m.sure and m.aggregate == "total" and not m.of_rows for m in wanted & vocabulary.own):
        return wanted  # an average cost is none of a speed
    exact = frozenset(m for m in own if m.aggregate in said and not m.of_result and not m.needs)
    return exact or wanted


def _stems(sentence: Sentence) -> set[str]:
    """Stems of the words that stand in no name of two words: `Missy Elliott` is about no missing values."""
    names = [m for m in sentence.names if " " in m.text and NAMELESS not in m.names]
    return {w.stem for w in sentence.words if not any(m.start <= w.start and w.end <= m.end for m in names)}


_FEW = 3
"""Rows among which a number of which nothing is said but its value is looked for, rounded or not."""


def _sure(number: WrittenNumber, rows: Sequence[Row], measure: Measure) -> bool:
    """Return whether a number without entry and measure is not found by mere rounding: the 17 of 17.26."""
    if len(rows) <= _FEW or number.percent or number.form != "plain" or "coefficient" in measure.name:
        return True
    if len(re.sub(r"\D", "", number.text).strip("0")) > 1 + (number.hedge is None):
        return True
    return any(row.values.get(measure.name) in number.values for row in rows)


_HALF = re.compile(r"\bhalf\s+(?:of\s+)?(?:the|all|its)\b|\bhälfte\s+(?:der|aller)\b", re.IGNORECASE)


def _has_total(table: Table, measure: Measure) -> bool:
    return any(other.words == measure.words and other.aggregate == "total" for other in table.measures.values())


_NO_COUNT: frozenset[Aggregate] = frozenset({"mean", "median", "highest", "lowest", "spread", "rank"})
"""Aggregates of values that are no part of a number of rows."""


def of_one_part(text: str, table: Table, measure: Measure, wanted: frozenset[Measure] | None) -> bool:
    """Return whether a measure is an extreme where its total is named: `births` beside the highest births of a day."""
    if measure.aggregate not in {"highest", "lowest"} or EXTREME.search(text):
        return False
    others = (m for m in table.measures.values() if m in (wanted or ()) and m.aggregate in {"total", "count"})
    return any(other.words < measure.words for other in others)


def _near(sentence: Sentence, number: WrittenNumber) -> str:
    """The words around a number."""
    return sentence.text[max(0, number.start - 30) : number.end + 30]


def is_no_time(sentence: Sentence, number: WrittenNumber, table: Table, measure: Measure) -> bool:
    """Return whether a number of minutes is no value of a measure: those who waited are no minutes that they did."""
    if measure.aggregate != "count" and not (measure.sure and measure.aggregate == "total"):
        return False
    if measure.of_result or (measure.words | table.row_words) & _TIME_STEMS:
        return False
    return bool(_TIME_UNITS.match(sentence.text[number.end :].lstrip(" -")))


def _measure_fits(measure: Measure, wanted: frozenset[Measure] | None) -> bool:
    if wanted is None:
        return not measure.of_result or measure.aggregate != "count"
    if measure in wanted:
        return True
    return not measure.sure and not measure.of_result and not any(w.sure and not w.of_result for w in wanted)
