"""Other forms of names: peoples of countries, plurals, parts, spellings; and what columns a word names."""

import pytest

from agents.grounding.names.better import is_turned, ways_of
from agents.grounding.names.entries.cut_names import with_whole_names
from agents.grounding.names.entries.kin import kin
from agents.grounding.names.entries.peoples import countries_of
from agents.grounding.names.entries.spelling import as_written, code_of_sex, is_article, start_of_name
from agents.grounding.names.measure_words import MeasureIndex
from agents.grounding.reading.words import stem, tokens
from agents.grounding.tables.cells import Measure

COUNTRIES = [
    "canada",
    "usa",
    "spain",
    "china",
    "iran",
    "iraq",
    "japan",
    "peru",
    "mali",
    "austria",
    "australia",
    "france",
]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        *(("Canadians", ["canada"]), ("Canadian", ["canada"]), ("canadian", []), ("Americans", ["usa"])),
        *(("Spanish", ["spain"]), ("Japanese", ["japan"]), ("Chinese", ["china"]), ("Austrians", ["austria"])),
        *(("Australian", ["australia"]), ("French", ["france"]), ("Swiss", []), ("Iranian", []), ("Peruvians", [])),
        *(("Japan", []), ("Chin", []), ("Canadiens", []), ("Canada", []), ("Spai", [])),
    ],
)
def test_a_people_belongs_to_its_country(word, found):
    """Known ones, and adjectives that share four letters and all but the end with the name; other words have none."""
    assert list(countries_of(word, COUNTRIES)) == found


def _kin(word, *names):
    by_words = {tuple(token.lower for token in tokens(name)): {name} for name in names}
    by_stem = {stem(name): {name} for name in names if " " not in name}
    return kin(tokens(word)[0], by_words, by_stem)


@pytest.mark.parametrize(
    ("word", "names", "same"),
    [
        *(("sunny", ["sun", "rain"], {"sun"}), ("cloudy", ["cloud", "rain"], {"cloud"}), ("the", ["the"], set())),
        *(
            ("insect", ["insectiv"], {"insectiv"}),
            ("insect", ["insectivor"], set()),
        ),
        *(("insect", ["Insecti"], set()), ("insect", ["insecti", "insecta"], set()), ("Thursday", ["Thur"], {"Thur"})),
        *(("Thursday", ["Thu"], {"Thu"}), ("Thursday", ["Th"], set()), ("October", ["Octo", "Oct"], {"Octo", "Oct"})),
        *(("Canadians", ["Canada", "United States"], {"Canada"}), ("Americans", ["United States"], {"United States"})),
        *(("clouds", ["CLD", "cloud"], {"cloud"}), ("abcs", ["ABC"], set()), ("abs", ["ab"], set())),
        *(("abcds", ["ABCD"], {"ABCD"}), ("abcs", ["abc"], {"abc"}), ("seas", ["sea", "seal"], {"sea"})),
    ],
)
def test_a_word_is_another_form_of_one_name(word, names, same):
    """The same stem, a cut end, the first letters of a day or month, or a people; never of two names or a code."""
    assert _kin(word, *names) == same


@pytest.mark.parametrize(
    ("text", "name", "written"),
    [
        *(("AS", "AS", True), ("as", "AS", False), ("As", "AS", False), ("AS", "as", False), ("JFK", "jfk", True)),
        *(("jfk", "JFK", True), ("Jfk", "jfk", False), ("Canada", "canada", True), ("S", "S", True), ("s", "S", False)),
        *(("day", "DAY", False), ("S", "s", False), ("the", "the", False), ("nyc", "NYC", True)),
    ],
)
def test_short_names_count_as_they_are_written(text, name, written):
    """Codes in their case, or all in capitals or all in lower case; common words never."""
    assert as_written(text, name) is written


@pytest.mark.parametrize(
    ("text", "article"),
    [
        *(("A ship sank", True), ("“A ship", True), ("A had 5", False), ("A: 5", False), ("A (5)", False)),
        *(("I think", True), ("A's fare", False), ("A averaged 5", False), ("B ship", False), ("a ship", False)),
    ],
)
def test_a_letter_that_opens_a_sentence_is_a_word_unless_it_does_something(text, article):
    """`A` or `I` before no verb of an entry."""
    assert is_article(text, tokens(text)[0]) is article


