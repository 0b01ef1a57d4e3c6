"""Recognition of the table's name written as several words: `sea ice` of the table `seaice`."""

from analytics.questions.language.vocabulary import is_measure
from analytics.questions.language.words import words_of
from analytics.questions.understanding.reading import Mention, Reading

_MOST_WORDS = 3


def read_table_name(reading: Reading) -> None:
    """The table's name stands for its only measure, where no measure is named."""
    name = "".join(words_of(reading.vocabulary.name))
    for length in range(2, _MOST_WORDS + 1):
        for start in range(len(reading.tokens) - length + 1):
            places = range(start, start + length)
            if "".join(reading.word(place) for place in places) != name or reading.used & set(places):
                continue
            reading.use(start, start + length)
            measures = [column for column in reading.vocabulary.columns if is_measure(column)]
            if len(measures) == 1 and not any(is_measure(mention.column) for mention in reading.columns):
                reading.columns.append(Mention(start, start + length, measures[0]))
                said = " ".join(reading.tokens[place].raw for place in places)
                reading.notes.append(f"{said} was taken to mean {measures[0].name}")
            return
