"""Charts are chosen from the evidence that findings cite."""

import re
import threading
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

import analytics
from agents.outputs import Finding
from tasks.charts import by_evidence, converter
from tasks.charts.data import clock_axis, spaced, thin
from tasks.charts.draw import MOST_CHARTS, draw_beforehand, draw_charts
from tasks.charts.drawing import Drawing
from tests.tasks import samples
from tests.thinned import thinned


def words(svg: str) -> list[str]:
    """Texts of a valid SVG."""
    return [text for element in ElementTree.fromstring(svg).iter() if (text := (element.text or "").strip())]


@pytest.mark.parametrize(
    "result",
    thinned(
        [
            samples.anomalies(),
            samples.row_anomalies(),
            samples.statistics(),
            samples.comparison("a", "b", "c"),
            samples.correlations(),
            samples.query(["group", "n"], [["north", 3], ["south", 2]]),
            samples.query(["day", "n"], [["2024-01-01", 3], ["2024-01-02", 2], ["2024-01-03", 7]]),
        ],
        7,
    ),
    ids=lambda result: f"{result.kind}-{getattr(result, 'time', '')}",
)
def test_each_kind_of_evidence_becomes_a_valid_picture(result: object, tmp_path: Path) -> None:
    """Every kind that a picture suits is drawn as SVG, with a title and a description."""
    [chart] = draw_charts(samples.dataset(tmp_path), samples.run(result))
    assert chart.problem is None
    assert words(chart.svg)
    assert chart.title
    assert chart.alt.endswith(".")


def test_anomalies_over_time_name_the_worst_day(tmp_path: Path) -> None:
    """The line's worst day is named with its date and value, the title names column, aggregate and unit."""
    [chart] = draw_charts(samples.dataset(tmp_path), samples.run(samples.anomalies()))
    assert "10 Feb · 1,350" in words(chart.svg)
    assert chart.title == "Sum of sales per day, unusual ones marked"
    assert "10 Feb 2024 (1,350)" in chart.alt


def test_axes_do_not_fall_back_to_exponents(tmp_path: Path) -> None:
    """Axis labels are plain numbers."""
    [chart] = draw_charts(samples.dataset(tmp_path), samples.run(samples.anomalies()))
    assert not [text for text in words(chart.svg) if re.fullmatch(r"\d(\.\d+)?e\+?\d+", text)]


def test_uncited_evidence_is_not_drawn(tmp_path: Path) -> None:
    """Only what a finding cites gets a chart."""
    analysed = samples.run(samples.anomalies(), samples.statistics())
    analysed.analysis.key_findings[0].evidence = ["E2", "E9"]
    assert [chart.evidence for chart in draw_charts(samples.dataset(tmp_path), analysed)] == ["E2"]


def test_at_most_eight_charts_and_the_worst_findings_come_first(tmp_path: Path) -> None:
    """With more evidence than charts, a critical finding at the end still gets its own."""
    analysed = samples.run(*[samples.comparison("a", "b")] * 10)
    analysed.analysis.key_findings = [
        Finding(statement="x", evidence=[f"E{i}"], severity="critical" if i == 10 else "low") for i in range(1, 11)
    ]
    charts = draw_charts(samples.dataset(tmp_path), analysed)
    assert len(charts) == MOST_CHARTS
    assert charts[0].evidence == "E10"
    assert [chart.id for chart in charts] == [f"C{i}" for i in range(1, 9)]


