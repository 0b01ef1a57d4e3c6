"""Which entry, time, measure and aggregate a number of a sentence is about."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeVar

from agents.grounding.checks.mentions import Mention, Vocabulary
from agents.grounding.checks.sentences import Sentence
from agents.grounding.reading.words import Token, names_it, stem
from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Aggregate, Cell, Measure, Row, Table, plain_words
from agents.grounding.tables.moments import Moment, means

_LINK = re.compile(
    r"^\s*(?:\w+[\s-]+){0,4}?(?:for|in|at|on|of|by|from|during|under|among|with|to)\s+(?:the\s+|its\s+|an?\s+"
    r"|day\s+|month\s+|carrier\s+|week\s+of\s+)?[\"\u201c(]?$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:than|compared\s+(?:with|to)|relative\s+to|versus|vs\.?|against|unlike|behind|ahead\s+of|over|after"
    r"|before|instead\s+of|up\s+from|down\s+from"
    r"|exceed(?:s|ed|ing)?|beat(?:s|ing)?|times\s+that\s+of|as)\s+(?:\w+\s+){0,2}?(?:in\s+|for\s+|at\s+|of\s+"
    r"|by\s+)?(?:the\s+)?[\"\u201c(]?$",
    re.IGNORECASE,
)
_TIME_UNITS = re.compile(r"(?:second|minute|hour|min|sec|hr|ms)s?\b", re.IGNORECASE)
_TIME_STEMS = frozenset(
    stem(word)
    for word in [
        "delay",
        "late",
        "time",
        "duration",
        "minute",
        "minutes",
        "hour",
        "hours",
        "second",
        "seconds",
        "wait",
        "length",
        "age",
        "min",
        "sec",
        "ms",
        "lateness",
        "run",
        "runtime",
        "latency",
        "elapsed",
        "travel",
    ]
)
_WHOLE = re.compile(
    r"\b(?:overall|in all|all|every|whole|entire|total|altogether|across|typical|usual|average|combined|together"
    r"|dataset|data set|mean|general)\b",
    re.IGNORECASE,
)

_EXTREME = re.compile(
    r"\b(?:max\w*|min\w*|highest|lowest|largest|smallest|most|least|up to|down to|peak\w*|range\w*|record|from|between"
    r"|extreme\w*|greatest|biggest|longest|shortest|top)\b",
    re.IGNORECASE,
)

Part = TypeVar("Part", Mention, WrittenNumber)


@dataclass(frozen=True)
class Owner:
    """What a number is about, as far as names and times say it.

    Attributes:
        mentions: One mention at most for each kind of name, and one time.
        hard: Those that certainly belong to the number, so that results which do not know them are about other things.
    """

    mentions: tuple[Mention, ...] = ()
    hard: frozenset[Mention] = frozenset()


def dimensions(mentions: Iterable[Mention]) -> list[list[Mention]]:
    """Mentions by what they are names of; times are one kind."""
    kinds: list[tuple[set[str], list[Mention]]] = []
    for mention in mentions:
        columns = {"\x00time"} if mention.date else set(mention.columns)
        for kind in kinds:
            if kind[0] & columns:
                kind[0].update(columns)
                kind[1].append(mention)
                break
        else:
            kinds.append((columns, [mention]))
    return [mentions for _, mentions in kinds]


def owners(sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber]) -> list[Owner]:
    """What a number can be about, the likeliest first.

    Names and numbers that alternate belong together in their order; otherwise a number belongs to the name before it,
    or to the one that a preposition ties to it.

    Args:
        sentence: The sentence.
        number: The number.
        numbers: The numbers of the sentence that are values of entries.
    """
    own = sentence.names
    kinds = [*dimensions(own), *([list(sentence.times)] if sentence.times else [])]
    chosen = [_governing(sentence, number, numbers, mentions) for mentions in kinds]
    alternatives = [options for options in chosen if options]
    found: list[Owner] = []
    for combination in product(*alternatives):
        hard = frozenset(m for m in combination if _is_hard(sentence, number, m))
        found.append(Owner(tuple(combination), hard))
    if not sentence.names and not sentence.times and sentence.before:
        found = [
            *(Owner(tuple(combination)) for combination in product(*(kind for kind in dimensions(sentence.before)))),
            Owner(),
        ]
    return found[:24] or [Owner()]


def _key(mention: Mention) -> object:
    date = mention.date
    return mention.names if date is None else (date.year, date.quarter, date.month, date.day, date.hour, date.minute)


def _governing(
    sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber], mentions: Sequence[Mention]
) -> list[Mention]:
    """The mentions of one kind that a number can belong to."""
    if len({_key(mention) for mention in mentions}) == 1:
        return [mentions[0]]
    places = [n for n in numbers if not n.year]
    if (paired := _in_lists(sentence, number, places, mentions)) is not None:
        return [paired]
    if tied := _tied(sentence, number, numbers, mentions):
        return [m for m in mentions if m.start == tied[0].start] if mentions[0].date else tied
    if number in places and len(places) == len(mentions) and len(mentions) > 1:
        return [mentions[places.index(number)]]
    before = [m for m in mentions if m.end <= number.start]
    after = [m for m in mentions if m.start >= number.end]
    told = [m for m in before if not _REFERENCE.search(sentence.text[: m.start])]
    listed = number in places and len(mentions) > 1
    if listed and after and mentions[0].start > places[0].start and mentions[-1].start > places[-1].start:
        return after[:1]  # "58,665 flights and 686 cancellations for UA, 54,635 and 466 for B6"
    if told:  # all days of a range
        return [m for m in told if m.start == told[-1].start] if told[-1].date else [told[-1]]
    return [*before[-1:], *after[:1]]


_JOINT = re.compile(
    r"\s*(?:\([^)]*\))?\s*(?:,|and|&|,\s*and|or|-|\u2013)?\s*(?:the\s+)?(?:in\s+|for\s+)?", re.IGNORECASE
)


def _in_lists(
    sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber], mentions: Sequence[Mention]
) -> Mention | None:
    """The name at the number's place in a list of names that is as long: `A, B and C had 3, 2 and 1`."""
    listed = next((group for group in _lists(sentence, numbers) if number in group), [])
    if len(listed) < 2:
        return None
    same = [group for group in _lists(sentence, mentions) if len(group) == len(listed)]
    return same[0][listed.index(number)] if len(same) == 1 else None


