"""The headline: the answer, else the worst finding that the evidence holds."""

from pathlib import Path

import pytest

from agents.outputs import Check, Finding
from tasks.report.model import Report
from tasks.report.render import render_html, render_markdown, render_pdf
from tests.tasks import samples
from tests.tasks.report.pages import Page, pdf_text


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
    """Unsupported and unread sentences and causes do not become the headline, which carries no mark."""
    statements = ["Sales doubled.", "Rain is the cause.", "Sales beat rents.", "Sales held."]
    analysed = samples.run(samples.profile(), statements=statements)
    first, second, third, last = analysed.analysis.key_findings
    first.unverified, second.checks = ["doubled"], [Check(text="cause", verdict="interpretation")]
    third.checks = [Check(text="beat", verdict="unread")]
    assert samples.report(tmp_path, analysed).headline == "Sales held."
    last.unverified = ["held"]
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
