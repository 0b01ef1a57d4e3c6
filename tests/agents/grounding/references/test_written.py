"""References as they are written: where they begin and end, their id and their parts."""

import pytest

from agents.grounding.references.written import references_in

WRITTEN = {
    "{E3: EWR, cancelled, total}": [("E3", ["EWR", "cancelled", "total"])],
    "a {e 3 EWR} b {E12}": [("E3", ["EWR"]), ("E12", [])],
    "{{E3: a}} {E3: a}}": [("E3", ["a"]), ("E3", ["a"])],
    "{[E3] a; b | c = d: e}": [("E3", ["a", "b", "c", "d", "e"])],
    "{E3: 'a, b', \u201cc; d\u201d, e}": [("E3", ["a, b", "c; d", "e"])],
    "{E3: St. John's, total}": [("E3", ["St. John's", "total"])],
    "{E3: 21:30, total}": [("E3", ["21:30", "total"])],
    "{E3: a:3, 4:b, :5}": [("E3", ["a", "3", "4", "b", "5"])],
    "{E3: a{b}c, d}": [("E3", ["a{b}c", "d"])],
    "{E3: 'a}b', c}": [("E3", ["a}b", "c"])],
    "{E3: 'a, b}": [("E3", ["a", "b"])],
    "{E3: a, 'b}": [("E3", ["a", "b"])],
    "{E3: a\nb} {E4: c}": [("E3", []), ("E4", ["c"])],
    "{E3: a": [("E3", [])],
    "{E3: , a,, }": [("E3", ["a"])],
    "{E12345: a} {Ex: a} {3: a} E3": [],
    "{E3: " + "a" * 290 + "}": [("E3", ["a" * 290])],
    "{E3: " + "a" * 298 + "}": [("E3", ["a" * 298])],
    "{E3: " + "a" * 299 + "}": [("E3", [])],
    "{E3: '" + "a" * 300 + "'}": [("E3", [])],
    "{E003: a}": [("E3", ["a"])],
}


@pytest.mark.parametrize("text", WRITTEN)
def test_references_are_found(text):
    """Any separators, quotes and brackets; a brace that is not closed on its line is a reference without parts."""
    found = list(references_in(text))
    assert [(one.evidence, [one.inner[a:b] for a, b in one.spans]) for one in found] == WRITTEN[text]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("x {E3: a} y", "{E3: a}"),
        ("x {{E3: a}} y", "{{E3: a}}"),
        ("x {E3: a}} y", "{E3: a}"),
        ("x {{E3: a} y", "{{E3: a}"),
        ("x {E3: a\ny", "{E3:"),
    ],
)
def test_a_reference_knows_its_place(text, written):
    """Two braces are closed by two; one that is not closed ends after its id."""
    [one] = references_in(text)
    assert text[one.start : one.end] == written


def test_a_reference_is_told_without_braces():
    """Braces inside are told as brackets."""
    [one] = references_in("{e3: a{b}, c}")
    assert one.told == "E3, a(b), c"


def test_a_quotation_from_the_data_is_no_reference():
    """A reference in a name of the data is left as text, and one after it is still read."""
    found = list(references_in("{E3: a} and {E4: b}", ["Shop {e3: A} & Co"]))
    assert [one.evidence for one in found] == ["E4"]
