"""Sentences of a statement: where they end, what they leave out, and how they are read with the one before."""

import pytest

from agents.grounding.sentences.left_out import excepted
from agents.grounding.sentences.sentence import joined_with_previous, spans_of
from tests.agents.grounding.sentences.told import mention, read, told


@pytest.mark.parametrize(
    "text",
    [
        "It rose.| It fell!| Did it?| (Yes.)",
        "It cost 5.5 Mio. Euro.| Dr. Who came.",
        "1. First.| It rose in Jan. 2013.",
        "It rose; it fell;| Then\n|more",
        "He (Dr. X. And Y) came.| Then",
        "The \u201ca. B\u201d rose.| Then",
        "The share is 0.36.| tip is next; the 5. then",
        "It is 5. then (it).| then 5%.| then 100.| then e.g. then",
        "**It rose.**| Then",
        "",
    ],
)
def test_sentences_end_at_marks(text):
    """Abbreviations, brackets and quoted names end none; a new line and a semicolon do."""
    parts = [part.strip(" \n;") for part in text.split("|") for part in part.split("; ")]
    whole = text.replace("|", "")
    assert [whole[start:end].strip(" \n;*") for start, end in spans_of(whole)] == [p.strip("*") for p in parts if p]


TABLE = """Ports:
| port | passengers | fare |
|:---|---:|---|
| S | 3 | 50.5 |
| C | 4 | 60.5 |
Then
| one |
| Q | 2 |"""


def test_rows_of_a_markdown_table_are_sentences():
    """Each row says the entry and its numbers under their headings; a table ends with the first other line."""
    assert [sentence.text for sentence in read("passengers", TABLE)] == [
        "Ports:", "S: passengers: 3, fare: 50.5", "C: passengers: 4, fare: 60.5", "Then", "| one |",
    ]  # fmt: skip


def test_ids_of_evidence_are_no_words():
    """Ids in brackets are left out, and places stay as they are."""
    [one] = read("passengers", "S (E1, E2) had 50 [E3].")
    assert one.text == "S          had 50     ."
    assert told(one) == ["S is s of port", "number 50"]


def test_a_sentence_knows_the_names_of_the_one_before():
    """Its names and times, or where it has none those of the one before that."""
    first, second, third = read("flights", "In January 2013 UA had 50. It fell. It rose.")
    assert (list(first.before), first.previous) == ([], None)
    assert [m.text for m in second.before] == [m.text for m in third.before] == ["UA", "January 2013"]
    assert third.previous is second


def test_a_sentence_is_read_together_with_the_one_before():
    """Both texts in one, with all places moved."""
    _, second = read("passengers", "Men paid a mean of 50. Women paid 60 in total, the mean.")
    joined, numbers = joined_with_previous(second)
    assert joined.text == "Men paid a mean of 50. Women paid 60 in total, the mean."
    assert [m.text for m in joined.mentions] == ["Men", "Women"]
    for parts in (joined.words, joined.names, joined.numbers, [word for word, _ in joined.aggregates]):
        assert [joined.text[part.start : part.end] for part in parts] == [part.text for part in parts]
    assert [(a.text, b.start) for a, b in numbers.items()] == [("60", joined.text.index("60"))]
    assert [word.text for word, _ in joined.aggregates] == ["mean", "total", "mean"]
    assert (list(joined.before), joined.previous) == ([], None)


@pytest.mark.parametrize(
    ("text", "after", "most", "words"),
    [
        ("5 first class passengers in S", 1, 9, ["first", "class", "passengers"]),
        ("5 first class passengers", 1, 2, ["first", "class"]),
        ("5 first, class", 1, 9, ["first"]),
        ("5 (first)", 1, 9, []),
        ("5 old men had 3", 2, 9, ["old", "men"]),
        ("5 old men", 2, 0, []),
    ],
)
def test_words_after_a_number_end_at_marks_and_verbs(text, after, most, words):
    """A phrase ends at a mark, a preposition or a verb, and has only so many words."""
    [one] = read("cars", text)
    assert [word.text for word in one.words_after(after, most)] == words


LEFT_OUT = {
    "Except for UA, all had 50.": ["UA"],
    "Excluding UA and HA, AS had 60.": ["UA", "HA"],
    "Excluding UA, HA had 60.": ["UA"],
    "Excluding UA in January, HA had 60.": ["UA"],
    "UA and HA were left out.": ["UA", "HA"],
    "UA and HA were counted.": [],
    "Without January and February 2013, UA had 50.": ["January", "February 2013"],
    "Every carrier but UA had 50. HA had 4.": ["UA"],
    "HA had 4. Ignoring UA, it is 5.": ["UA"],
    "It was 4, excluding UA, HA and AS.": ["UA", "HA", "AS"],
    "All of them except for none.": [],
}


@pytest.mark.parametrize("text", LEFT_OUT)
def test_names_that_are_not_counted_are_known_to_the_whole_statement(text):
    """Each sentence knows what the statement leaves out: names listed after the word, with an `and` or `or`."""
    found = read("flights", text)
    assert [[m.text for m in one.left_out] for one in found] == [LEFT_OUT[text]] * len(found)


@pytest.mark.parametrize(
    ("text", "large"),
    [
        ("Without very small groups UA led.", True),
        ("UA led. Small groups are left out.", True),
        ("Small groups led.", False),
    ],
)
def test_a_statement_may_leave_out_small_groups(text, large):
    """It says so before or after."""
    assert {one.large_only for one in read("flights", text)} == {large}


@pytest.mark.parametrize(
    ("text", "gone", "part"),
    [
        ("Excluding UA, HA had 4.", ["UA"], "Excluding UA"),
        ("Besides UA (50), HA had 4.", ["UA"], "Besides UA (50)"),
        ("Apart from UA with 50 flights, HA had 4.", ["UA"], "Apart from UA with 50 flights"),
        ("Apart from UA and HA, which had 50, AS had 60.", ["UA", "HA"], "Apart from UA and HA, which had 50"),
        ("Excluding all of January, HA had 4.", ["January"], "Excluding all of January"),
        ("Excluding what was never counted, HA had 4.", [], ""),
        ("UA, excluding nothing.", [], ""),
        ("UA led.", [], ""),
    ],
)
def test_a_sentence_may_be_told_without_some_names(text, gone, part):
    """The names right after the word, with the part of the sentence that is about them alone."""
    [one] = read("flights", text)
    left, (start, end) = excepted(one.text, one.mentions)
    assert ([m.text for m in left], text[start:end]) == (gone, part)


def test_a_year_shared_by_two_months_is_that_of_both():
    """Times are told in their order."""
    [one] = read("flights", "In January and March 2013 UA led.")
    assert [mention(m) for m in one.times] == ["January is year 2013 month 1", "March 2013 is year 2013 month 3"]
    [one] = read("flights", "In 2013 UA led, in March 2013 HA.")
    assert [mention(m) for m in one.times] == ["2013 is year 2013", "March 2013 is year 2013 month 3"]
