"""The evidence check: what counts as held by the evidence, and what does not."""

from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analytics
from agents.grounding import checker
from agents.grounding.checker import Checker, unsupported_numbers
from agents.grounding.problems import CheckedAnalysis, marked, problems_of
from agents.outputs import DataAnalysis, Evidence, Finding
from analytics.results import (
    Anomalies,
    Anomaly,
    ColumnProfile,
    Correlation,
    Correlations,
    DatasetProfile,
    Group,
    GroupComparison,
    HistogramBin,
    QueryResult,
    Statistics,
)

ANOMALIES = Anomalies(
    column="cancelled",
    time="date",
    aggregate="sum",
    method="seasonal",
    description="STL with a period of 7 days; a robust z-score of at least 3.5 is flagged.",
    threshold=3.5,
    checked=365,
    flagged=21,
    worst=[
        Anomaly(time=datetime.fromisoformat("2013-02-08"), value=472, expected=9.87, score=113.2),
        Anomaly(time=datetime.fromisoformat("2013-02-09"), value=393, expected=10.4, score=101.9),
        Anomaly(time=datetime.fromisoformat("2013-09-12"), value=192, expected=8, score=41.2),
    ],
)
GROUPS = GroupComparison(
    column="dep_delay",
    by="carrier",
    sorted_by="mean",
    groups_in_all=3,
    groups=[
        Group(name="F9", count=681, mean=20.2155, median=0.5, total=13766.8),
        Group(name="9E", count=17294, mean=16.4394, median=-2, total=284303.0),
        Group(name="UA1545", count=57782, mean=6.2, median=0, total=358248.4),
    ],
    overall_mean=12.6391,
    test="Kruskal-Wallis",
    p_value=0.00031,
    effect_size=0.0123,
)
STATISTICS = Statistics(
    column="cancelled", count=11860, missing=4, total=8255.0, mean=0.69604, std=3.2, minimum=0, p05=0, p25=0,
    median=0.125, p75=1, p95=3, maximum=101, above_p95=500, zeros=8302,
    histogram=[HistogramBin(low=0, high=5.05, count=11555)],
)  # fmt: skip
PROFILE = DatasetProfile(
    rows=11864,
    duplicate_rows=0,
    time_column="date",
    period_start=datetime.fromisoformat("2013-01-01"),
    period_end=datetime.fromisoformat("2013-12-31"),
    columns=[
        ColumnProfile(name="pm2_5 level 10", role="number", dtype="float64", missing=1186, distinct=300),
        ColumnProfile(name="date", role="time", dtype="datetime64[us]", missing=0, distinct=365),
    ],
)
MONTHS = QueryResult(
    sql="SELECT strftime(date, '%Y-%m') AS month, sum(cancelled), sum(flights) FROM data WHERE delay > 60 GROUP BY 1",
    columns=["month", "cancelled", "flights"],
    rows=[["2013-02", 1261, 24951], ["2013-12", 1025, 28135], ["2013-10", 236, 28889]],
    truncated=False,
    row_limit=60,
)
PAIRS = Correlations(
    pairs_checked=6, pairs=[Correlation(left="wind", right="delay", coefficient=-0.3456, p_value=0.002, count=9000)]
)
# A day of which a sentence names only the range it is in, and another day with the same value.
RUN = ANOMALIES.model_copy(
    update={
        "worst": [
            *ANOMALIES.worst[:2],
            Anomaly(time=datetime.fromisoformat("2013-02-10"), value=472, expected=9, score=99),
            Anomaly(time=datetime.fromisoformat("2013-05-01"), value=393, expected=9, score=50),
        ]
    }
)
RESULTS = {
    "E1": PROFILE,
    "E2": ANOMALIES,
    "E3": GROUPS,
    "E4": STATISTICS,
    "E5": MONTHS,
    "E6": PAIRS,
    "E2b": RUN,
    "E4b": STATISTICS.model_copy(update={"total": 5116.0}),
}
EVIDENCE = {name: Evidence(id=name, tool="t", arguments={}, result=result) for name, result in RESULTS.items()}


def missing(statement: str, *ids: str) -> list[str]:
    return unsupported_numbers(statement, [EVIDENCE[name] for name in ids])


