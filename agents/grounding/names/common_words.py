"""Words that are read as names of entries or columns only where they certainly are."""

from agents.grounding.tables.cells import Aggregate
from analytics.questions.language.words import word_set

AGGREGATES: dict[str, Aggregate] = {
    **dict.fromkeys(("average", "averages", "averaged", "averaging", "mean", "means", "avg"), "mean"),
    **dict.fromkeys(("durchschnitt", "durchschnittlich", "durchschnittliche", "mittelwert", "mittel"), "mean"),
    **dict.fromkeys(("median", "medians"), "median"),
    **dict.fromkeys(("total", "totals", "totalled", "totaled", "totalling", "sum", "sums", "summed"), "total"),
    **dict.fromkeys(("minimum", "min"), "lowest"),
    **dict.fromkeys(("maximum", "max"), "highest"),
    **dict.fromkeys(("summe", "gesamt"), "total"),
    **dict.fromkeys(("altogether", "combined", "cumulative"), "total"),
}
COMMON = word_set(
    "a all am an and any are as at be but by can do few for go had has he her him his how i if in is it its may me "
    "more most my no non not now of off ok on one or other our out own per she so some the they this to too two up "
    "us was we who yes you true false none high low first last next total good bad new old big top old red"
)
FUNCTION_WORDS = COMMON - {
    "first", "last", "next", "total", "good", "bad", "new", "old", "big", "top", "red", "high", "low",
    "true", "false", "none", "yes", "no", "other",
}  # fmt: skip
QUOTES = tuple("\u201c\u201d\"'`\u2018\u2019")
AMBIGUOUS = frozenset(AGGREGATES) | word_set("minimum maximum min max least most peak record top first")
"""Words that say something by themselves, in lower case, although a column may be called so."""
NO_MEASURE = frozenset(
    {"recorded", "record", "show", "shows", "shown", "data", "set", "counted", "number", "first", "rank", "value"}
)
"""Words that say nothing of a measure where prose uses them, although columns are called so."""
ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "one": "1", "two": "2", "three": "3",
}  # fmt: skip
