"""Values that an entry is compared with where no other one is named."""

from collections.abc import Iterator

from agents.grounding.checks.series import Series
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.tables.cells import Row


def reference_values(series: Series, row: Row, vocabulary: Vocabulary, said: bool) -> Iterator[tuple[str, float]]:
    """Values to compare with when no other entry is named: the expected value; the average and the like where said."""
    if "expected" in row.values and series.measure.name == "value":
        yield "expected", row.values["expected"]
    if not said:
        others = [one for one in series.table.rows if one is not row and not one.nameless]
        if len(others) == 1 and (value := series.value(others[0])) is not None:
            yield others[0].title, value  # of two, the other one is meant
        return
    for table in vocabulary.tables:
        for other in table.rows:
            if not other.whole:
                continue
            for name, value in other.values.items():
                measure = table.measures[name]
                if (
                    measure.words & series.measure.words
                    and not measure.of_result
                    and measure.aggregate in {"mean", "median", series.measure.aggregate}
                ):
                    yield name, value
    values = series.values(series.table.rows)
    if len(values) > 1 and series.table.complete:
        yield "the average", sum(values) / len(values)
        yield "the lowest", min(values)
        yield "the highest", max(values)
        ordered = sorted(values, reverse=True)
        yield "the second", ordered[1]
