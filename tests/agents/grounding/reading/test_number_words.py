"""Numbers in letters: counts, ranks, multiples and fractions."""

import pytest

from agents.grounding.reading.number_words import words_in

READ = {
    "double-digit growth, two digit": [
        "double-digit [0:12] is 10 ±0, plain, at least",
        "two digit [21:30] is 10 ±0, plain, at least",
    ],
    "twice, doubled, three times, five-fold, tenfold and halved": [
        "twice [0:5] is 2 ±0.1, multiple",
        "doubled [7:14] is 2 ±0.1, multiple",
        "three times [16:27] is 3 ±0.15, multiple",
        "five-fold [29:38] is 5 ±0.25, multiple",
        "tenfold [40:47] is 10 ±0.5, multiple",
        "halved [52:58] is 0.5 ±0.025, multiple",
    ],
    "two and a half times": ["two and a half times [0:20] is 2.5 ±0.125, multiple"],
    "half as many, half the number": [
        "half as [0:7] is 0.5 ±0.025, multiple",
        "half the number [14:29] is 0.5 ±0.025, multiple",
    ],
    "a factor of nearly three": ["factor of nearly three [2:24] is 3 ±0.15, multiple"],
    "one in five, 3 out of 10, two of every seven": [
        "one in five [0:11] is 0.2 ±0.0166667, fraction",
        "3 out of 10 [13:24] is 0.3 ±0.0136364, fraction",
        "two of every seven [26:44] is 0.285714 ±0.0178571, fraction",
    ],
    "one in ninety": ["one in ninety [0:13] is 0.0111111 ±6.10501e-05, fraction"],
    "two in fifty": ["two [0:3] is 2 ±0, plain", "fifty [7:12] is 50 ±0, plain"],
    "5 in 3 and 0 in 4": [],
    "three in five years": ["three [0:5] is 3 ±0, plain", "five [9:13] is 5 ±0, plain"],
    "one in 5.5": ["one [0:3] is 1 ±0, plain"],
    "a third of the rows, two-thirds of them, a quarter, one half": [
        "a third [0:7] is 0.333333 ±0.02, fraction",
        "two-thirds [21:31] is 0.666667 ±0.02, fraction",
        "a quarter [41:50] is 0.25 ±0.02, fraction",
        "one [52:55] is 1 ±0, plain",
    ],
    "eight quarters, three halves of": [
        "halves [22:28] is 0.5 ±0.025, multiple",
        "eight [0:5] is 8 ±0, plain",
        "three [16:21] is 3 ±0, plain",
    ],
    "half of the rows and half its size": ["half [0:4] is 0.5 ±0.02, fraction", "half [21:25] is 0.5 ±0.02, fraction"],
    "fell by half, by more than half": ["half [8:12] is 0.5 ±0.02, fraction", "half [27:31] is 0.5 ±0.02, fraction"],
    "fell half": [],
    "second most, third-largest, fourth place": [
        "second [0:6] is 2 ±0, rank",
        "third [13:18] is 3 ±0, rank",
        "fourth [28:34] is 4 ±0, rank",
    ],
    "came second with 30; the second with 30": ["second [5:11] is 2 ±0, rank"],
    "second to last, third to last": [],
    "the penultimate place": ["penultimate [4:15] is -2 ±0, rank"],
    "First, it rose. It was first.": ["first [23:28] is 1 ±0, rank"],
    "It took a second.": [],
    "ranked third among them": ["third [7:12] is 3 ±0, rank"],
    "finished fifth (30)": ["fifth [9:14] is 5 ±0, rank"],
    "the fifth (30)": [],
    "zweimal so viele, doppelt so, verdoppelt, halbiert, verdreifacht": [
        "zweimal [0:7] is 2 ±0.1, multiple",
        "doppelt [18:25] is 2 ±0.1, multiple",
        "verdoppelt [30:40] is 2 ±0.1, multiple",
        "halbiert [42:50] is 0.5 ±0.025, multiple",
        "verdreifacht [52:64] is 3 ±0.15, multiple",
    ],
    "die Hälfte, zwei Drittel, ein Viertel, ein gutes Fünftel": [
        "die Hälfte [0:10] is 0.5 ±0.02, fraction",
        "zwei Drittel [12:24] is 0.666667 ±0.02, fraction",
        "ein Viertel [26:37] is 0.25 ±0.02, fraction",
        "ein gutes Fünftel [39:56] is 0.2 ±0.02, fraction",
    ],
    "drei Drittel": [],
    "drei auf Platz eins und Rang zwei, eins": [
        "drei [0:4] is 3 ±0, plain",
        "Platz eins [9:19] is 1 ±0, rank",
        "Rang zwei [24:33] is 2 ±0, rank",
    ],
    "more than a million, at least a hundred, over a hundred times": [
        "a million [10:19] is 1e+06 ±0, plain",
        "a hundred [30:39] is 100 ±0, plain",
    ],
    "twenty-five, forty two, a dozen": [
        "twenty-five [0:11] is 25 ±0, plain",
        "forty two [13:22] is 42 ±0, plain",
        "dozen [26:31] is 12 ±0, plain",
    ],
    "three hundred, two million": [
        "three hundred [0:13] is 300 ±1.5, plain",
        "two million [15:26] is 2e+06 ±10000, plain",
    ],
    "any two, both two, these three, the other two": ["three [25:30] is 3 ±0, plain"],
    "seventeen of the twenty": ["seventeen [0:9] is 17 ±0, plain", "twenty [17:23] is 20 ±0, plain"],
    "zero": ["zero [0:4] is 0 ±0, plain"],
    "three thirds of it, a third of it": ["a third [20:27] is 0.333333 ±0.02, fraction", "three [0:5] is 3 ±0, plain"],
    "eight quarters, then a third of it": ["a third [21:28] is 0.333333 ±0.02, fraction", "eight [0:5] is 8 ±0, plain"],
    "a third, first of all": ["a third [0:7] is 0.333333 ±0.02, fraction"],
    "It was second to last, came third-to-last.": ["second [7:13] is -2 ±0, rank"],
    "ranks first, second of all": ["first [6:11] is 1 ±0, rank"],
    "one in ninety-nine, one in a hundred": [
        "one in ninety-nine [0:18] is 0.010101 ±5.05051e-05, fraction",
        "one [20:23] is 1 ±0, plain",
    ],
    "ten out of twenty; nineteen in twenty; five in 21": [
        "ten out of twenty [0:17] is 0.5 ±0.0119048, fraction",
        "nineteen in twenty [19:37] is 0.95 ±0.022619, fraction",
        "five [39:43] is 5 ±0, plain",
    ],
    "a fifth the size, a fifth wheel, an eighth, of it": [
        "a fifth [0:7] is 0.2 ±0.02, fraction",
        "a fifth [18:25] is 0.2 ±0.02, fraction",
        "an eighth [33:42] is 0.125 ±0.02, fraction",
    ],
    "three quarters of": ["three quarters [0:14] is 0.75 ±0.02, fraction"],
    "TWICE, Half of the, SECOND place": [
        "TWICE [0:5] is 2 ±0.1, multiple",
        "Half [7:11] is 0.5 ±0.02, fraction",
        "SECOND [20:26] is 2 ±0, rank",
    ],
    "by about half, by half": ["half [9:13] is 0.5 ±0.02, fraction", "half [18:22] is 0.5 ±0.02, fraction"],
    "five of 12 hours": ["five [0:4] is 5 ±0, plain"],
    "Drei DREI zwölf": ["Drei [0:4] is 3 ±0, plain", "DREI [5:9] is 3 ±0, plain", "zwölf [10:15] is 12 ±0, plain"],
    "the four thousand": ["four thousand [4:17] is 4000 ±20, plain"],
    "forty-two thousand": ["forty-two thousand [0:18] is 42000 ±210, plain"],
}
"""Numbers in letters of each text, by kind: value with how far it may be off."""


@pytest.mark.parametrize("text", READ)
def test_numbers_in_letters_are_read(text):
    """Each kind of number in letters gives its value, and words that only look like one give none."""
    told = [
        f"{word.text} [{word.start}:{word.end}] is {word.value:g} ±{word.half_unit:g}, {word.form}"
        + (", at least" if word.at_least else "")
        for word in words_in(text)
    ]
    assert told == READ[text]