def test_a_letter_inside_a_sentence_is_a_name():
    """Only at its beginning the letter may be the article."""
    text = "Grade A is best"
    assert not is_article(text, tokens(text)[1])


def test_codes_of_sexes_are_letters():
    """The letters of both languages."""
    assert [code_of_sex(word) for word in ("women", "frauen", "men", "people")] == [("f", "w"), ("f", "w"), ("m",), ()]


def test_a_column_before_a_number_begins_where_its_name_does():
    """`day_of_week 2` is one name."""
    assert start_of_name("in Day_of_week", "day_of_week", 10) == 3
    assert start_of_name("in week", "day_of_week", 3) == 3


def test_a_cut_name_is_the_only_one_that_begins_so():
    """A long beginning with dots is the name, unless several or none begin so."""
    names = ["Average weekly hours (women)", "Average weekly pay", "Average weekly pay (men)"]
    assert with_whole_names("\u201cAverage weekly ho\u2026\u201d", names) == "\u201cAverage weekly hours (women)\u201d"
    for text in (
        "\u201cAverage weekly p...\u201d",
        "\u201cAverage yearly p\u2026\u201d",
        "\u201cAverage\u2026\u201d",
        "plain \u2026",
    ):
        assert with_whole_names(text, names) == text


DELAY = Measure("dep_delay_mean", frozenset({"dep", "delay"}), "mean")
PASSENGERS = Measure("n", frozenset({"n"}), "count", of_rows=True)
TOLD = Measure("rows", frozenset({"row"}), "count", of_rows=True, of_result=True)
MISSING = Measure("missing", frozenset({"far"}), "count", needs=frozenset({"miss"}))
EARNERS = Measure("top_earners", frozenset({"earn"}), "count")
WAGE = Measure("wage", frozenset({"wag"}), "mean")
HIGH = Measure("avg_high", frozenset({"high"}), "mean")
INDEX = MeasureIndex((DELAY, PASSENGERS, TOLD, MISSING, EARNERS, WAGE, HIGH))


@pytest.mark.parametrize(
    ("word", "by_needs", "named"),
    [
        *(("delay", True, {DELAY}), ("departure", True, {DELAY}), ("late", True, {DELAY}), ("the", True, set())),
        *(("n", True, {PASSENGERS, TOLD}), ("row", True, {TOLD}), ("fare", True, {MISSING})),
        *(
            ("missing", True, {MISSING}),
            ("missing", False, set()),
            ("earn", True, {WAGE}),
            ("earners", True, {EARNERS}),
        ),
        *(
            ("high", True, {HIGH}),
            ("low", True, set()),
            ("top", True, set()),
            ("highest", True, set()),
            ("5", True, set()),
        ),
        *(("price", True, {MISSING}), ("zzz", True, set()), ("wages", True, {WAGE}), ("salary", True, {WAGE, EARNERS})),
    ],
)
def test_a_word_names_measures(word, by_needs, named):
    """A word names measures that hold it, else those of which it is a form, else those that mean the same."""
    token = tokens(word)[0]
    assert INDEX.named(token.lower, token.stem, by_needs) == named


@pytest.mark.parametrize(
    ("word", "measure", "ways"),
    [
        *(("best", "points", (True,)), ("worst", "points", (False,)), ("best", "delay", (False,))),
        *(("worst", "delay", (True,)), ("best", "people", (True, False)), ("Worst", "errors", (True,))),
        *(("beste", "points", (True,)), ("best", "lost points", (True, False))),
    ],
)
def test_more_is_better_or_worse(word, measure, ways):
    """More points are better, more delays worse; of other columns either may be meant."""
    words = frozenset(stem(one) for one in measure.split())
    assert ways_of(word, Measure(measure, words)) == ways


def test_older_is_an_earlier_year():
    """Age turns years round, but not ages."""
    assert is_turned("oldest", Measure("built", frozenset({stem("built")})))
    assert not is_turned("oldest", Measure("age", frozenset({stem("age"), stem("born")})))
    assert not is_turned("oldest", Measure("fare", frozenset({"far"})))
    assert not is_turned("highest", Measure("built", frozenset({stem("built")})))
