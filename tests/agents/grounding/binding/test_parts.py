"""A part and its whole as they are written in a text."""

import pytest

from agents.grounding.binding.parts import is_size, pairs_of
from agents.grounding.reading.written_numbers import read


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Of them, 1 of 2 sank.", [("1", "2")]),
        ("Only 1 of 1 sank.", []),
        ("233 of the 314 women survived.", [("233", "314")]),
        ("177 out of all 891 rows are empty.", [("177", "891")]),
        ("90.6 % of 2,999 calls were answered.", [("90.6 %", "2,999")]),
        ("About 40 of about 314 women survived.", []),
        ("5 of 40 % of the calls were lost.", []),
        ("Lost were 25 % (10/40) of them.", [("10", "40")]),
        ("Lost were 100 % (40/40) of them.", [("40", "40")]),
        ("The share was odd (41/40) there.", []),
        ("The share was odd (1.5/40) there.", []),
        ("The share was 10/40 there.", []),
        ("There were 10 women and 40 men.", []),
    ],
)
def test_a_part_and_its_whole_are_two_numbers_with_of_between_or_a_stroke_in_brackets(text, pairs):
    """A whole is a count of at least two, as it is: no percentage, nor one with `about`; no count has more than all."""
    numbers, _ = read(text)
    assert [(part.text, whole.text) for part, whole in pairs_of(text, numbers)] == pairs


@pytest.mark.parametrize(("text", "sizes"), [("75 % (n = 314)", ["314"]), ("75 % (n: 314, m = 5)", ["314"])])
def test_the_size_of_a_sample_stands_behind_n(text, sizes):
    """`n = 314` is the number of rows behind another number."""
    numbers, _ = read(text)
    assert [number.text for number in numbers if is_size(text, number)] == sizes