def test_charts_that_are_drawn_side_by_side_keep_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next chart is begun while one is drawn, and the report still shows them in the order of its findings."""
    next_begun = threading.Event()

    def draw(result: analytics.results.AnalysisResult, *_: object) -> Drawing:
        if result.kind == "anomalies":
            assert next_begun.wait(20), "the second chart waited for the first"
        next_begun.set()
        return Drawing(title=result.kind, alt="", svg="<svg/>")

    monkeypatch.setattr(by_evidence, "draw", draw)
    analysed = samples.run(samples.anomalies(), samples.comparison("a", "b"), statements=["x", "y"])
    for finding, cited in zip(analysed.analysis.key_findings, ["E1", "E2"], strict=True):
        finding.evidence = [cited]
    charts = draw_charts(samples.dataset(tmp_path), analysed)
    assert [(chart.id, chart.evidence) for chart in charts] == [("C1", "E1"), ("C2", "E2")]
    assert not any(chart.problem for chart in charts)


def test_a_failing_chart_becomes_a_note(tmp_path: Path) -> None:
    """A chart that cannot be drawn is told in the report, and the finding gets its next best chart."""
    analysed = samples.run(samples.anomalies("no such column"), samples.statistics())
    data = samples.dataset(tmp_path)
    charts = draw_charts(data, analysed)
    assert [bool(chart.problem) for chart in charts] == [True, False]
    report = samples.build_report(analysed, data, charts, run_id="r", created_at=samples.CREATED)
    assert [chart.evidence for chart in report.charts] == ["E2"]
    assert report.findings[0].charts == [report.charts[0].id]
    assert "E1 could not be drawn" in report.notes[0]


def test_each_finding_has_one_chart_at_most(tmp_path: Path) -> None:
    """Of all that a finding cites, the one chart that shows it best is drawn."""
    analysed = samples.run(samples.statistics(), samples.correlations(), samples.comparison("a", "b"))
    analysed.analysis.key_findings[0].statement = "By group, the mean of sales is highest for a."
    [chart] = draw_charts(samples.dataset(tmp_path), analysed)
    assert chart.evidence in ("E2", "E3")
    analysed.analysis.key_findings[0].evidence = ["E1", "E3"]
    assert [chart.evidence for chart in draw_charts(samples.dataset(tmp_path), analysed)] == ["E3"]


@pytest.mark.parametrize("listed_as", ["key finding", "anomaly"])
def test_a_finding_about_an_anomaly_shows_the_line(listed_as: str, tmp_path: Path) -> None:
    """The line over time is preferred to a histogram and to single rows, wherever the finding is listed."""
    analysed = samples.run(samples.statistics(), samples.row_anomalies(), samples.anomalies())
    if listed_as == "anomaly":
        analysed.analysis.anomalies, analysed.analysis.key_findings = analysed.analysis.key_findings, []
    assert [chart.evidence for chart in draw_charts(samples.dataset(tmp_path), analysed)] == ["E3"]


def test_a_chart_stands_at_the_worst_finding(tmp_path: Path) -> None:
    """A chart stands at the most severe finding that it fits, the first listed of equals; the others point to it."""
    analysed = samples.run(samples.anomalies(), statements=["Low.", "High.", "High too."])
    for finding, severity in zip(analysed.analysis.key_findings, ("low", "high", "high"), strict=True):
        finding.severity = severity
    report = samples.report(tmp_path, analysed, charts=True)
    assert [(f.statement, f.number, f.charts, f.see) for f in report.findings] == [
        ("High.", 1, ["C1"], []),
        ("High too.", 2, [], ["C1"]),
        ("Low.", 3, [], ["C1"]),
    ]


def test_a_histogram_of_one_bar_is_not_drawn(tmp_path: Path) -> None:
    """If nearly all rows have one value, no histogram is drawn."""
    table = samples.frame()
    table["sales"] = [0.0] * 225 + [1.0, 2, 900] * 5
    for result in (samples.statistics(), samples.row_anomalies()):
        assert draw_charts(samples.dataset(tmp_path, table), samples.run(result)) == []


def test_a_single_pair_is_not_drawn(tmp_path: Path) -> None:
    """One correlation is one number, which the statement says."""
    one = samples.correlations().model_copy(update={"pairs": samples.correlations().pairs[:1]})
    assert draw_charts(samples.dataset(tmp_path), samples.run(one)) == []


PERIODS = [["2013-02", 5, 7.5], ["2012-12", 3, 8.5], ["2013-01", 4, 1.5]]


def test_a_query_over_periods_shows_what_the_statement_names(tmp_path: Path) -> None:
    """Of several number columns by month, each finding gets the one it names first, as columns in order of time."""
    analysed = samples.run(
        samples.query(["period_month", "late", "late_mean"], PERIODS),
        statements=["By month, late_mean peaked.", "Late and late_mean moved apart.", "Nothing is named."],
    )
    charts = draw_charts(samples.dataset(tmp_path), analysed)
    assert [(chart.title, chart.stands_at) for chart in charts] == [("late_mean by month", 0), ("late by month", 1)]
    assert "highest in Dec 2012 (8.50), lowest in Jan 2013 (1.50)" in charts[0].alt
    shown = [text for text in words(charts[0].svg) if text[:3] in ("Dec", "Jan", "Feb", "201")]
    assert shown == ["Dec", "2012", "Jan", "2013", "Feb"]


def test_growth_over_years_is_a_line_that_names_what_it_measures(tmp_path: Path) -> None:
    """Of the values and the counts of years the values are drawn, with their aggregate and column in the title."""
    years = [(year, 20.0 + year % 7 + (year - 1980) / 5, n) for year in range(1980, 2015) for n in range(3)]
    frame = pd.DataFrame(years, columns=["year", "BMI (female)", "n"])
    result = analytics.compare_periods(frame, "BMI (female)", "year", "year", "mean")
    told = "From 1980 to 2014, the mean of \u201cBMI (female)\u201d grew by 30 %."
    [chart] = draw_charts(samples.dataset(tmp_path), samples.run(result, statements=[told]))
    assert chart.title == "Mean of BMI (female) over year"


def test_many_periods_are_a_line(tmp_path: Path) -> None:
    """More than two years of months are drawn as a line."""
    months = [[f"{2010 + i // 12}-{i % 12 + 1:02}", i, 1] for i in range(40)]
    [chart] = draw_charts(
        samples.dataset(tmp_path), samples.run(samples.query(["month", "n", "m"], months), statements=["n grows"])
    )
    assert chart.title == "n over month"
    assert chart.alt.startswith("Line of n over month, 40 points")


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (["n"], [[3]]),
        (["a", "b", "n"], [["x", "y", 1], ["x", "z", 2]]),
        (["a", "n", "m"], [["x", 1, 5], ["y", 3, 2], ["z", 2, 9]]),
        (["a", "n"], [["x", 1], ["x", 2]]),
    ],
    ids=["one cell", "two labels", "two measures, none sorted", "label twice"],
)
def test_queries_without_one_label_and_one_measure_are_not_drawn(
    columns: list[str], rows: list[list[object]], tmp_path: Path
) -> None:
    """A query's shape decides; where it is not clear what to draw, nothing is."""
    assert draw_charts(samples.dataset(tmp_path), samples.run(samples.query(columns, rows))) == []