@pytest.mark.parametrize(
    ("statement", "ids"),
    [
        ("Cancellations peaked at 472 on 8 February 2013 (expected about 10).", "E2"),
        ("On 8\u20139 February 2013 together 865 were cancelled.", "E2"),
        ("On February 8 and 9, 2013 it was 472 and 393, 382.6 above what was expected on the latter.", "E2"),
        ("On 8/2/2013, 2/9/2013, 8.2.2013 and the 9th it was far above the expected 9,87.", "E2"),
        ("Das sind 8.255 oder 8.255,0 St\u00fcck; 11.860 Zeilen.", "E4"),
        ("On 2013-02-08, 472 were cancelled, 48 times the expected 9.9.", "E2"),
        ("2013-02-08T00:00:00 was the worst day; more than 400 were cancelled.", "E2"),
        ("Of 365 days, 21 (5.8 %) are unusual with a threshold of 3.5.", "E2"),
        ("On 8\u201310 February 2013, 472, 393 and 472; together 26 % of 5,116.", "E2b E4b"),
        ("The 3 worst days fall in February and September 2013.", "E2"),
        ("That day is 5.7% of the total of 8,255: 472.", "E2 E4"),
        ("F9 is worst with 20.2 minutes, then 9E with 16 (E3); UA1545 has 6.2.", "E3"),
        ("F9 (20) is 3.3 times as late as UA1545, 226 % more.", "E3"),
        ("F9 is 23 % later than 9E, and 7.6 minutes above the overall mean of 12.64.", "E3"),
        ("9E caused 284k minutes, UA1545 about 0.36 million, 54.6% of all.", "E3"),
        ("The difference is significant (p < 0.001), effect 1.2 %.", "E3"),
        ("9E has a median of \u22122, a drop of 2 below zero.", "E3"),
        ("Top 3 carriers of 2013.", "E3 E1"),
        ("70% of the values are 0; the 95th percentile is 3 and 5% are higher.", "E4"),
        ("10 % of pm2_5 level 10 is missing over 365 days or 12 months.", "E1"),
        ("The 2 columns cover January 2013 to December 2013.", "E1"),
        ("February 2013 had 1,261 of 24,951 flights cancelled (5.1 %), 1.3k in round terms.", "E5"),
        ("2,522 were cancelled in all, of delays over 60 minutes.", "E5"),
        ("February 2013 had 1,261, 23.0% more than the 1,025 of December 2013.", "E5"),
        ("Wind and delay have a correlation of -0.35, or -3.456e-1.", "E6"),
        ("1. First: 9,000 rows.\n2. Second: a p-value of 0.002.", "E6"),
    ],
)
def test_what_the_evidence_holds_passes(statement, ids):
    """Numbers that a careful reader finds in the cited results are supported, however they are written."""
    assert missing(statement, *ids.split()) == []


@pytest.mark.parametrize(
    ("statement", "ids", "expected"),
    [
        ("Cancellations peaked at 473.", "E2", ["473"]),
        ("On 10 February 2013 it was 472.", "E2", ["10 February 2013", "472"]),
        ("On 8 February 2014 it was 472.", "E2", ["8 February 2014", "472"]),
        ("On 2013-03-08 it was 472.", "E2", ["2013-03-08", "472"]),
        ("In March 2013 it was 472.", "E2", ["March 2013", "472"]),
        ("On 8/3/2013 or 8.3.2013 or the 17th it was 472.", "E2", ["8/3/2013", "8.3.2013", "17th", "472"]),
        ("Das sind 8.256 oder 1.234,5.", "E4", ["8.256", "1.234,5"]),
        ("At 14:30 it was 472.", "E2", ["14:30", "472"]),
        ("The year 2014 had 472.", "E2", ["2014"]),
        ("F9 is worst with 20.3 minutes.", "E3", ["20.3"]),
        ("F9 is worst with 20.3k minutes.", "E3", ["20.3k"]),
        ("F9 has -20.2.", "E3", ["-20.2"]),
        ("F9 is 5 times as late as UA1545.", "E3", ["5 times"]),
        ("F9 is 44 % later than 9E.", "E3", ["44 %"]),
        ("F9 and UA1545 have 20.2 and 6.2: 226 %.", "E3", ["226 %"]),
        ("On 7 February it was 472; the period is 7 days.", "E2", ["7 February", "472"]),
        ("F9 averaged 20.2 and 33% of all.", "E3", ["33%"]),
        ("Over 500 were cancelled on 8 February.", "E2", ["500"]),
        ("About 300 were cancelled.", "E2", ["300"]),
        ("It is 12,345 and \u20ac7m.", "E4", ["12,345", "\u20ac7m"]),
        ("p < 0.0001", "E3", ["0.0001"]),
        ("The first bin holds 11,555.", "E4", ["11,555"]),
        ("Something is 42.", "", ["42"]),
        ("Wind and delay have a correlation of 0.35 in 8,000 rows; -0.36.", "E6", ["0.35", "8,000", "-0.36"]),
        ("\u201c393\u201d and `777` are quoted.", "E2", ["777"]),
        ("8,255 were cancelled.", "E2", ["8,255"]),
        ("Top 99 days.", "E2", ["99"]),
        ("\u0663\u0663\u0663 in other digits.", "E2", ["\u0663\u0663\u0663"]),
    ],
)
def test_what_the_evidence_does_not_hold_is_named(statement, ids, expected):
    """Numbers and dates that the cited results do not hold are named as they are written."""
    assert missing(statement, *ids.split()) == expected


