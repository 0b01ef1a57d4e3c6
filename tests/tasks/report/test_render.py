"""One report, four renderings: complete, self-contained, and equal for equal runs."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from agents.outputs import Check, Evidence, Finding, ModelUsage, StepAnswer
from analytics.results import DatasetProfile, KnownFact, Result
from tasks.report.model import Report
from tasks.report.render import HTML_LIMIT, TEMPLATES, render_html, render_markdown, render_pdf, write_report
from tests.tasks import samples
from tests.tasks.report.pages import Page, everything, pdf_text


def test_html_is_well_formed_and_complete(tmp_path: Path) -> None:
    """Every part of the report is on the page: headline, findings, anomalies, data, advice, calls and provenance."""
    page = Page(render_html(samples.report(tmp_path, everything(), charts=True)))
    assert page.open == []
    for wanted in (
        "Critical severity", "Sales reached 1,350 on 10 February.", "North sells most.",
        "Not found in the evidence: 77", "One row is off.", "+41.5", "STL with a period of 7 days",
        "1 of 120 points in time flagged, with a score of 3.5 or more", "Ask what happened on that day.",
        "There is no cost.", "240 rows, 3 columns", "group: 3 rows have no value.", "3 (1.2%)",
        'SELECT "group", count(*) AS n FROM data', "0123abcd", "run-1", "openai:gpt-5-mini", "$0.0120",
        "5,000 sent, 600 received", "2 calls", "prefect 3.", "python 3.", "4 Mar 2026, 05:06 UTC", "shop.csv",
    ):  # fmt: skip
        assert wanted in page.text, wanted
    for heading in ("Findings", "Anomaly checks", "Recommendations", "Limitations", "Data", "Appendix"):
        assert f"\n{heading}\n" in page.text, heading


def test_causes_and_what_is_left_open_are_said(tmp_path: Path) -> None:
    """A cause that no result shows and a comparison that was not read are marked, and what is not answered is said."""
    analysed = samples.run(samples.profile(), statements=["Sales fell because of rain."])
    cause = [Check(text="because of", verdict="interpretation")]
    analysed = analysed.model_copy(update={"question": "Why did sales fall?"})
    analysed.analysis.key_findings[0].checks = [*cause, Check(text="followed by", verdict="unread")]
    analysed.analysis.checks = [Check(text="due to", verdict="interpretation")]
    analysed.analysis.answered, analysed.analysis.unanswered = "partly answered", "No weather is in the data."
    report = samples.report(tmp_path, analysed)
    for text in (Page(render_html(report)).text, render_markdown(report), pdf_text(render_pdf(report))):
        flat = " ".join(text.replace("*", "").split())
        for wanted in (
            "not shown by the data: because of",
            "not shown by the data: due to",
            "Comparisons not checked: followed by",
            "No weather is in the da",
        ):
            assert wanted in flat
        assert "partly answered" in flat.casefold()
    assert report.model_dump(mode="json")["findings"][0]["checks"][0]["verdict"] == "interpretation"


def test_known_facts_are_cited_with_their_source(tmp_path: Path) -> None:
    """A fact that a finding cites is in every rendering with its text, its time and who says so."""
    analysed = samples.run(samples.profile(), samples.anomalies(), statements=["Sales reached 1,350 on 10 February."])
    known = KnownFact(
        name="M3",
        about="event",
        text="A sale for one day.",
        valid_from=datetime.fromisoformat("2024-02-10"),
        valid_until=datetime.fromisoformat("2024-02-11"),
        source="ana",
        contradicts=["M7"],
    )
    analysed.evidence.append(Evidence(id="M3", tool="recall", arguments={}, result=known))
    analysed.analysis.key_findings[0].evidence.append("M3")
    report = samples.report(tmp_path, analysed)
    html, markdown = render_html(report), render_markdown(report)
    assert 'href="#M3"' in html
    assert ", M3\n" in markdown
    for text in (Page(html).text, markdown, pdf_text(render_pdf(report))):
        for wanted in ("M3", "A sale for one day.", "ana", "M7", "10 Feb 2024"):
            assert wanted in text, wanted
    stored = report.model_dump(mode="json")["evidence"][-1]
    assert (stored["id"], stored["result"]["source"], stored["result"]["version"]) == ("M3", "ana", 1)


def test_each_chart_stands_once_and_is_described(tmp_path: Path) -> None:
    """Every chart is one image with a description, and findings that would repeat it point to it."""
    report = samples.report(tmp_path, everything(), charts=True)
    images = Page(render_html(report)).all("img")
    assert len(images) == len(report.charts) == 3
    assert all(image["alt"] for image in images)
    placed = [id_ for finding in (*report.findings, *report.anomaly_findings) for id_ in finding.charts]
    assert sorted(placed) == [chart.id for chart in report.charts]


def test_the_worst_findings_come_first(tmp_path: Path) -> None:
    """Findings stand worst first in every rendering, key findings and anomalies together, numbered through."""
    analysed = samples.run(samples.profile(), statements=["Middling.", "Bad."])
    analysed.analysis.key_findings[0].severity = "medium"
    analysed.analysis.key_findings[1].severity = "high"
    analysed.analysis.anomalies = [
        Finding(statement="Worst.", evidence=["E1"], severity="critical"),
        Finding(statement="Minor.", evidence=["E1"], severity="low"),
    ]
    report = samples.report(tmp_path, analysed)
    for text in (Page(render_html(report)).text, render_markdown(report), pdf_text(render_pdf(report))):
        body = text[text.index("Findings") :]
        flat = " ".join(body.replace("\\", "").split())
        places = [flat.index(word) for word in ("Worst.", "Bad.", "Middling.", "Minor.")]
        assert places == sorted(places)
    assert [(f.statement, f.number) for f in report.findings] == [("Bad.", 2), ("Middling.", 3)]
    assert [(f.statement, f.number) for f in report.anomaly_findings] == [("Worst.", 1), ("Minor.", 4)]


def test_evidence_links_lead_to_the_tool_calls(tmp_path: Path) -> None:
    """Every link of the page has its target on the page."""
    page = Page(render_html(samples.report(tmp_path, everything())))
    ids = {attributes.get("id") for _, attributes in page.tags}
    links = [link["href"] for link in page.all("a")]
    assert links
    assert all(link and link[0] == "#" and link[1:] in ids for link in links)


def test_pdf_is_complete_and_short(tmp_path: Path) -> None:
    """The PDF holds headline, findings, charts' titles, anomalies, SQL and provenance on a few numbered pages."""
    content = render_pdf(samples.report(tmp_path, everything(), charts=True))
    text = pdf_text(content)
    for wanted in (
        "CRITICAL SEVERITY", "Sales reached 1,350 on 10 February.", "North sells most.",
        "Not found in the evidence: 77", "Figure 1",
        "Sum of sales per day, unusual ones marked", "+41.5", "Ask what happened", "SELECT", "0123abcd",
        "run-1", "$0.0120", "10 Feb",
    ):  # fmt: skip
        assert wanted in text, wanted
    pages = PdfReader(io.BytesIO(content)).pages
    assert 2 <= len(pages) <= 8
    assert f"1 / {len(pages)}" in pages[0].extract_text()