def _lists(sentence: Sentence, parts: Sequence[Part]) -> list[list[Part]]:
    """Parts of a sentence with nothing but commas and `and` between them, together."""
    groups: list[list[Part]] = []
    for part in parts:
        between = sentence.text[groups[-1][-1].end : part.start] if groups else ""
        if groups and (part.start < groups[-1][-1].end or _JOINT.fullmatch(between)):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _tied(
    sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber], mentions: Sequence[Mention]
) -> list[Mention]:
    """Mentions that stand right beside a number: in brackets around or before it, or after a preposition."""
    text = sentence.text
    for mention in reversed(mentions):
        if mention.end <= number.start:
            between = text[mention.end : number.start]
            if re.fullmatch(r"[\"\u201d]?\s*\((?:[^()\d]{0,60}[,:]\s)?[^()\w]{0,3}(?:\w+\s){0,2}?", between):
                return [mention]
            if re.fullmatch(
                r"(?:['\u2019]s?|:|\s[-\u2013])?\s*(?:(?:with|at|had|has|of|recorded|saw|was|is)\s+)?(?:only |just "
                r"|about |around )?",
                between,
            ):
                return [mention]
            break
    for mention in mentions:
        if mention.start >= number.end:
            between = text[number.end : mention.start]
            others = [n for n in numbers if number.end <= n.start < mention.start]
            if others or any(m.start >= number.end and m.end <= mention.start for m in mentions):
                break
            if _LINK.search(between) or re.fullmatch(r"[^()]{0,20}\s\(", between):
                before = [m for m in mentions if m.end <= number.start]
                earlier = [n for n in numbers if before and before[-1].end <= n.start < number.start]
                if before and not earlier and re.search(r"\b(?:from|to|than)\b", between):
                    return []
                return [mention]
            break
    return []


def _is_hard(sentence: Sentence, number: WrittenNumber, mention: Mention) -> bool:
    """Return whether a mention certainly belongs to a number: nothing else stands between, or it opens the sentence."""
    if mention.end <= number.start:
        between = sentence.text[mention.end : number.start]
        if re.search(r"\b(?:while|whereas|but)\b|[;\u2013\u2014]", between):
            return False
        opens = not sentence.text[: mention.start].strip() or bool(
            re.fullmatch(r"\s*(?:In|On|At|For|During|By|Of)\s+(?:the\s+)?", sentence.text[: mention.start])
        )
        return opens or not any(mention.end <= n.start < number.start for n in sentence.numbers)
    return bool(_LINK.search(sentence.text[number.end : mention.start]))


def rows_of(table: Table, owner: Owner, vocabulary: Vocabulary) -> list[Row] | None:
    """Rows of a table that an owner means; None if the table is about something else.

    An owner without names means every row.
    """
    rows = list(table.rows)
    if "coefficient" in table.measures:  # named by two columns, in `cells_for`
        return rows
    for mention in owner.mentions:
        if mention.date:
            rows = _rows_at(table, rows, mention.date, mention in owner.hard) or []
            if not rows:
                return None
            continue
        names = vocabulary.same(mention.names)
        if mention.columns & table.columns or any(names & row.called for row in table.rows):
            rows = [row for row in rows if names & row.called]
            if not rows:
                return None
        elif mention in owner.hard and not names & table.filters:
            return None
    return rows


