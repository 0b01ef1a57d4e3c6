"""Likelihood as a share of rows: `more likely to …`, `most likely to …`."""

from analytics.questions.understanding.reading import Reading

_ENDS = {"most": "max", "least": "min"}


def read_likely(reading: Reading) -> None:
    """Account for `likely`; the most or least likely is the highest or lowest share."""
    for place, word in enumerate(reading.words):
        if word not in ("likely", "frequently") or place in reading.used:
            continue
        before = reading.word(place - 1)
        if before in ("more", "less"):
            reading.use(place, place + 1)
        elif before in _ENDS:
            reading.kinds[place - 1] = _ENDS[before]
            reading.likely = place
            reading.use(place - 1, place + 1)