def test_patterns_of_the_layout_are_made_once() -> None:
    """Typst makes a pattern anew for each value where a function holds it, which takes longer than setting the text."""
    layout = (TEMPLATES / "report.typ").read_text(encoding="utf-8")
    lines = [line for line in layout.splitlines() if "regex(" in line]
    assert lines
    for line in lines:
        assert re.match(r"#let [\w-]+ = regex\(", line), line


def test_unknown_cost_is_said(tmp_path: Path) -> None:
    """A price nobody knows is unknown in every rendering, and never 0."""
    report = samples.report(tmp_path, samples.run(samples.profile(), usage=ModelUsage(requests=3)))
    for text in (Page(render_html(report)).text, render_markdown(report), pdf_text(render_pdf(report))):
        flat = " ".join(text.replace("*", "").split())
        assert re.search(r"Cost:? ?unknown", flat)
        assert "$0" not in flat


def test_a_run_without_findings_still_makes_a_report(tmp_path: Path) -> None:
    """Nothing found, nothing checked, no charts: the report says so in every rendering."""
    report = samples.report(tmp_path, samples.run(samples.profile(), statements=[]), charts=True)
    assert report.headline == "No findings in shop"
    assert report.severity == "info"
    for text in (Page(render_html(report)).text, render_markdown(report), pdf_text(render_pdf(report))):
        assert "There are no findings." in text
        assert "No column was checked for anomalies." in text


def test_large_pages_lose_the_least_important_charts_first(tmp_path: Path) -> None:
    """A page over the limit leaves charts out from the least severe finding upward and says how many."""
    analysed = samples.run(samples.comparison("a", "b"), samples.correlations(), samples.statistics())
    analysed.analysis.key_findings = [
        Finding(statement=severity, evidence=[f"E{i}"], severity=severity)
        for i, severity in enumerate(("low", "critical", "medium"), start=1)
    ]
    report = samples.report(tmp_path, analysed, charts=True)
    titles = {chart.evidence: chart.title for chart in report.charts}
    whole = len(render_html(report).encode())
    page = render_html(report, limit=whole - 1)
    assert len(page.encode()) < whole
    assert titles["E1"] not in page
    assert titles["E2"] in page
    assert titles["E3"] in page
    assert "1 of 3 charts were left out" in page
    smallest = render_html(report, limit=1)
    assert not Page(smallest).all("img")
    assert "<details>" not in smallest


