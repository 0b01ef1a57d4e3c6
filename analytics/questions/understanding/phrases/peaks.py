"""Times at which something was highest: `When did murder peak?`, `When was unemployment lowest?`."""

from analytics.questions.language.vocabulary import is_measure
from analytics.questions.language.words import word_set
from analytics.questions.understanding.date_parts import part_sql
from analytics.questions.understanding.reading import Reading

_PEAK = word_set("peak peaks peaked")
_WHEN = word_set("when wann")
_IF = word_set("do does did is are was were has have")


def read_peaks(reading: Reading) -> None:
    """`When` asks for the year of an extreme where each row has no time of its own; `Did … peak` asks for no number."""
    peaks = [place for place in reading.kinds if reading.word(place) in _PEAK]
    for place in peaks:
        if reading.word(0) in _IF:
            del reading.kinds[place]
            reading.used.discard(place)
        elif not any(is_measure(mention.column) for mention in reading.columns):
            reading.kinds[place] = "most"  # when murders peaked: rows
    if reading.word(0) not in _WHEN or not {"max", "min", "most", "fewest"} & set(reading.kinds.values()):
        return
    vocabulary = reading.vocabulary
    times = [column for column in vocabulary.columns if column.role == "time"]
    if reading.parts or reading.periods or any(c.distinct == vocabulary.profile.rows for c in times):
        return
    if part_sql(vocabulary, "year") is None:
        return
    reading.parts[0] = "year"
    if part_sql(vocabulary, "month") is not None:
        reading.notes.append("\u201cwhen\u201d was taken to ask for the year")