def test_names_from_data_stay_text_in_pictures(tmp_path: Path) -> None:
    """Markup, control characters and repeated names in data leave a valid picture without scripts."""
    data = samples.comparison(samples.EVIL, "a\x00b\x1b", "\ud800", "same", "same", "x" * 500)
    [chart] = draw_charts(samples.dataset(tmp_path), samples.run(data))
    root = ElementTree.fromstring(chart.svg)
    assert not [e for e in root.iter() if e.tag.rpartition("}")[2] in ("script", "image", "foreignObject", "a")]
    assert {"same", "same (2)"} <= set(words(chart.svg))


def test_thinning_keeps_peaks_and_anomalies() -> None:
    """A long series keeps its extremes and every point asked for, within the limit."""
    series = pd.Series(0.0, index=pd.date_range("2024", periods=50_000, freq="min"))
    series.iloc[12_345] = 99
    wanted = [series.index[777].to_pydatetime()]
    thinned = thin(series, 2_000, wanted)
    assert len(thinned) <= 2_000
    assert thinned.max() == 99
    assert wanted[0] in thinned.index


def test_labels_do_not_overlap() -> None:
    """A label that would touch an earlier one or cover another mark is left out."""
    points = [(100.0, 50.0), (110.0, 52.0), (400.0, 50.0), (100.0, 150.0), (420.0, 38.0)]
    assert spaced(points, [-12.0] * 5, (90, 18), 5) == [0, 3, 4]


def test_short_and_long_axes_name_different_units() -> None:
    """Hours, days, months and years are named where they tell ticks apart."""
    day = 86_400_000
    formats = [clock_axis(0, days * day)[1] for days in (1, 20, 200, 800, 4000)]
    assert len(set(formats)) == 5


def test_months_are_named_once_each(tmp_path: Path) -> None:
    """An axis of four months names each once, and the year once."""
    [chart] = draw_charts(samples.dataset(tmp_path), samples.run(samples.anomalies()))
    shown = [text for text in words(chart.svg) if re.fullmatch(r"[A-Z][a-z]{2}|2024", text)]
    assert shown == ["Jan", "2024", "Feb", "Mar", "Apr"]


def test_charts_drawn_beforehand_are_not_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was drawn while the analysis was checked, as SVG and PDF, is what the report shows; nothing is converted."""
    dataset, run = samples.dataset(tmp_path), samples.run(samples.anomalies(), samples.statistics())
    draw_beforehand(dataset, run.question, run.analysis, run.evidence)
    for thread in threading.enumerate():
        if thread.name == "charts beforehand":
            thread.join()
    monkeypatch.setattr(converter, "HelperProcess", None)
    converter._CONVERTER.stop()
    charts = draw_charts(dataset, run)
    assert charts
    for chart in charts:
        assert words(chart.svg)
        assert converter.pdf_of(chart.svg).startswith(b"%PDF")


def test_a_chart_that_cannot_be_drawn_beforehand_is_told_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What fails beforehand says nothing: the report tells it once."""

    def fail(*_: object) -> None:
        raise RuntimeError("no chart")

    monkeypatch.setattr(by_evidence, "draw", fail)
    dataset, run = samples.dataset(tmp_path), samples.run(samples.statistics())
    draw_beforehand(dataset, run.question, run.analysis, run.evidence)
    for thread in threading.enumerate():
        if thread.name == "charts beforehand":
            thread.join()
    assert not caplog.records
    [chart] = draw_charts(dataset, run)
    assert chart.problem is not None
