"""One report, four renderings: complete, self-contained, and inert whatever the data hold."""

import base64
import io
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypdf import PdfReader

from agents.outputs import AnalysisRun, Check, Evidence, Finding, ModelUsage, StepAnswer
from analytics.results import DatasetProfile, KnownFact, Result
from tasks.report.model import Report
from tasks.report.render import HTML_LIMIT, render_html, render_markdown, render_pdf, write_report
from tests.tasks import samples

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """A page as a browser reads it: elements, attributes, visible text, and tags that do not match."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of every element of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]


def pdf_text(content: bytes) -> str:
    """Text of a PDF in one line, without the invisible marks that let long words break."""
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(text.replace("\u200b", "").split())


def everything() -> AnalysisRun:
    """A run with every kind of result, and something in every section."""
    analysed = samples.run(
        samples.profile(),
        samples.anomalies(),
        samples.row_anomalies(),
        samples.statistics(),
        samples.comparison("north", "south"),
        samples.correlations(),
        samples.query(["group", "n"], [["north", 3], ["south", 2]], sql='SELECT "group", count(*) AS n FROM data'),
        statements=["Sales reached 1,350 on 10 February.", "North sells most."],
    )
    analysed.analysis.anomalies = [Finding(statement="One row is off.", evidence=["E3"], severity="low")]
    analysed.analysis.key_findings[1].unverified = ["77"]
    return analysed


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
    """A cause that no result shows is marked where it stands, and the question says what is not answered of it."""
    analysed = samples.run(samples.profile(), statements=["Sales fell because of rain."])
    cause = [Check(text="because of", verdict="interpretation")]
    analysed = analysed.model_copy(update={"question": "Why did sales fall?"})
    analysed.analysis.key_findings[0].checks = cause
    analysed.analysis.checks = [Check(text="due to", verdict="interpretation")]
    analysed.analysis.answered, analysed.analysis.unanswered = "partly answered", "No weather is in the data."
    report = samples.report(tmp_path, analysed)
    for text in (Page(render_html(report)).text, render_markdown(report), pdf_text(render_pdf(report))):
        flat = " ".join(text.replace("*", "").split())
        for wanted in ("not shown by the data: because of", "not shown by the data: due to", "No weather is in the da"):
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


def test_html_loads_and_runs_nothing(tmp_path: Path) -> None:
    """No element names an outside address or a script, and the page's own policy forbids both."""
    page = Page(render_html(samples.report(tmp_path, everything(), charts=True)))
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline';")
    assert {"script", "link", "iframe", "object", "embed", "base", "form", "svg"}.isdisjoint(
        tag for tag, _ in page.tags
    )
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc", "action")], tag
        for name in ("src", "srcset", "href", "data", "poster", "background"):
            value = attributes.get(name) or "#"
            assert value.startswith(("#", "data:image/svg+xml;base64,")), value
    style = re.search(r"<style>(.*?)</style>", render_html(samples.report(tmp_path)), re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def evil() -> AnalysisRun:
    """Markup of all formats wherever data or a model can put text."""
    text = samples.EVIL
    analysed = samples.run(
        samples.profile(text, text),
        samples.anomalies().model_copy(update={"description": text}),
        samples.row_anomalies().model_copy(
            update={"worst": [samples.row_anomalies().worst[0].model_copy(update={"labels": {text: text}})]}
        ),
        samples.comparison(text, "b"),
        samples.query([text, "n"], [[text, 1], ["b", 2]], sql=f"SELECT 1 -- {text}\n```\n# heading"),
        statements=[text],
        question=text,
        model=text,
    )
    analysed.analysis.summary = text
    analysed.analysis.unverified = [text]
    analysed.analysis.key_findings[0].unverified = [text]
    analysed.analysis.recommendations = [text, "# heading", "- item", "1. one"]
    analysed.analysis.limitations = [text]
    analysed.evidence[0].arguments = {text: text}
    return analysed


def test_markup_in_data_is_text_in_html(tmp_path: Path) -> None:
    """Scripts and handlers in cells, column names, statements and arguments are shown, not run."""
    report = samples.report(tmp_path, evil(), charts=True, name=samples.EVIL)
    page = Page(render_html(report))
    assert page.open == []
    assert not page.all("script")
    assert all((image["src"] or "").startswith("data:image/svg+xml;base64,") for image in page.all("img"))
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert page.text.count("<script>alert(1)</script>") > 10
    for image in page.all("img"):
        svg = base64.b64decode((image["src"] or "").partition(",")[2]).decode()
        assert "<script" not in svg
        assert "<img" not in svg


def test_markup_in_data_is_text_in_pdf(tmp_path: Path) -> None:
    """Typst code in data is printed, not evaluated, and nothing in data breaks the document."""
    text = pdf_text(render_pdf(samples.report(tmp_path, evil(), charts=True, name=samples.EVIL)))
    assert '#eval("1")' in text
    assert "*b* $x$" in text
    assert "`code` [link](http://evil.example)" in text


def test_markup_in_data_is_text_in_markdown(tmp_path: Path) -> None:
    """No HTML, link, code, heading or extra table column comes out of data."""
    text = render_markdown(samples.report(tmp_path, evil(), charts=True, name=samples.EVIL))
    outside, fenced, fence = "", "", ""
    for line in text.splitlines():
        mark = re.match(r"`{3,}", line)
        if mark and (not fence or line == fence):
            fence = "" if fence else mark[0]
        elif fence:
            fenced += line + "\n"
        else:
            outside += line + "\n"
    assert "```\n# heading" in fenced
    assert "<" not in outside
    assert "://" not in outside
    assert not re.search(r"(?<!\\)`", outside)
    assert not re.search(r"(?<!\\)\[", outside)
    assert "\n1. \\# heading\n" in outside.replace("2. ", "1. ")
    assert "\n3. \\- item\n4. 1\\. one\n" in outside
    for block in re.findall(r"(?:^\|.*\n)+", outside, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1, block


def test_markdown_tables_start_their_own_block(tmp_path: Path) -> None:
    """A table follows an empty line and its second line is the rule, or Markdown would not see a table."""
    lines = ["", *render_markdown(samples.report(tmp_path, everything())).splitlines()]
    starts = [i for i, line in enumerate(lines) if line.startswith("|") and not lines[i - 1].startswith("|")]
    assert len(starts) >= 6
    assert all(lines[i - 1] == "" and set(lines[i + 1]) <= set("|-: ") for i in starts)


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


def test_unknown_cost_is_said(tmp_path: Path) -> None:
    """A price nobody knows is unknown in every rendering, and never 0."""
    report = samples.report(tmp_path, samples.run(samples.profile(), usage=ModelUsage(requests=3)))
    for text in (Page(render_html(report)).text, render_markdown(report), pdf_text(render_pdf(report))):
        flat = " ".join(text.replace("*", "").split())
        assert re.search(r"Cost:? ?unknown", flat)
        assert "$0" not in flat


def test_offline_reports_say_that_no_language_model_was_used(tmp_path: Path) -> None:
    """Only a run without a language model says so, in every rendering."""
    for used in (True, False):
        report = samples.report(tmp_path, samples.run(samples.profile(), uses_language_model=used))
        for text in (Page(render_html(report)).text, render_markdown(report), pdf_text(render_pdf(report))):
            assert ("No language model was used" in " ".join(text.split())) is not used


def test_a_report_without_news_says_so_in_its_headline(tmp_path: Path) -> None:
    """If fixed rules found background alone, the headline is that nothing stands out, not a mean."""
    run = samples.run(samples.profile(), samples.statistics(), uses_language_model=False)
    quiet = [finding.model_copy(update={"severity": "info"}) for finding in run.analysis.key_findings]
    run = run.model_copy(update={"analysis": run.analysis.model_copy(update={"key_findings": quiet})})
    assert samples.report(tmp_path, run).headline == "Nothing stands out in shop"


def test_a_report_of_a_profile_alone_does_not_say_that_nothing_stands_out(tmp_path: Path) -> None:
    """If no tool but the profile was called, nothing was checked, and the headline says that."""
    run = samples.run(samples.profile(), uses_language_model=False)
    quiet = [finding.model_copy(update={"severity": "info"}) for finding in run.analysis.key_findings]
    run = run.model_copy(update={"analysis": run.analysis.model_copy(update={"key_findings": quiet})})
    assert samples.report(tmp_path, run).headline == "Nothing was checked in shop"


def test_a_run_without_findings_still_makes_a_report(tmp_path: Path) -> None:
    """Nothing found, nothing checked, no charts: the report says so in every rendering."""
    report = samples.report(tmp_path, samples.run(samples.profile(), statements=[]), charts=True)
    assert report.headline == "No findings in shop"
    assert report.severity == "info"
    for text in (Page(render_html(report)).text, render_markdown(report), pdf_text(render_pdf(report))):
        assert "There are no findings." in text
        assert "No column was checked for anomalies." in text


def test_the_headline_is_the_worst_finding(tmp_path: Path) -> None:
    """The first of the worst findings leads, wherever it stands."""
    analysed = samples.run(samples.profile(), statements=["Calm.", "Also calm."])
    for finding in analysed.analysis.key_findings:
        finding.severity = "low"
    analysed.analysis.anomalies = [Finding(statement="Storm.", evidence=["E1"], severity="high")]
    report = samples.report(tmp_path, analysed)
    assert (report.headline, report.severity) == ("Storm.", "high")
    assert [finding.number for finding in (*report.findings, *report.anomaly_findings)] == [2, 3, 1]


def test_a_marked_finding_is_no_headline(tmp_path: Path) -> None:
    """Unsupported sentences and causes do not become the headline, which carries no mark."""
    analysed = samples.run(samples.profile(), statements=["Sales doubled.", "Rain is the cause.", "Sales held."])
    first, second, third = analysed.analysis.key_findings
    first.unverified, second.checks = ["doubled"], [Check(text="cause", verdict="interpretation")]
    assert samples.report(tmp_path, analysed).headline == "Sales held."
    third.unverified = ["held"]
    assert samples.report(tmp_path, analysed).headline == "No finding in shop is free of marks"


@pytest.mark.parametrize(
    ("statement", "headline"),
    [
        (
            "On 8 February, 472 flights were cancelled. That is 6 % of all.",
            "On 8 February, 472 flights were cancelled.",
        ),
        ("By carrier, delays are longest for Frontier Airlines Inc. They are 20 minutes.", None),
        ("Delays (mean over all of the days. See below) are longest in June 2013.", None),
        ("Sales rose. Costs too.", None),
        ("x" * 40 + " rose " + "y" * 80 + "; " + "z" * 100 + " fell.", "x" * 40 + " rose " + "y" * 80 + "."),
    ],
)
def test_the_headline_is_one_whole_sentence(statement: str, headline: str | None, tmp_path: Path) -> None:
    """The headline ends where a sentence or a clause ends, not at an abbreviation, in brackets or after two words."""
    assert samples.report(tmp_path, samples.run(samples.profile(), statements=[statement])).headline == (
        headline or statement
    )


def test_very_long_texts_are_cut_and_stay_on_the_page(tmp_path: Path) -> None:
    """A huge statement becomes a short headline and a bounded finding; words without spaces do not break the PDF."""
    analysed = samples.run(samples.profile(), statements=["long words " * 20_000, "x" * 100_000])
    report = samples.report(tmp_path, analysed)
    assert len(report.headline) <= 180
    assert len(render_html(report)) < 60_000
    pages = PdfReader(io.BytesIO(render_pdf(report))).pages
    assert len(pages) <= 8
    assert "x" * 2_000 in "".join(page.extract_text() for page in pages).replace("\u200b", "").replace("\n", "")


@pytest.mark.parametrize(
    "text",
    ["naïve café", "Umsätze 🎉 ✓", "شذوذ في البيانات", "חריגה בנתונים", "売上の異常", "a\x00b\x1b[31m"],
)
def test_every_script_survives(text: str, tmp_path: Path) -> None:
    """Accents, emoji, right-to-left, East Asian and broken text neither fail nor vanish."""
    report = samples.report(tmp_path, samples.run(samples.profile(text), statements=[f"{text} is odd."]), name=text)
    files = write_report(report, tmp_path / "out")
    page = files.html.read_text("utf-8")
    assert re.sub(r"[\x00-\x1f]", "\ufffd", text) in Page(page).text
    assert files.pdf.read_bytes().startswith(b"%PDF")


def test_direction_overrides_are_left_out(tmp_path: Path) -> None:
    """A cell cannot make its neighbours read backwards."""
    report = samples.report(tmp_path, samples.run(samples.profile(), statements=["safe \u202egnp.exe\u2066"]))
    assert "safe gnp.exe" in Page(render_html(report)).text


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


def _asked(directory: Path, answered: str) -> Report:
    run = samples.run(
        samples.statistics(), statements=["The mean of sales is 100 on all days.", "Something critical happened."]
    )
    run.question = "What is the mean?"
    run.analysis.answered = answered  # type: ignore[assignment]
    run.analysis.key_findings[0].severity = "low"
    return samples.report(directory, run)


@pytest.mark.parametrize("answered", ["not answered", "partly answered", "answered"])
def test_every_rendering_says_whether_the_question_was_answered(answered, tmp_path):
    """HTML, Markdown and PDF say beside the question whether it was answered."""
    report = _asked(tmp_path, answered)
    assert answered.capitalize() in Page(render_html(report)).text
    assert f"Question ({answered}):" in render_markdown(report)
    assert f"What is the mean? {answered.capitalize()}" in pdf_text(render_pdf(report))


def test_an_answer_is_the_headline(tmp_path):
    """The finding that answers the question leads, though another one is worse."""
    assert _asked(tmp_path, "answered").headline == "The mean of sales is 100 on all days."


def test_no_finding_stands_in_for_a_missing_answer(tmp_path):
    """If the question was not answered, the headline says so instead of telling something else."""
    assert _asked(tmp_path, "not answered").headline == "Not answered: What is the mean?"
