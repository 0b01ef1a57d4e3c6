"""Problems of an analysis: what a model is told of them, and how a report marks what is left."""

import logging

import pytest

from agents.grounding import checker
from agents.grounding.checker import Checker
from agents.grounding.problems import CheckedAnalysis, marked, problems_of
from agents.outputs import Check, DataAnalysis, Evidence, Finding
from analytics.results import QueryResult


def _query(name: str, column: str, values: dict[str, float]) -> Evidence:
    result = QueryResult(
        sql=f"SELECT team, {column} FROM data",
        columns=["team", column],
        rows=[[team, value] for team, value in values.items()],
        truncated=False,
        row_limit=60,
    )
    return Evidence(id=name, tool="query", arguments={}, result=result)


EVIDENCE = [
    _query("E1", "points", {"Adlerhof": 66, "Nordstadt": 58, "Moor": 23}),
    _query("E2", "goals", {"Adlerhof": 71, "Nordstadt": 49, "Moor": 31}),
]


def _analysis(**parts: object) -> DataAnalysis:
    empty = {"summary": "", "key_findings": [], "anomalies": [], "recommendations": [], "limitations": []}
    return DataAnalysis.model_validate(empty | parts)


def _finding(statement: str, *cited: str) -> Finding:
    return Finding(statement=statement, evidence=list(cited), severity="low")


def _told(**parts: object) -> list[str]:
    return [str(problem) for problem in problems_of(_analysis(**parts), EVIDENCE)]


def _marked(**parts: object) -> DataAnalysis:
    return marked(CheckedAnalysis(_analysis(**parts), Checker(EVIDENCE)))


@pytest.mark.parametrize(
    ("statement", "cited", "told"),
    [
        ("Moor has 23 points.", ["E1", "E9"], "key_findings, number 1: no evidence is called E9."),
        (
            "Moor has 58 points.",
            ["E1"],
            "key_findings, number 1: '58' is contradicted: E1 holds Moor 23 (58 is that of Nordstadt 58).",
        ),
        ("Moor has 31 goals.", ["E1"], "key_findings, number 1: '31' not in E1 (but in E2: cite it)."),
        ("Moor has 31 goals.", [], "key_findings, number 1: '31' not in evidence: it cites none (but in E2: cite it)."),
        ("97,531 fans came.", ["E1", "E2"], "key_findings, number 1: '97,531' not in E1, E2."),
    ],
)
def test_a_model_is_told_what_is_wrong_with_a_finding(statement, cited, told):
    """Unknown ids, the right value, or the results in which a number is missing and the one that has it."""
    assert _told(key_findings=[_finding(statement, *cited)]) == [told]


def test_a_finding_that_holds_is_no_problem():
    """Findings and texts that the evidence holds are no problem, in whatever part they stand."""
    assert _told(summary="Moor has 23 points.", key_findings=[_finding("Moor has 23 points.", "E1")]) == []


def test_places_are_counted_from_one():
    """A problem says which of several findings and texts it is about."""
    good, bad = _finding("Moor has 23 points.", "E1"), _finding("Moor has 97,531 fans.", "E1")
    told = _told(key_findings=[good, bad], anomalies=[bad], limitations=["Few rows.", "Moor has 97,531 fans."])
    assert [line.partition(":")[0] for line in told] == [
        "key_findings, number 2",
        "anomalies, number 1",
        "limitations, number 2",
    ]


@pytest.mark.parametrize(
    ("part", "text", "is_problem"),
    [
        ("recommendations", "Ask the top 10 fans twice a day.", False),
        ("recommendations", "Ask the 97,531 fans of Moor.", True),
        ("recommendations", "Talk to Kowalski.", False),
        ("limitations", "The data are from Kowalski.", False),
        ("limitations", "Moor has 97,531 fans.", True),
        ("limitations", "Moor has more points than Nordstadt.", True),
        ("unanswered", "", False),
        ("unanswered", "Nothing tells of the 97,531 fans.", True),
    ],
)
def test_advice_and_limits_are_checked_for_what_they_say_of_the_data(part, text, is_problem):
    """Names and small numbers of advice are its own; other numbers, and contradicted comparisons, are not."""
    given = text if part == "unanswered" else [text]
    assert bool(_told(**{part: given})) == is_problem


@pytest.mark.parametrize(("number", "wrong"), [(1, []), (2, ["2"])])
def test_the_number_of_a_finding_is_none_of_the_data(number, wrong):
    """Advice and limits may name a finding by its number; without such a finding it is a number like others."""
    limits = [f"Look at the fans of Moor (finding {number})."]
    found = problems_of(_analysis(key_findings=[_finding("Moor has 23 points.", "E1")], limitations=limits), EVIDENCE)
    assert [text for problem in found for text in problem.numbers] == wrong


def test_a_report_marks_what_is_not_found():
    """Findings carry their checks, the numbers that are not found and no unknown id; texts say what is not found."""
    bad = _finding("Moor has 97,531 fans.", "E1", "E9")
    analysis = _marked(
        key_findings=[bad, _finding("Moor has 23 points.", "E1")],
        limitations=["Moor has 97,531 fans."],
        unanswered="Nothing tells of the 97,531 fans.",
    )
    first, second = analysis.key_findings
    assert (first.unverified, first.evidence) == (["97,531"], ["E1"])
    assert (second.unverified, [check.text for check in second.checks]) == ([], ["23"])
    assert analysis.limitations == ["Moor has 97,531 fans. (not found in the evidence: 97,531)"]
    assert analysis.unanswered == "Nothing tells of the 97,531 fans. (not found in the evidence: 97,531)"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (["Moor has 58 points."], "One sentence of the summary left out: the evidence says otherwise."),
        (
            ["Moor has 58 points.", "Nordstadt has 23 points."],
            "2 sentences of the summary left out: the evidence says otherwise.",
        ),
    ],
)
def test_contradicted_sentences_of_a_summary_are_left_out(wrong, told):
    """The summary keeps what holds, with its checks alone, and the limitations say how many sentences are gone."""
    analysis = _marked(summary=" ".join([*wrong, "Adlerhof has 66 points."]))
    assert analysis.summary == "Adlerhof has 66 points."
    assert analysis.limitations == [told]
    assert ([check.text for check in analysis.checks], analysis.unverified) == (["66"], [])


def test_a_number_of_a_summary_that_is_not_found_stays_and_is_marked():
    """Nothing is left out of a summary that the evidence does not contradict."""
    analysis = _marked(summary="97,531 fans came.")
    assert (analysis.summary, analysis.unverified, analysis.limitations) == ("97,531 fans came.", ["97,531"], [])


def test_a_summary_that_repeats_two_findings_takes_the_longer_one_first():
    """A finding that begins another one is found beside it: nothing of the longer one is checked once more."""
    short, long = "Moor has 31 goals", "Moor has 31 goals, 40 fewer than Adlerhof."
    analysis = _marked(summary=long, key_findings=[_finding(short, "E2"), _finding(long, "E2")])
    assert (analysis.checks, analysis.unverified) == (analysis.key_findings[1].checks, [])


def test_a_fault_of_the_check_ends_no_run(monkeypatch, caplog):
    """The statement is marked unverified, says why, and the log names the error."""

    def fail(*_args: object, **_options: object) -> list[Check]:
        raise ZeroDivisionError

    monkeypatch.setattr(checker, "checks_of", fail)
    with caplog.at_level(logging.WARNING):
        checks = Checker([]).checks("Moor has 23 points.", [])
    assert checks == [Check(text="Moor has 23 points.", verdict="unverified", detail="the check failed")]
    assert "ZeroDivisionError" in caplog.text
