"""Recognition of how many groups or rows are asked for: `top 3`, `which five counties have the highest …`."""

from analytics.questions.language.words import word_set
from analytics.questions.understanding.reading import Reading

_ASKING = word_set("which what welche welcher welches welchem welchen who")


def read_top(reading: Reading) -> None:
    """The number of groups or rows asked for: 3 of `top 3`."""
    for place, token in enumerate(reading.tokens):
        number = token.number
        word = reading.word(place - 1)
        ends = {"top", "bottom", "highest", "lowest", "largest", "biggest", "smallest", "best"}
        beside = word in ends or reading.word(place + 1) in ends | {"most"} or place + 1 in reading.hints
        # Which five counties have the highest …: the number of the groups.
        beside |= word in _ASKING and bool({"max", "min", "most", "fewest"} & set(reading.kinds.values()))
        if place not in reading.used and beside and number and number % 1 == 0 and 0 < number <= 50:
            reading.use(place, place + 1)
            reading.top = int(number)
