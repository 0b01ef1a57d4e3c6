"""Words: their stems, those that mean the same, and those that shorten another."""

import pytest

from agents.grounding.reading.words import Token, is_short_for, names_it, related, stem, stems_of_name, tokens

STEMS = (
    "cancellations cancel, cancellation cancel, cancelled cancel, payments payment, stations station, nation nation,"
    " happiness happi, class class, classes class, status status, cities citi, city citi, flies fli, delayed delay,"
    " delay delay, day day, boxes box, houses hous, running run, run run, added added, adds add, off off, shopper shop,"
    " editors edit, voter voter, regional region, monthly month, fly fly, its its, x2 x2, less less, bus bus, lies lie,"
    " tied tied, money money, tally tal, glasses glass, gas gas, seen seen, Preise preis, shoe sho, shoes sho,"
    " fees fee, trees tre, tree tre, bees bee, wife wif, 2013s 2013s, too too, boss boss, misses miss, rooo rooo"
)


@pytest.mark.parametrize("pair", STEMS.split(", "))
def test_a_stem_is_a_word_without_its_ending(pair):
    """An ending goes where at least three letters are left; a doubled consonant before it becomes one."""
    word, without = pair.split()
    assert stem(word) == without


def test_words_and_runs_of_digits_are_tokens():
    """The s of a genitive and digits beside letters stand alone; an apostrophe inside a word does not part it."""
    text = "It's 12 o'clock: don’t x_y Ü2"  # noqa: RUF001 - as people write
    found = tokens(text)
    assert [token.text for token in found] == ["It", "s", "12", "o'clock", "don’t", "x", "y", "Ü", "2"]  # noqa: RUF001
    assert [text[token.start : token.end] for token in found] == [token.text for token in found]
    assert found[0] == Token("It", "it", "it", 0, 2)


@pytest.mark.parametrize(
    ("name", "stems"),
    [
        ("dep_delay_mean", {"dep", "delay", "mean"}),
        ("unitPrice", {"unit", "pric"}),
        ("HTTPCode", {"http", "cod"}),
        ("dayOfWeek", {"day", "of", "week", "weekday"}),
        ("Lat2019x", {"lat", "2019", "x"}),
        ("week", {"week"}),
    ],
)
def test_a_name_is_taken_apart(name, stems):
    """Parts of a column's name are told by marks, capitals and digits."""
    assert stems_of_name(name) == stems


@pytest.mark.parametrize(
    ("part", "word", "short"),
    [
        *(("hwy", "highway", True), ("qty", "quantity", True), ("pct", "pact", True)),
        *(("hw", "highway", False), ("hwy", "hwy", False), ("hiw", "highway", False), ("hwx", "highway", False)),
        *(("bwy", "highway", False), ("h2y", "hi2way", False), ("hwg", "highway", False), ("yhw", "highway", False)),
        *(("hywg", "highway", False), ("hgw", "highway", False), ("hgy", "hwy", False), ("bcd", "bcad", True)),
    ],
)
def test_a_word_without_its_vowels_is_short_for_it(part, word, short):
    """From three letters on, without vowels, in the same order, from the first letter to the last."""
    assert is_short_for(part, word) is short


@pytest.mark.parametrize(
    ("word", "name", "named"),
    [
        *(("departure", "dep_delay", True), ("delays", "dep_delay", True), ("temp", "temperature", True)),
        *(("tem", "temperature", False), ("depart", "d", False), ("dell", "de", False), ("highway", "hwy", True)),
        *(("Gesamtumsatz", "umsatz", True), ("Gesamtlohn", "lohn", False), ("Nettoumsatz", "umsatz", False)),
        *(("Gesamtumsatz", "absatz", False), ("2019th", "x2019", True), ("20195", "201", False)),
        *(("flights", "fl_time", False), ("the", "the", True), ("tims", "timestamp", False), ("day", "days", True)),
    ],
)
def test_a_word_names_what_has_it_or_a_shorter_form(word, name, named):
    """The stem is a word of the name; or one of the two is a shortened form of at least three letters."""
    assert names_it(tokens(word)[0], stems_of_name(name)) is named


def test_words_of_all_their_groups_are_related():
    """A word is related to those of each group that has it, and not to itself."""
    assert related("delay") == {"lat", "tard"} | {stem("lateness")}
    assert {"far", "cheap"} <= related(stem("price"))
    assert related("zzz") == frozenset()
