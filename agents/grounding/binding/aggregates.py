"""Ways to put values together that a sentence names for a number."""

import re
from collections.abc import Iterable, Sequence

from agents.grounding.binding.parts import is_size
from agents.grounding.reading.words import Token
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Aggregate, Measure, Table, aggregates_in_name


def aggregate_of(sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber]) -> frozenset[Aggregate]:
    """The ways to put values together that the words around a number name; empty if they name none."""
    there = [pair for pair in sentence.aggregates if not _for_later(sentence, number, pair[0])]
    if is_size(sentence.text, number):
        return frozenset({"count"})
    if is_counted(sentence, number) and there and there[0][0].start > number.end:
        return frozenset()  # "the ten majors have an average of"
    if not there or number.form == "multiple":  # "2.4 times the median" is no median
        return frozenset()
    if len({aggregate for _, aggregate in there}) == 1:
        word = there[0][0]
        # "58,665 flights, 12.6 minutes late on average": a word after a number belongs to the one before it.
        counted = [n for n in sentence.numbers if n in numbers or n.form == "multiple"]
        later = [n for n in counted if n.start >= number.end and n.end <= word.start]
        if later and re.search(r"[,;]|\band\b|\bwith\b", sentence.text[number.end : later[-1].start]):
            return frozenset()
        gone = [n for n in numbers if word.end <= n.start < number.start]
        listed = re.fullmatch(
            r"(?:[\s\d.,%]|\band\b|\bor\b|\bof\b|\bund\b|\bare\b|\bis\b|:)*", sentence.text[word.end : number.start]
        )
        if gone and not listed and re.search(r"[,;]|\band\b|\bwith\b", sentence.text[gone[0].end : number.start]):
            return frozenset()
        return frozenset({there[0][1]})
    own = [n for n in numbers if not (n.word or is_counted(sentence, n))]
    if len(there) == len(own) and number in own:
        return frozenset({there[own.index(number)][1]})
    later = [n for n in own if n.start > there[-1][0].end]
    if later == own and number in own and len(own) % len(there) == 0:
        return frozenset({there[own.index(number) % len(there)][1]})  # "mean and median are (84 vs 60, 21 vs 14)"
    before: list[Aggregate] = [
        aggregate
        for word, aggregate in there
        if word.end <= number.start and not any(word.end <= n.start < number.start for n in numbers)
    ]
    after: list[Aggregate] = [aggregate for word, aggregate in there if word.start >= number.end]
    return frozenset(before[-1:] or after[:1])


def is_counted(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a number says how many things there are, not how much: `the 10 values`."""
    before = sentence.text[: number.start]
    return bool(re.search(r"\b(?:the|all|these|those)\s+$", before, re.IGNORECASE)) and number.form == "plain"


def _for_later(sentence: Sentence, number: WrittenNumber, word: Token) -> bool:
    """Return whether a word after a number is for another one: `(skewness 4.79): the median is 14.45`."""
    between = sentence.text[number.end : word.start]
    later = any(n.start >= word.end for n in sentence.numbers)
    return later and bool(re.search(r"[:;()]|,\s+(?:and|but|while)\b|\s+(?:and|but|while)\s+(?:the|its|a)\s+", between))


_TOTAL: frozenset[Aggregate] = frozenset({"total"})


def number_of(said: frozenset[Aggregate], sentence: Sentence, tables: Iterable[Table]) -> frozenset[Aggregate]:
    """The aggregates that a sentence names without the total of `number of`, where no column holds a total or a count.

    The mean number of unemployed of a year is the number of unemployed.
    """
    if said != _TOTAL or any(word.lower != "number" for word, _ in sentence.aggregates):
        return said
    held = any(m.aggregate in {"total", "count", None} for table in tables for m in table.measures.values())
    return said if held else frozenset()


def aggregate_fits(cell: Measure, said: frozenset[Aggregate]) -> bool:
    """Return whether values put together in this way can be told by these words."""
    if not said or cell.aggregate is None or cell.of_result or cell.name == "coefficient":
        return True
    if cell.aggregate in said or said & aggregates_in_name(cell.name):
        return True
    if cell.aggregate in {"count", "share"}:
        return "total" in said or (cell.aggregate == "share" and "mean" in said)
    return cell.aggregate in {"highest", "lowest", "rank", "other", "spread"} and not said & {"total", "median"}
