"""Tables of the statistics of a column."""

from collections.abc import Iterator

from agents.grounding.reading.words import words_of
from agents.grounding.results.measures import difference, told_of, whole_table
from agents.grounding.tables.cells import Aggregate, Measure, Table, plain_words, scale_in
from analytics.results import Statistics

_HIGH_PERCENTILE = "percentile quartile between above higher more exceed larger greater longer older later over top"
_LOW_PERCENTILE = "percentile quartile between below lower less smaller fewer under bottom"
_SHARE_OF_VALUES = (
    "percentile above below higher lower larger smaller longer shorter "
    "older younger exceed most half middle under over top bottom"
)
_PERCENTILES = {"p05": "5th", "p25": "25th", "p75": "75th", "p95": "95th"}


def statistics_tables(evidence: str, result: Statistics) -> Iterator[Table]:
    """The figures of one column."""
    words, unit = plain_words(result.column), scale_in(result.column)
    count, in_all = max(result.count, 1), max(result.count + result.missing, 1)

    def needing(name: str, aggregate: Aggregate, needs: str) -> Measure:
        return Measure(name, words, aggregate, needs=words_of(needs))

    values: list[tuple[Measure, float | None]] = [
        (told_of("count", "values rows records entries observations count zeilen werte"), result.count),
        (told_of("rows", "rows records entries observations in all"), result.count + result.missing),
        (needing("missing", "count", "missing gaps"), result.missing),
        (needing("share missing", "share", "missing gaps"), result.missing / in_all),
        (needing("present", "count", "present filled known available given recorded"), result.count),
        (Measure("total", words, "total", unit=unit), result.total),
        (Measure("mean", words, "mean", unit=unit), result.mean),
        (needing("standard deviation", "spread", "standard deviation spread"), result.std),
        (Measure("minimum", words, "lowest", unit=unit), result.minimum),
        (Measure("median", words, "median", unit=unit), result.median),
        (Measure("maximum", words, "highest", unit=unit), result.maximum),
        (needing("range", "spread", "range span"), difference(result.maximum, result.minimum)),
        (needing("interquartile range", "spread", "interquartile range middle"), result.p75 - result.p25),
        (needing("skewness", "other", "skewness skew skewed"), result.skewness),
        (needing("zeros", "count", "zero zeros 0 no none nothing without"), result.zeros),
        (needing("share of zeros", "share", "zero zeros 0 no none without"), result.zeros / count),
        (needing("share not zero", "share", "nonzero above positive not"), 1 - result.zeros / count),
        (needing("above the 95th percentile", "count", "above values"), result.above_p95),
        (needing("share above the 95th percentile", "share", "above values"), result.above_p95 / count),
        (needing("mean less median", "other", "difference above below less more gap"), result.mean - result.median),
    ]
    weight = frozenset() if result.weighted_by is None else plain_words(result.weighted_by)
    values += [
        (
            needing("p of normality", "other", "normal normality normally p shapiro agostino distribution"),
            result.normality_p,
        ),
        (
            needing("outliers beyond the fences", "count", "outlier outliers iqr interquartile fence tukey"),
            result.outliers_fence,
        ),
        (needing("outliers by z-score", "count", "outlier outliers z score deviations"), result.outliers_z),
        (needing("gini", "other", "gini"), result.gini),
        (needing("largest values", "count", "largest top highest"), result.largest_tenth),
        (needing("share of the largest", "share", "largest top highest hold make total"), result.largest_tenth_share),
        (
            needing("share of values that are largest", "share", "largest top highest"),
            (result.largest_tenth or 0) / count,
        ),
        (
            Measure("weighted mean", words | weight, "mean", needs=words_of("weighted weight"), unit=unit),
            result.weighted_mean,
        ),
    ]
    for key, name in _PERCENTILES.items():
        needs = _LOW_PERCENTILE if key < "p5" else _HIGH_PERCENTILE
        values.append((needing(f"{name} percentile", "other", needs), float(getattr(result, key))))
        values.append(
            (told_of(f"percentile {name}", "percentile", "other", "percentile quartile percent"), float(name[:-2]))
        )
    values += [
        (told_of(f"share {percent}", _SHARE_OF_VALUES, "share"), percent / 100) for percent in (5, 25, 50, 75, 95)
    ]
    values += [(told_of("share between percentiles", "between from lie lies middle", "share"), 0.9)]
    for high, low in (("maximum", "mean"), ("maximum", "median"), ("p95", "median"), ("mean", "median")):
        above, base = getattr(result, high), getattr(result, low)
        if base and above is not None:
            values.append((needing(f"{high} over {low}", "other", "times"), above / base))
    yield whole_table(evidence, *values)
