"""Parts of a sentence: brackets, clauses and segments."""

from dataclasses import dataclass

import pytest

from agents.grounding.sentences.clauses import (
    bracket_at,
    brackets,
    breakdowns,
    clause_span,
    in_clause,
    in_segment,
    segment_at,
)


@dataclass(frozen=True)
class Part:
    """A word at its place."""

    start: int
    end: int


def words(text, *some):
    """The places of some words."""
    return [Part(text.index(word), text.index(word) + len(word)) for word in some]


def texts(text, parts):
    """The words at some places."""
    return [text[part.start : part.end] for part in parts]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("a (b) c [d]", ["b", "d"]),
        ("a (b (c) d) e", ["b (c) d"]),
        ("a) b (c", []),
        ("a (b) c) d (e)", ["b", "e"]),
    ],
)
def test_brackets_are_the_outermost_ones(text, inside):
    """Brackets inside others belong to these; one that is never closed is none."""
    assert [text[start:end] for start, end in brackets(text)] == inside


def test_a_bracket_is_found_around_a_position():
    """The bracket itself is not inside."""
    text = "a (bc) d"
    assert bracket_at(text, text.index("b")) == bracket_at(text, text.index("c")) == (3, 5)
    assert bracket_at(text, 2) is bracket_at(text, 5) is bracket_at(text, 0) is None


@pytest.mark.parametrize(
    ("text", "word", "clause"),
    [
        ("A had 5, while B had 6", "5", "A had 5"),
        ("A had 5, while B had 6", "6", ", while B had 6"),
        ("A had 5; B had 6", "5", "A had 5"),
        ("A had 5 - B had 6", "6", " - B had 6"),
        ("A (5 while open) had 6", "6", "A (5 while open) had 6"),
        ("A had 5, and B had 6", "6", ", and B had 6"),
        ("A (; 5) had 6", "6", "A (; 5) had 6"),
        ("A and B had 6", "6", "A and B had 6"),
        ("Every sector but banks had 6", "6", "Every sector but banks had 6"),
        ("The sector had 5 but banks had 6", "6", " but banks had 6"),
    ],
)
def test_clauses_end_at_conjunctions_and_marks(text, word, clause):
    """A conjunction inside a bracket, or a `but` that is an `except`, ends none."""
    start, end = clause_span(text, text.index(word))
    assert text[start:end] == clause


def test_parts_are_those_of_the_bracket_or_the_clause():
    """A number in a bracket goes with the names there; without any with those of the clause."""
    text = "Ann (5, Bob) led, while Cy (6) and Di followed"
    names = words(text, "Ann", "Bob", "Cy", "Di")
    assert [texts(text, in_clause(text, number, names)) for number in words(text, "5", "6")] == [["Bob"], ["Cy", "Di"]]
    edge = [Part(text.index("Bob"), 0), Part(text.index(")"), 0)]
    assert in_clause(text, words(text, "5")[0], edge) == edge[:1]


@pytest.mark.parametrize(
    ("text", "word", "segment"),
    [
        ("Ann had 5, Bob 6", "6", ", Bob 6"),
        ("Ann had 1,500 more than Bob", "1", "Ann had 1,500 more"),
        ("Ann (5) and Bob", "5", "5"),
        ("Ann (old) and Bob", "Bob", "Ann (old) and Bob"),
        ("Ann had 5 where Bob had 6", "6", " where Bob had 6"),
    ],
)
def test_segments_are_the_shortest_parts(text, word, segment):
    """Marks, conjunctions and brackets with numbers part them; a comma inside a number does not."""
    start, end = segment_at(text, text.index(word))
    assert text[start:end] == segment


def test_parts_of_a_segment():
    """Names of other segments are left out; a position after the text is in all of it."""
    text = "Ann had 5, Bob 6"
    assert texts(text, in_segment(text, words(text, "6")[0], words(text, "Ann", "Bob"))) == ["Bob"]
    assert segment_at(text, len(text)) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("342 survived (233 women, 109 men)", ["233 women, 109 men"]),
        ("342 survived (233) of women", []),
        ("342 survived (women)", []),
        ("342 survived in total: 233 women, 109 men", [" 233 women, 109 men"]),
        ("In total 342 survived: 233 women, 109 men", [" 233 women, 109 men"]),
        ("Of these 342 survived: 233 women, 109 men", []),
    ],
)
def test_breakdowns_name_parts_with_numbers(text, parts):
    """A bracket, or what follows the colon of a total, that holds names and numbers."""
    names = [part for word in ("women", "men") for part in (words(text, word) if word in text else [])]
    numbers = [part for word in ("233", "109") for part in (words(text, word) if word in text else [])]
    assert [text[start:end] for start, end in breakdowns(text, names, numbers)] == parts