def test_huge_runs_stay_below_two_megabytes(tmp_path: Path) -> None:
    """Many wide results, of many times the limit, fit it."""
    wide = samples.query([f"c{i}" for i in range(40)], [["é" * 300] * 40] * 50)
    assert (
        len(render_html(samples.report(tmp_path, samples.run(samples.profile(), *[wide] * 80))).encode()) <= HTML_LIMIT
    )


def test_json_reads_back_as_the_same_report(tmp_path: Path) -> None:
    """The JSON file holds the whole report with typed evidence, infinite numbers included."""
    odd = samples.correlations()
    odd = odd.model_copy(update={"pairs": [odd.pairs[0].model_copy(update={"p_value": float("inf")})]})
    analysed = everything()
    analysed.evidence.append(samples.run(odd).evidence[0].model_copy(update={"id": "E8"}))
    report = samples.report(tmp_path, analysed, charts=True)
    files = write_report(report, tmp_path / "out")
    again = Report.model_validate_json(files.json.read_bytes())
    assert again == report
    assert all(isinstance(item.result, Result) for item in again.evidence)


def test_the_same_run_makes_the_same_files(tmp_path: Path) -> None:
    """Run id and time being equal, all four files are equal byte by byte."""
    one = write_report(samples.report(tmp_path, everything(), charts=True), tmp_path / "a")
    two = write_report(samples.report(tmp_path, everything(), charts=True), tmp_path / "b")
    for name in ("html", "pdf", "md", "json"):
        assert getattr(one, name).read_bytes() == getattr(two, name).read_bytes(), name


def test_a_failed_rendering_leaves_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are replaced only when all renderings are whole, and no temporary file stays behind."""
    report = samples.report(tmp_path)
    files = write_report(report, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def broken(_: Report) -> bytes:
        raise RuntimeError("no ink")

    monkeypatch.setattr("tasks.report.render.render_pdf", broken)
    with pytest.raises(RuntimeError, match="no ink"):
        write_report(report.model_copy(update={"title": "new"}), tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert sorted(before) == ["report.html", "report.json", "report.md", "report.pdf"]
    assert files.html.stat().st_mode & 0o044 == 0o044


def test_the_overview_is_computed_where_the_run_has_none(tmp_path: Path) -> None:
    """Without a profile among the evidence the report still describes the data."""
    report = samples.report(tmp_path, samples.run(samples.statistics()))
    assert isinstance(report.overview, DatasetProfile)
    assert report.overview.rows == 240


def test_times_carry_their_zone(tmp_path: Path) -> None:
    """The time of the report is given in UTC whatever zone it was made in."""
    report = samples.report(tmp_path)
    moved = report.model_copy(update={"created_at": datetime(2026, 3, 4, 5, 6, tzinfo=UTC).astimezone()})
    assert "4 Mar 2026, 05:06 UTC" in render_html(moved)


def test_steps_of_an_investigation_are_told(tmp_path: Path) -> None:
    """Every format tells each step with question, answer and evidence, or why it failed; others have no steps."""
    common = {"purpose": "To know when.", "tools": ["query"], "unverified": [], "evidence": ["E1"]}
    steps = [
        StepAnswer(question=f"When? {samples.EVIL}", answer="In May.", **common),
        StepAnswer(question="Where?", answer=None, failed="the model's server answered 400", **common),
    ]
    report = samples.report(tmp_path, samples.run(samples.profile(), steps=steps))
    page = Page(render_html(report))
    assert not page.all("script")
    for text in (page.text, render_markdown(report), pdf_text(render_pdf(report))):
        for wanted in ("How it was investigated", "When?", "In May.", "Where?", "To know when.", "answered 400"):
            assert wanted in text
    assert Report.model_validate_json(report.model_dump_json()).steps == steps
    assert "How it was investigated" not in render_html(samples.report(tmp_path))


def test_a_contradicted_number_stands_beside_what_the_evidence_holds(tmp_path: Path) -> None:
    """A reader sees what is right in the mark of what is wrong, in each form of the report."""
    analysed = everything()
    analysed.analysis.key_findings[0].unverified = ["1,350"]
    analysed.analysis.key_findings[0].checks = [
        Check(text="1,350", verdict="contradicted", detail="E1 holds 1,250 (10 February); E2 holds 3")
    ]
    report = samples.report(tmp_path, analysed)
    told = "1,350 (E1 holds 1,250 (10 February))"
    assert told in Page(render_html(report)).text
    assert told in render_markdown(report).replace("\\", "")
    assert told in pdf_text(render_pdf(report))


def test_a_result_without_rows_says_so(tmp_path: Path) -> None:
    """Headings over nothing would look like a table that was lost."""
    analysed = samples.run(samples.profile(), samples.query(["shop", "takings"], []))
    report = samples.report(tmp_path, analysed)
    for text in (Page(render_html(report)).text, render_markdown(report), pdf_text(render_pdf(report))):
        assert "No rows." in text
        assert "takings" not in text