def _rows_at(table: Table, rows: list[Row], date: WrittenDate, hard: bool) -> list[Row] | None:
    if table.timed:
        there = [row for row in rows if not row.moments or any(_at(date, moment) for moment in row.moments.values())]
        return there if any(row.moments for row in there) else None
    if any(_at(date, moment) for moment in table.kept):
        return rows
    year_only = date.month is None and date.day is None and date.quarter is None and date.hour is None
    return rows if year_only or not hard else None


def _at(date: WrittenDate, moment: Moment) -> bool:
    if means(date, moment):
        return True
    return date.month_first and means(replace(date, day=date.month, month=date.day), moment)


def measures_of(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> frozenset[Measure] | None:
    """The measures that a number can be a value of; None if the sentence names none."""
    return _measures_of(sentence, number, vocabulary)


def _measures_of(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> frozenset[Measure] | None:
    following = [word for word in sentence.words_after(number.end, 4) if not _in_name(sentence, word)]
    if following and following[0].lower in {"a", "an", "per", "each"}:
        following = []  # "2.6 a row"
    if number.form == "multiple":  # "48 times the expected value" compares with what follows
        place = next((n for n, word in enumerate(following) if word.lower in {"many", "much", "more"}), len(following))
        following = following[place + 1 :]
    if named := _best(following, vocabulary):
        return named | _best(_participle(sentence, following[-1]), vocabulary)
    groups = _measure_groups(sentence, vocabulary)
    before = [group for group in groups if group[-1].end <= number.start]
    after = [group for group in groups if group[0].start >= number.end]
    told = frozenset[Measure]()
    if before:
        told = _best(before[-1], vocabulary)
        between = sentence.text[before[-1][-1].end : number.start]
        others = any(before[-1][-1].end <= n.start < number.start for n in sentence.numbers)
        if after and (others or re.search(r"[,;]", between)):
            told |= _best(after[0], vocabulary)
    else:
        near = re.split(r"[,;]", sentence.text[number.end :])[0]
        end = min([number.end + len(near), *(n.start for n in sentence.numbers if n.start > number.start)])
        for group in after:
            if group[0].start < end:
                told |= _best(group, vocabulary)
    # What a result tells of itself is told anywhere in the sentence: "Of 365 days, 21 are unusual."
    named = (m for word in sentence.words for m in vocabulary.named(word))
    own = frozenset(m for m in named if m.of_result or m.needs or not m.sure)
    told = frozenset(m for m in told if not m.of_result)
    if told:
        return told | own
    return own | frozenset(m for m in vocabulary.measures if not m.of_result) if own else None


def _participle(sentence: Sentence, word: Token) -> list[Token]:
    """What was done with what a number counts: `8,255 flights were cancelled`."""
    match = re.match(r"\s+(?:were|was|are|is|got|have been|had been|has been)\s+(?=\w)", sentence.text[word.end :])
    if not match:
        return []
    return [w for w in sentence.words if w.start == word.end + match.end()]


def _in_name(sentence: Sentence, word: Token) -> bool:
    return any(m.start <= word.start and word.end <= m.end for m in (*sentence.names, *sentence.times))


def _best(words: Iterable[Token], vocabulary: Vocabulary) -> frozenset[Measure]:
    """The measures that most of the words name, and all that a result tells of itself."""
    scores: dict[Measure, set[str]] = {}
    for word in words:
        for measure in vocabulary.named(word):
            scores.setdefault(measure, set()).add(word.stem)
    most = max((len(named) for measure, named in scores.items() if not measure.of_result), default=0)
    return frozenset(measure for measure, named in scores.items() if measure.of_result or len(named) == most)


def _measure_groups(sentence: Sentence, vocabulary: Vocabulary) -> list[list[Token]]:
    """Words that name columns, those next to each other together."""
    groups: list[list[Token]] = []
    for word in sentence.words:
        if _in_name(sentence, word) or not any(_is_column(m) for m in vocabulary.named(word, by_needs=False)):
            continue
        if groups and _BESIDE.fullmatch(sentence.text[groups[-1][-1].end : word.start]):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _is_column(measure: Measure) -> bool:
    """Return whether a measure is what a column's name alone means."""
    return measure.sure and not measure.of_result and not measure.needs


_BESIDE = re.compile(r"[\s_\-\"\u201c\u201d]*(?:(?:of|the)\s+)*[\"\u201c]?")


def aggregate_of(sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber]) -> frozenset[Aggregate]:
    """The ways to put values together that the words around a number name; empty if they name none."""
    there = sentence.aggregates
    if not there:
        return frozenset()
    if len({aggregate for _, aggregate in there}) == 1:
        word = there[0][0]
        # "58,665 flights, 12.6 minutes late on average": a word after a number belongs to the one before it.
        later = [n for n in numbers if n.start >= number.end and n.end <= word.start]
        if later and re.search(r"[,;]|\band\b|\bwith\b", sentence.text[number.end : later[-1].start]):
            return frozenset()
        gone = [n for n in numbers if word.end <= n.start < number.start]
        if gone and re.search(r"[,;]|\band\b|\bwith\b", sentence.text[gone[-1].end : number.start]):
            return frozenset()
        return frozenset({there[0][1]})
    if len(there) == len(numbers) and number in numbers:
        return frozenset({there[list(numbers).index(number)][1]})
    before: list[Aggregate] = [
        aggregate
        for word, aggregate in there
        if word.end <= number.start and not any(word.end <= n.start < number.start for n in sentence.numbers)
    ]
    after: list[Aggregate] = [aggregate for word, aggregate in there if word.start >= number.end]
    return frozenset(before[-1:] or after[:1])


def aggregate_fits(cell: Measure, said: frozenset[Aggregate]) -> bool:
    """Return whether values put together in this way can be told by these words."""
    if not said or cell.aggregate is None or cell.of_result:
        return True
    if cell.aggregate in said:
        return True
    if cell.aggregate in {"count", "share"}:
        return "total" in said or (cell.aggregate == "share" and "mean" in said)
    return cell.aggregate in {"highest", "lowest", "rank", "other", "spread"} and not said & {"total", "median"}


def cells_for(
    sentence: Sentence,
    number: WrittenNumber,
    numbers: Sequence[WrittenNumber],
    vocabulary: Vocabulary,
    owner: Owner,
) -> Iterator[Cell]:
    """The cells that a number can be, if it is about `owner`."""
    wanted = measures_of(sentence, number, vocabulary)
    said = aggregate_of(sentence, number, numbers)
    stems = {word.stem for word in sentence.words}
    timed = _TIME_UNITS.match(sentence.text[number.end :].lstrip(" -"))
    directly = bool(wanted) and any(vocabulary.named(word) for word in sentence.words_after(number.end, 3))
    for table in vocabulary.tables:
        rows = rows_of(table, owner, vocabulary)
        whole = all(row.whole for row in table.rows)
        for measure in table.measures.values():
            if measure.needs and not measure.needs & stems:
                continue
            if not _measure_fits(measure, wanted, bool(timed)) or not aggregate_fits(measure, said):
                continue
            if directly and not said and measure.aggregate in {"mean", "median"} and _has_total(table, measure):
                continue  # "had 334 sales" are no mean where the total is there as well
            elsewhere = rows is None and not measure.of_result
            if elsewhere and not (whole and _WHOLE.search(_near(sentence, number))):
                continue
            if (
                elsewhere
                and measure.aggregate in {"highest", "lowest"}
                and not _EXTREME.search(_near(sentence, number))
            ):
                continue
            chosen = table.rows if rows is None else rows
            for row in _pair_named(sentence, chosen) if "coefficient" in table.measures else chosen:
                if measure.name in row.values:
                    yield Cell(table, row, measure)


def _pair_named(sentence: Sentence, rows: Sequence[Row]) -> list[Row]:
    """The pairs of columns of which a sentence names most words of both."""

    def named(name: str) -> float:
        stems = plain_words(name)
        return sum(any(names_it(word, frozenset({part})) for word in sentence.words) for part in stems) / len(stems)

    scores = [(min(both), sum(both)) for row in rows for both in [[named(name) for name in row.names.values()]]]
    best = max(scores, default=(0.0, 0.0))
    return [row for row, score in zip(rows, scores, strict=True) if score == best or not best[1]]


def _has_total(table: Table, measure: Measure) -> bool:
    return any(other.words == measure.words and other.aggregate == "total" for other in table.measures.values())


def _near(sentence: Sentence, number: WrittenNumber) -> str:
    """The words around a number."""
    return sentence.text[max(0, number.start - 30) : number.end + 30]


def _measure_fits(measure: Measure, wanted: frozenset[Measure] | None, timed: bool) -> bool:
    if timed and measure.sure and measure.aggregate in {"count", "total"} and not measure.words & _TIME_STEMS:
        return False
    if wanted is None:
        return not measure.of_result or measure.aggregate != "count"
    if measure in wanted:
        return True
    return not measure.sure and not measure.of_result and not any(w.sure and not w.of_result for w in wanted)
