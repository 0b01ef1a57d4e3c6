"""One question about one table: read, turned into a query, run, and answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from analytics.errors import AnalysisInputError
from analytics.questions.answers.changes import change_of_things
from analytics.questions.answers.comparing.per_day import per_day
from analytics.questions.answers.comparing.shares_of_two import likeliest, share_of_two
from analytics.questions.answers.comparing.two_columns import compare_columns
from analytics.questions.answers.comparing.two_sides import compare
from analytics.questions.answers.counts import count, duplicates, missing, mode
from analytics.questions.answers.distributions import normality, outliers, skewness
from analytics.questions.answers.extremes import extreme_row, value_of_extreme_row
from analytics.questions.answers.groups import by_group, mean_per_period
from analytics.questions.answers.numbers import number, rate, several_numbers, single_value, weighted_mean
from analytics.questions.answers.plan import Plan, listed
from analytics.questions.answers.ratios import ratio
from analytics.questions.answers.relations import correlation, dependence, tendency
from analytics.questions.answers.shares import share
from analytics.questions.answers.trends import trend
from analytics.questions.language.conditions import literal
from analytics.questions.language.sentences import Sentence, sentences_of
from analytics.questions.language.vocabulary import Vocabulary, vocabulary
from analytics.questions.understanding.around_kinds import read_words_around_kinds
from analytics.questions.understanding.beyond import beyond
from analytics.questions.understanding.kinds import (
    read_columns_called_like_kinds,
    read_falling_on,
    read_implied,
    read_kinds,
    read_negations,
)
from analytics.questions.understanding.naming import read_columns, read_described_counts, read_parts_of_names
from analytics.questions.understanding.numbers.bounds import read_bounds
from analytics.questions.understanding.numbers.top import read_top
from analytics.questions.understanding.numbers.two_values import read_two_values
from analytics.questions.understanding.phrases.adjectives import read_adjectives
from analytics.questions.understanding.phrases.comparatives import read_comparatives
from analytics.questions.understanding.phrases.having import read_having
from analytics.questions.understanding.phrases.likely import read_likely
from analytics.questions.understanding.phrases.peaks import read_peaks
from analytics.questions.understanding.reading import Reading, reading_of
from analytics.questions.understanding.rows.table_name import read_table_name
from analytics.questions.understanding.rows.taking_part import without_part
from analytics.questions.understanding.slots import Slots, slots_of
from analytics.questions.understanding.times import read_times
from analytics.questions.understanding.values import read_values
from analytics.reading.dataset import Dataset
from analytics.results import QueryResult

_FORMS: tuple[Callable[[Slots], Plan | None], ...] = (
    duplicates, missing, mean_per_period, normality, skewness, outliers, tendency, correlation, dependence, mode,
    compare_columns, per_day, share_of_two, likeliest, compare, change_of_things, trend, ratio, value_of_extreme_row,
    extreme_row, by_group, share, rate, count, several_numbers, number, single_value,
)  # fmt: skip
_LONGEST_QUOTE = 60
"""Most characters of a sentence that is quoted as not looked at."""
_WEIGHTED = frozenset(["weighted", "gewichtet", "gewichtete", "gewichteten", "gewichteter"])
_WHY = frozenset(["why", "warum", "weshalb"])

Status = Literal["answered", "partly answered", "not answered"]


@dataclass(frozen=True)
class Answer:
    """Answer to a question, with what it leaves open.

    Attributes:
        status: Whether it is answered.
        statement: The answer in a sentence or two; empty if there is none.
        unanswered: What was not understood or left open; empty if nothing.
        result: The query and its rows; None if none was run.
    """

    status: Status
    statement: str
    unanswered: str
    result: QueryResult | None


@dataclass(frozen=True)
class Understood:
    """A question as it was understood.

    Attributes:
        plan: Its query; None if it was not understood.
        reason: What was not understood.
        remark: What the answer rests on besides.
    """

    plan: Plan | None
    reason: str = ""
    remark: str = ""


def understand(question: str, vocabulary: Vocabulary) -> Understood:
    """Read a question word by word: a word that is not understood leaves it, or its sentence, without a plan.

    Of several sentences the first that is understood is answered, and the others are said to be left open.
    """
    sentences = sentences_of(question) or [Sentence(question)]
    found = [_read(sentence, vocabulary) for sentence in sentences]
    chosen = next((each for each in found if each.plan is not None), None)
    if chosen is None or chosen.plan is None:
        return found[0]
    others = [text for text, each in zip(sentences, found, strict=True) if each is not chosen]
    return _without(chosen, [part for each in others for part in (each.alone, *each.follow_ups)])


def _read(sentence: Sentence, vocabulary: Vocabulary) -> Understood:
    """A sentence with its follow-ups; without them where they are not understood."""
    whole = _understand_sentence(sentence.whole, vocabulary)
    if whole.plan is not None or not sentence.follow_ups:
        return whole
    alone = _understand_sentence(sentence.alone, vocabulary)
    return whole if alone.plan is None else _without(alone, sentence.follow_ups)


def _without(understood: Understood, texts: Sequence[str]) -> Understood:
    """Add a note for each text that an understood question leaves out."""
    if understood.plan is None or not texts:
        return understood
    notes = [f"\u201c{_shortened(text.rstrip('.?! '))}\u201d was not looked at" for text in texts]
    return replace(understood, plan=replace(understood.plan, notes=(*understood.plan.notes, *notes)))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE].rsplit(' ', 1)[0]} \u2026"


def _understand_sentence(question: str, vocabulary: Vocabulary) -> Understood:
    reading = recognised(question, vocabulary)
    if not reading.tokens:
        return Understood(None, "there is no question")
    if set(reading.words[:1]) & _WHY:
        return Understood(None, "causes cannot be told from one query")
    weighted = _read_weighted(reading)
    slots = slots_of(reading)
    left = [reading.tokens[place].raw for place in reading.left()]
    if left:
        names = listed([f"\u201c{word}\u201d" for word in dict.fromkeys(left)])
        return Understood(None, f"{names} {'was' if len(set(left)) == 1 else 'were'} not understood")
    if reason := beyond(slots):
        return Understood(None, reason)
    for form in (weighted_mean,) if weighted else _FORMS:
        plan = form(slots)
        if plan is not None:
            if form not in (compare, compare_columns, per_day) and "than" in reading.words and not _bounded(reading):
                return Understood(None, "the two sides of the comparison were not understood")
            if name := without_part(slots, plan.sql):
                return Understood(None, f"it is not clear what \u201c{name}\u201d has to do with the rest")
            notes = tuple(dict.fromkeys([*reading.notes, *plan.notes]))
            return Understood(replace(plan, notes=notes), remark=_left_out(slots))
    if slots.noun and not slots.sure_noun:
        return Understood(None, f"\u201c{slots.noun}\u201d was not understood")
    return Understood(None, "its words are known, but not what is asked of them")


def _read_weighted(reading: Reading) -> bool:
    """Tell whether a weighted mean is asked for; only of what has a weight, the word is understood."""
    places = [place for place, word in enumerate(reading.words) if word in _WEIGHTED]
    if not places or not reading.vocabulary.weights:
        return False
    for place in places:
        reading.use(place, place + 1)
        if reading.word(place + 1) in ("by", "with", "nach", "mit"):
            reading.use(place + 1, place + 2)
    return True


def _left_out(slots: Slots) -> str:
    """A sentence on numbers that were left out because they stand for missing."""
    told = [
        f"{literal(c.placeholder)} was left out of {c.name}"
        for c in slots.measures
        if c.placeholder is not None and "missing" not in slots.kinds
    ]
    return f" {listed(told)}: it seems to stand for missing." if told else ""


def recognised(question: str, vocabulary: Vocabulary) -> Reading:
    """A sentence with all that is recognised in it."""
    reading = reading_of(question, vocabulary)
    read_columns(reading)
    read_columns_called_like_kinds(reading)
    read_values(reading)
    read_kinds(reading)
    read_times(reading)
    read_falling_on(reading)
    read_table_name(reading)
    read_adjectives(reading)
    read_parts_of_names(reading)
    read_described_counts(reading)
    read_words_around_kinds(reading)
    read_having(reading)
    read_likely(reading)
    read_peaks(reading)
    read_top(reading)
    read_two_values(reading)
    read_bounds(reading)
    read_implied(reading)
    read_comparatives(reading)
    read_negations(reading)
    return reading


def _bounded(reading: Reading) -> bool:
    return all(place in reading.used for place, word in enumerate(reading.words) if word == "than")


def ask(dataset: Dataset, question: str) -> Answer:
    """Answer a question about a data set with one query, or say why not.

    Args:
        dataset: The data set.
        question: In English, or plain German.
    """
    from analytics.sql.query import query

    return answer_question(question, _vocabulary_of(dataset), lambda sql: query(dataset, sql))


def answer_of(dataset: Dataset, question: str, *, row_limit: int = 200) -> QueryResult:
    """Answer a question about a data set with one query.

    Args:
        dataset: The data set.
        question: In English, or plain German.
        row_limit: Most rows of the result.

    Returns:
        The query and its rows, with the answer in words.

    Raises:
        AnalysisInputError: The question is not understood; the message names the words. Or the data set is private.
    """
    from analytics.sql.query import query

    if dataset.private_rows is not None:
        raise AnalysisInputError("questions are not answered in private mode: use query, with aggregates by group")
    words = _vocabulary_of(dataset)
    answer = answer_question(question, words, lambda sql: query(dataset, sql, row_limit=row_limit))
    if answer.result is None or not answer.statement:
        reason = answer.unanswered.removeprefix("Not answered: ").rstrip(".")
        raise AnalysisInputError(f"{reason}: ask one thing in the words of the columns, or use another tool")
    return answer.result.model_copy(update={"in_words": f"{answer.statement} {answer.unanswered}".strip()})


def answerable(dataset: Dataset, question: str) -> list[str]:
    """The sentences of a question that one query each answers; none of a private data set."""
    if dataset.private_rows is not None:
        return []
    words = _vocabulary_of(dataset)
    found = [(each.whole, each.alone) for each in sentences_of(question)]
    known = [[text for text in texts if _understand_sentence(text, words).plan is not None] for texts in found]
    return [texts[0] for texts in known if texts]


def _vocabulary_of(dataset: Dataset) -> Vocabulary:
    from analytics.profile.profile import profile_dataset

    frame = dataset.table()
    return vocabulary(profile_dataset(frame), frame, dataset.name)


def answer_question(question: str, vocabulary: Vocabulary, run: Callable[[str], QueryResult]) -> Answer:
    """Answer a question with one query, or say why not.

    Args:
        question: In English, or plain German.
        vocabulary: What it can name.
        run: Runs a SELECT statement over the table.
    """
    understood = understand(question, vocabulary)
    if understood.plan is None:
        return Answer("not answered", "", f"Not answered: {understood.reason}.", None)
    try:
        result = run(understood.plan.sql)
    except AnalysisInputError as error:
        return Answer("not answered", "", f"Not answered: the query could not be run: {error}.", None)
    statement = understood.plan.say(result.rows) if result.rows else None
    if statement is None:
        return Answer("not answered", "", "Not answered: the query found nothing that answers it.", result)
    notes = understood.plan.left_open(result.rows)
    statement += understood.remark
    if notes:
        return Answer("partly answered", statement, f"Partly answered: {'; '.join(notes)}.", result)
    return Answer("answered", statement, "", result)