def test_numbers_in_names_are_not_numbers():
    """Digits inside a column's, a group's or another known name, an identifier or an evidence id do not count."""
    statement = "pm2_5 level 10, p95, UA1545, Q3, COVID-19 and column \u201csales 2099\u201d look alike (E2, E17)."
    assert unsupported_numbers(statement, [EVIDENCE["E1"]], names=["sales 2099"]) == []


def test_a_percentage_is_checked_against_whole_numbers():
    """Whole numbers, which lack `is_integer` on Python 3.11, neither support an invented percentage nor crash."""
    frame = pd.DataFrame({"city": ["Rome", "Oslo"] * 50, "day": pd.date_range("2024-01-01", periods=100, freq="6h")})
    profile = Evidence(id="E1", tool="profile_dataset", arguments={}, result=analytics.profile_dataset(frame))
    assert "44 %" in unsupported_numbers("Sales of Rome rose by 44 %.", [profile])


def test_a_difference_needs_a_word_that_says_so():
    """The difference of two values is no value of its own: without a comparing word it is flagged."""
    assert missing("2013-12 had 789 cancellations.", "E5") == ["789"]  # 1,025 less 236
    assert missing("2013-12 had 789 more cancellations than 2013-10.", "E5") == []


values = st.floats(min_value=0.001, max_value=9e9, allow_nan=False).filter(lambda value: value > 0)


def holding(value: float) -> Evidence:
    pair = Correlations(
        pairs_checked=1, pairs=[Correlation(left="a", right="b", coefficient=value, p_value=1, count=1)]
    )
    return Evidence(id="E1", tool="correlations", arguments={}, result=pair)


@given(value=values, digits=st.integers(2, 7), sign=st.sampled_from([1, -1]))
def test_any_rounding_and_format_passes(value, digits, sign):
    """A number of the evidence passes with any number of digits, grouped or not, in k, million or billion."""
    short = float(f"{value:.{digits}g}")
    decimals = max(0, digits - 1 - int(f"{value:e}".partition("e")[2]))
    written = [f"{value:.{decimals}f}", f"{value:,.{decimals}f}", f"{value:.{digits - 1}e}", f"${value:,.{decimals}f}"]
    for scale, unit in ((1e3, "k"), (1e6, " million"), (1e9, "bn")):
        if value >= scale:
            written.append(f"{value / scale:.{digits}f}{unit}")
    evidence = holding(sign * value)
    minus = "\u2212" if sign < 0 else ""
    if decimals == 0 and short != round(value):
        written = [text for text in written if "e" in text or "k" in text]
    for text in written:
        assert unsupported_numbers(f"The coefficient is {minus}{text}.", [evidence]) == [], text


@given(value=values, factor=st.sampled_from([0.5, 0.9, 0.98, 1.03, 1.1, 2.0, 10.0]))
def test_a_changed_number_fails(value, factor):
    """A number that differs from the evidence's by more than its rounding is named."""
    written = f"{value * factor:.3e}"
    held = {1.0, 0.0}  # what this evidence holds beside the value
    if any(abs(float(written) - other) <= 0.001 * max(other, 1e-3) for other in held):
        return
    assert unsupported_numbers(f"The coefficient is {written}.", [holding(value)]) == [written]


@given(share=st.floats(min_value=0.0005, max_value=0.9995), decimals=st.integers(0, 3))
def test_fractions_pass_as_percentages(share, decimals):
    """A fraction in the evidence may be told as a percentage, to any digit."""
    assert unsupported_numbers(f"It explains {100 * share:.{decimals}f} % of it.", [holding(share)]) == []


