"""The noun of a question that stands for the rows: `trips` in `how many trips …`, `firms` in `Do finance firms …`."""

from analytics.questions.language.lexicon import PEOPLE
from analytics.questions.language.vocabulary import is_flag, is_stock
from analytics.questions.language.words import word_set
from analytics.questions.understanding.reading import Reading

_ASKING = word_set("which what welche welcher welches welchem welchen who")
_DID = word_set("did do does")
_IF = word_set("do does did are is were was have has")
_RESTRICTING = word_set("with without that who which having where in")
_ARTICLES = word_set("a an the")
_ENDS = ("max", "most", "min", "fewest")


def noun_of_rows(reading: Reading) -> tuple[str, bool]:
    """The word that stands for the rows: `trips` in `how many trips …`."""
    left = reading.left()
    known = [place for place in left if reading.vocabulary.is_row_noun(reading.word(place))]
    for place in known:
        reading.use(place, place + 1)
    left = [place for place in left if place not in known]
    if known:
        return reading.word(known[0]), True
    if len(left) != 1:
        return "", False
    place = left[0]
    if (
        _DID & set(reading.words[:place])
        and (reading.conditions or reading.columns)
        and place + 1 == len(reading.words)
    ):
        return "", False  # how often did NYA lose: a verb, and not what there is a number of
    if place == 1 and reading.word(0) in ("who", "wer"):
        return "", False  # who won: a verb
    if reading.word(place) in PEOPLE and _counted_with_condition(reading, place):
        reading.use(place, place + 1)
        return reading.word(place), False
    if reading.word(place) in PEOPLE and reading.word(place + 1) not in ("who", "that", "die"):
        return "", False  # of people without an age or a sex nothing is known
    counted = [at for at, kind in reading.kinds.items() if kind in ("count", "share", "most", "fewest")]
    before = range(max(0, place - 4), place)
    between = [
        at
        for at in range(max((at for at in counted if at < place), default=place), place)
        if at not in reading.used and reading.word(at) not in ("of", "the", "all")
    ]
    relative = reading.word(place + 1) in ("who", "that", "which") or (
        reading.word(place - 1) in ("of", "for") and len(reading.conditions) > 0
    )
    ends = {kind for kind in reading.kinds.values() if kind in _ENDS}
    asked = bool(ends) and (reading.word(place - 1) in _ASKING or place - 1 in reading.kind_words)
    asked |= place - 1 in reading.hints  # heavier animals
    asked |= _is_asked_about(reading, place)
    described = any(start < place <= end for start, end in reading.condition_ends.items())
    if (any(at in before for at in counted) and not between) or relative or asked or described:
        reading.use(place, place + 1)
        return reading.word(place), False
    return "", False


def _counted_with_condition(reading: Reading, place: int) -> bool:
    """Tell whether people are counted who fulfil a condition, of a table that holds no numbers of people."""
    named = [mention for mention in reading.columns if is_flag(mention.column)]
    counted = any(is_stock(column) for column in reading.vocabulary.columns)
    return reading.kinds.get(place - 2) == "count" and bool(reading.conditions or named) and not counted


def _is_asked_about(reading: Reading, place: int) -> bool:
    """Tell whether a noun is what a question is about, beside a value: the firms of `Do finance firms pay more?`.

    Or it ends the question after what is measured: the CEO of `the highest salary of a CEO`.
    """
    word = reading.word(place)
    many = word.endswith("s") and not word.endswith("ss")
    if many and reading.word(0) in _IF:
        valued = reading.mention_at(place - 1) is not None or place - 1 in reading.conditions
        starts = place == 1 or (place == 2 and valued)
        beside = valued or reading.word(place + 1) in _RESTRICTING or reading.word(place - 1) in ("where", "if", "when")
        return beside and (starts or reading.word(place - 1) in ("where", "if", "when"))
    measured = any(mention.end == place - 2 for mention in reading.columns)
    ends = place + 1 == len(reading.words) and reading.word(place - 2) in ("of", "for")
    return ends and measured and reading.word(place - 1) in _ARTICLES and bool(reading.kinds)
