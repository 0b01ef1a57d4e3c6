"""The measure that a number of a sentence is about."""

import re
from collections.abc import Iterable, Sequence

from agents.grounding.binding.columns.listed import in_list_of_columns
from agents.grounding.binding.columns.measure_groups import (
    TIMES,
    in_cited,
    in_name,
    in_number,
    is_column,
    measure_groups,
)
from agents.grounding.binding.columns.split_by import names_no_measure
from agents.grounding.binding.parts import is_size
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import Token, names_it, stems_of_name
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure


def measures_of(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> frozenset[Measure] | None:
    """The measures that a number can be a value of; None if the sentence names none."""
    return vocabulary.once(("measures", number), sentence, lambda: _measures_of(sentence, number, vocabulary))


def _measures_of(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> frozenset[Measure] | None:
    if is_size(sentence.text, number):
        return frozenset(m for m in vocabulary.measures if m.aggregate == "count")
    if number.form == "plain" and (spelled := vocabulary.literal_at(sentence.text, number.end)):
        return spelled
    if listed := in_list_of_columns(sentence, number, vocabulary):
        return listed
    following = following_words(sentence, number)
    spoken = [word for word in sentence.words if not in_number(sentence, word)]
    spoken = [word for word in spoken if not names_no_measure(sentence, word, vocabulary)]
    if number.percent and (whole := _OF_WHOLE.match(sentence.text, number.end)):
        told = _best(sentence.words_after(whole.end(), 2), vocabulary)
        if any(m in vocabulary.own and is_column(m) for m in told):
            return told  # "9 % of the units"
    if not following and number.form == "plain" and (verb := _HAVE.match(sentence.text, number.end)):
        following = [word for word in sentence.words_after(verb.end(), 2) if not in_name(sentence, word)]
    if not following and number.form == "plain" and (inside := _WITH.match(sentence.text, number.end)):
        words = list(sentence.words_after(number.end + len(inside[0]), 1))
        if any(is_column(m) and m in vocabulary.own for word in words for m in vocabulary.named(word)):
            following = [word for word in words if not in_name(sentence, word)]  # "48 with a lake"
    if not following and number.form == "plain" and (inside := re.match(r"\s+in\s+", sentence.text[number.end :])):
        words = list(sentence.words_after(number.end + inside.end(), 1))
        if any(is_column(m) for word in words for m in vocabulary.named(word, by_needs=False)):
            following = [word for word in words if not in_name(sentence, word)]  # "9,575 in revenue"
    if not following and (did := _OF_THINGS_DID.match(sentence.text, number.end)):
        verb = [word for word in sentence.words if word.start == did.start(1)]
        if any(is_column(m) for m in _best(verb, vocabulary)):
            following = verb  # "216 of the passengers survived"
    if not following and (of_them := _OF_THEM.match(sentence.text, number.end)):
        following = [word for word in sentence.words_after(of_them.end(), 1) if not in_name(sentence, word)]
    if following and number in sentence.numbers and following[0].lower in TIMES and vocabulary.named(following[0]):
        following = following[not in_cited(following[0], vocabulary) :]  # 15 years are not those of another result
    each = next((place for place, word in enumerate(following) if word.lower in _EACH), len(following))
    following = following[:each]  # "2.6 a row", "91 visits a day"
    if number.form == "multiple":  # "48 times the expected value" compares with what follows
        place = next((n for n, word in enumerate(following) if word.lower in {"many", "much", "more"}), len(following))
        following = following[place + 1 :]
    following = qualified(following, vocabulary)
    groups = measure_groups(sentence, vocabulary)
    if named := _in_unit(_best(following, vocabulary), following, number, vocabulary):
        verbs = [*_participle(sentence, following[-1]), *_verb_before(sentence, number)]
        told = frozenset(m for m in _best(verbs, vocabulary) if is_column(m))
        if told & vocabulary.own or not named & vocabulary.own:  # "earned more profit" is no column of earnings
            named = told or named
        if all(m.of_result or m.of_rows for m in named):  # "missing in 33 rows"
            named |= frozenset(
                m for w in spoken for m in vocabulary.named(w) if w.stem in m.needs and m.aggregate == "count"
            )
        if any(m.of_rows for m in named):  # "clouds are in 179 episodes" counts rows, of what is named before
            start, _ = clause_span(sentence.text, number.start)
            earlier = [group for group in groups if start <= group[0].start and group[-1].end <= number.start]
            named |= frozenset(m for m in _best(earlier[-1], vocabulary) if m.aggregate != "mean") if earlier else named
        if not named & vocabulary.own and number.form == "plain":
            named |= _of_subject(sentence, number, groups, vocabulary)
        return _of_columns(sentence, named, vocabulary)
    before = [group for group in groups if group[-1].end <= number.start]
    after = [group for group in groups if group[0].start >= number.end]
    told = frozenset[Measure]()
    if before:
        told = _best(before[-1], vocabulary)
        if len(before) > 1 and all(m.of_rows or m.of_result for m in told) and _after_name(sentence, before[-1][0]):
            told |= _best(before[-2], vocabulary)  # "the mean tip is 3.02, while cash trips show 0"
        between = sentence.text[before[-1][-1].end : number.start]
        others = any(before[-1][-1].end <= n.start < number.start for n in sentence.numbers)
        if after and (others or re.search(r"[,;]", between)):
            told |= _best(after[0], vocabulary)
    else:
        near = re.split(r"[,;(]", sentence.text[number.end :])[0]
        end = min([number.end + len(near), *(n.start for n in sentence.numbers if n.start > number.start)])
        for group in after:
            if group[0].start < end:
                told |= _best(group, vocabulary)
    # What a result tells of itself is told anywhere in the sentence: "Of 365 days, 21 are unusual."
    named = (m for word in spoken for m in vocabulary.named(word))
    own = frozenset(m for m in named if m.of_result or m.needs or not m.sure)
    needing = frozenset(m for m in own if m.needs and not m.of_result)
    columns = {
        m.words
        for word in spoken
        if not any(word.stem in m.needs for m in needing)
        for m in vocabulary.named(word, by_needs=False)
        if word.stem in m.words and is_column(m)
    }
    own = (own - needing) | (frozenset(m for m in needing if m.words in columns) or needing)
    told = frozenset(m for m in told if not m.of_result)
    if told:
        return told | own
    return own | frozenset(m for m in vocabulary.measures if not m.of_result) if own else None


def qualified(following: list[Token], vocabulary: Vocabulary) -> list[Token]:
    """The words behind a number; of two columns the one that tells which things: `2,817 cancelled flights`."""
    if len(following) < _TWO or not following[0].lower.endswith("ed"):
        return following
    which, things = (vocabulary.named(word) & vocabulary.own for word in following[:_TWO])
    return following[:1] if which and things and not which & things else following


_TWO = 2


def _of_subject(
    sentence: Sentence, number: WrittenNumber, groups: Sequence[Sequence[Token]], vocabulary: Vocabulary
) -> frozenset[Measure]:
    """The measure cited that a clause is about, where what a number counts is named loosely.

    `Cancellations spiked with 472 and 393 flights`: the subject stands before the first number of the clause.
    """
    start, _ = clause_span(sentence.text, number.start)
    first = min((n.start for n in sentence.numbers if n.start >= start), default=number.start)
    subject = [group for group in groups if start <= group[0].start and group[-1].end <= first]
    told = _best(subject[0], vocabulary) if subject else frozenset[Measure]()
    return frozenset(m for m in told if m in vocabulary.own and is_column(m) and m.aggregate not in {"mean", "median"})


def following_words(sentence: Sentence, number: WrittenNumber) -> list[Token]:
    """The words right after a number, without names."""
    return [word for word in sentence.words_after(number.end, 4) if not in_name(sentence, word)]


def _in_unit(
    named: frozenset[Measure], words: Sequence[Token], number: WrittenNumber, vocabulary: Vocabulary
) -> frozenset[Measure]:
    """Leave out rates where a plain count is written: `2,817 cancelled flights` is no `cancelled_pct`."""
    if not named or number.percent or number.form != "plain" or not float(number.values[0]).is_integer():
        return named
    rates = frozenset(m for m in named if m.percent or m.aggregate == "share")
    if not rates or any(word.lower in _RATES for word in words):
        return named
    others = frozenset(m for word in words for m in vocabulary.named(word)) - rates
    return (named - rates) | frozenset(m for m in others if not (m.percent or m.aggregate == "share"))


def _after_name(sentence: Sentence, word: Token) -> bool:
    return any(sentence.text[m.end : word.start] == " " for m in sentence.names)


_EACH = frozenset(["a", "an", "per", "each", "every"])
_WITH = re.compile(r"\s+with\s+(?:an?\s+)?")
_HAVE = re.compile(r"\s+(?:have|had|has|shows?|showed|contain(?:s|ed)?|features?|include[sd]?)\s+(?:an?\s+)?")
_OF_WHOLE = re.compile(r"\s+of\s+(?:all\s+)?(?:(?:the|all|its|their)\s+)?(?=[a-z])")
_OF_THINGS_DID = re.compile(r"\s+of\s+(?:the|its|their|all|these)\s+[a-z]+\s+(?:were\s+|was\s+|are\s+)?([a-z]+ed)\b")
_OF_THEM = re.compile(r"\s+of\s+(?:them|these|those|which)\b[^.;]{0,40}?\b(?:was|were|is|are|have been|had)\s+")
_RATES = frozenset(["rate", "rates", "share", "shares", "percentage", "pct", "percent", "proportion", "ratio", "quote"])
_VERB = re.compile(r"\w+(?:ed|t|s)$|won|drew|drawn|beaten|drove|sold|made|bought", re.IGNORECASE)


_HEDGED = re.compile(
    r"\s(?:(?:more|less|fewer|greater|higher|lower)\s+than|at\s+(?:least|most)|up\s+to|over|under|about|around|only|just"
    r"|nearly|almost|exactly)\s+$",
    re.IGNORECASE,
)
"""Words between a verb and a number that make it a bound."""


def _verb_before(sentence: Sentence, number: WrittenNumber) -> list[Token]:
    """The verb between subject and number: `EV cancelled 2,817 flights`."""
    place = number.start
    if number.hedge and (hedge := _HEDGED.search(sentence.text[:place])):
        place = hedge.start()  # "won more than 17 matches"
    before = [word for word in sentence.words if word.end <= place][-1:]
    if not before or not _VERB.fullmatch(before[0].text) or in_name(sentence, before[0]):
        return []
    gap = sentence.text[before[0].end : number.start].strip(" ~(")
    return before if place < number.start or gap in {"", "the"} else []


def _of_columns(sentence: Sentence, named: frozenset[Measure], vocabulary: Vocabulary) -> frozenset[Measure]:
    """Keep the measures of columns that the sentence names, where every column has a measure of that kind."""
    if not all(measure.needs for measure in named if not measure.of_result):
        return named
    spoken = [
        measure
        for word in sentence.words
        if not in_name(sentence, word)
        for measure in vocabulary.named(word, by_needs=False)
        if measure.sure and not measure.of_result
    ]
    own = frozenset(m for m in named if m.of_result or m.of_rows or any(m.words <= one.words for one in spoken))
    return own if any(not (m.of_result or m.of_rows) for m in own) else named


def _participle(sentence: Sentence, word: Token) -> list[Token]:
    """The participle after what a number counts: `8,255 flights were cancelled`."""
    match = re.match(r"\s+(?:were|was|are|is|got|have been|had been|has been)\s+(?=\w)", sentence.text[word.end :])
    if not match:
        return []
    return [w for w in sentence.words if w.start == word.end + match.end()]


def _best(named_by: Iterable[Token], vocabulary: Vocabulary) -> frozenset[Measure]:
    """The measures that most of the words name, and all that a result tells of itself."""
    words = list(named_by)
    scores: dict[Measure, set[str]] = {}
    for word in words:
        for measure in vocabulary.named(word):
            scores.setdefault(measure, set()).add(word.stem)
    if scores and not any(m in vocabulary.own for m in scores):
        # Part of the name of another result's column, as `mpg` of `city_mpg`, is said of any.
        scores = {m: said for m, said in scores.items() if m.of_result or not _compound(m) or m.words <= said}
    most = max((len(named) for measure, named in scores.items() if not measure.of_result), default=0)
    best = frozenset(measure for measure, named in scores.items() if measure.of_result or len(named) == most)
    if not any(m in vocabulary.own and not m.of_result for m in best):
        # A column of another result has more of the words, but all of the words of a cited one are said.
        best |= frozenset(
            m
            for m, named in scores.items()
            if m in vocabulary.own
            and (m.words <= named or all(any(names_it(w, frozenset({part})) for w in words) for part in m.words))
        )
    return best


def better_named(measure: Measure, others: Iterable[Measure], words: Iterable[Token], vocabulary: Vocabulary) -> bool:
    """Return whether words name another measure by all that name this one, and by more.

    `Conceded 72 goals` says `goals_against` by two words, `goals_for` by one of them.
    """
    naming = [(word.stem, vocabulary.named(word, by_needs=False)) for word in words]
    own = {stem for stem, named in naming if measure in named}
    return bool(own) and any(
        own < {stem for stem, named in naming if other in named} for other in others if other != measure
    )


def _compound(measure: Measure) -> bool:
    return len(stems_of_name(measure.name) & measure.words) > 1