def test_problems_name_the_finding_and_where_the_number_is():
    """A problem says which finding, which number, what it cites, and which evidence would hold it."""
    analysis = DataAnalysis(
        summary="In all, 8,255 flights were cancelled, 77 too many.",
        key_findings=[Finding(statement="F9 averages 20.2.", evidence=["E2"], severity="low")],
        anomalies=[Finding(statement="472 on one day.", evidence=["E2", "E99"], severity="low")],
        recommendations=["Look at 12345."],
        limitations=[],
    )
    told = [str(problem) for problem in problems_of(analysis, list(EVIDENCE.values()))]
    assert told == [
        "key_findings, number 1: '20.2' not in E2 (but in E3: cite it).",
        "anomalies, number 1: no evidence is called E99.",
        "summary: '77' not in any evidence.",
        "recommendations, number 1: '12345' not in any evidence.",
    ]


def test_the_model_is_asked_to_mend_what_is_said_of_the_data_and_not_advice():
    """An unknown number of advice is only marked; a contradicted one, and one of a limitation, is to be mended."""
    analysis = DataAnalysis(
        summary="",
        key_findings=[],
        anomalies=[],
        recommendations=["Look at 12345.", "Call the top 10 twice a day.", "Look at F9, which averages 33.3."],
        limitations=["Only 4321 rows were read."],
    )
    found = problems_of(analysis, [EVIDENCE["E3"]])
    assert [(problem.where, problem.numbers, problem.told) for problem in found] == [
        ("recommendations, number 1", ["12345"], False),
        ("recommendations, number 3", ["33.3"], True),
        ("limitations, number 1", ["4321"], True),
    ]


SUMMARIES = {
    "It was bad. F9 averages 33.3. UA1545 averages 6.2.": ("It was bad. UA1545 averages 6.2.", "One sentence"),
    "F9 averages 33.3; UA1545 averages 6.2.": ("No sentence of the summary that the model wrote", "One sentence"),
    "F9 averages 33.3.\nUA1545 averages 99.5.": ("No sentence of the summary that the model wrote", "2 sentences"),
    "UA1545 averages 6.2. There were 4321 pilots.": ("UA1545 averages 6.2. There were 4321 pilots.", None),
}


@pytest.mark.parametrize("summary", SUMMARIES)
def test_sentences_of_a_summary_that_are_contradicted_are_left_out(summary):
    """A summary is read alone, so what the evidence contradicts is not in it, and the limitations say so."""
    analysis = DataAnalysis(summary=summary, key_findings=[])
    found = marked(CheckedAnalysis(analysis, Checker([EVIDENCE["E3"]])))
    rest, told = SUMMARIES[summary]
    assert found.summary.startswith(rest)
    assert found.unverified == (["4321"] if told is None else [])
    assert found.limitations == (
        [] if told is None else [f"{told} of the summary left out: the evidence says otherwise."]
    )


@pytest.mark.parametrize("names", [("1", "2"), ("%", "\u20ac"), ("", "a")])
def test_names_without_words_are_held_against_sentences(names):
    """Columns called by digits, marks or nothing have no words that a sentence could name."""
    pairs = [Correlation(left=names[0], right=names[1], coefficient=-0.3, p_value=0.002, count=90)]
    result = Correlations(pairs_checked=1, pairs=pairs)
    evidence = [Evidence(id="E1", tool="t", arguments={}, result=result)]
    assert unsupported_numbers("They are positively correlated, strongest at 0.4.", evidence)


def test_a_query_may_call_its_number_coefficient():
    """`SELECT corr(a, b) AS coefficient` has no pair of columns beside its number."""
    result = QueryResult(sql="", columns=["coefficient"], rows=[[0.31]], truncated=False, row_limit=60)
    evidence = [Evidence(id="E1", tool="query", arguments={}, result=result)]
    assert unsupported_numbers("The coefficient is 0.31.", evidence) == []
    assert unsupported_numbers("The coefficient is 0.41, a positive correlation.", evidence)


def test_a_fault_of_the_check_marks_the_sentence(monkeypatch):
    """A run that was paid for does not end by it, and nothing passes by it either."""

    def fails(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(checker, "checks_of", fails)
    (check,) = checker.Checker([EVIDENCE["E2"]]).checks("It peaked at 472.", ["E2"])
    assert (check.text, check.verdict) == ("It peaked at 472.", "unverified")
