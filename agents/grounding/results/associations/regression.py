"""Tables of a linear regression: its coefficients, and how well it fits."""

from collections.abc import Iterator

from agents.grounding.reading.words import words_of
from agents.grounding.results.measures import by_name, told_of, whole_table
from agents.grounding.tables.cells import Measure, Row, Table, plain_words
from analytics.results import Regression

_ROWS = words_of("n rows records values observations count cases")
_CHANGE = words_of("change increase difference higher lower more less coefficient coefficients slope unit")


def regression_tables(evidence: str, result: Regression) -> Iterator[Table]:
    """The size of each coefficient with its tests, and what concerns the whole."""
    change = Measure("slope", plain_words(result.outcome), "other", needs=_CHANGE)
    for term in result.terms:
        names = {"column": term.column} if term.value is None else {term.column: term.value}
        row = Row(names, {}, {"slope": abs(term.coefficient)})
        yield Table(evidence, by_name(change), [row], complete=False, of_columns=frozenset(["column"]))
        yield whole_table(
            evidence,
            (told_of("standard error", "standard error", "other"), term.standard_error),
            (told_of("p_value", "p significance significant", "other"), term.p_value),
            (told_of("beta", "standardized beta", "other"), term.beta),
            (told_of("vif", "variance inflation vif", "other"), term.vif),
        )
    yield whole_table(
        evidence,
        (told_of("r squared", "variance explain explained r squared r2 share", "share"), result.r_squared),
        (told_of("adjusted", "adjusted r squared r2", "share"), result.adjusted_r_squared),
        (Measure("rows", frozenset({"n"}), "count", needs=_ROWS, of_rows=True), result.rows),
        (told_of("terms", "columns terms variables predictors"), len({term.column for term in result.terms})),
        (told_of("intercept", "intercept constant", "other"), result.intercept),
        (told_of("fit p", "p f significance significant", "other"), result.p_value),
        (told_of("constant spread p", "breusch pagan heteroscedasticity p", "other"), result.constant_spread_p),
        (told_of("normal p", "normal normality residuals p", "other"), result.normal_p),
    )
