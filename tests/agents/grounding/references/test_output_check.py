"""References in a model's analysis, from a scripted server to the stored output."""

from agents.outputs import DataAnalysis
from tests.agents.test_analyst import analyse, final
from tests.servers.model_server import by_turn, calls, model_server

__all__ = ["analyse", "model_server"]  # pytest finds fixtures by name

LOOK = [calls("calculate_statistics", column="Sales EUR"), calls("compare_groups", column="Sales EUR", by="shop")]


async def test_a_reference_is_stored_filled_and_verified(analyse):
    """The stored statement holds the number, cites its result, and the check names the cell; no request is added."""
    answer = final(
        "Bergen averaged {E2: Bergen, Sales EUR, mean}.",
        [],
        summary="Sales averaged {E1: mean}.",
        recommendations=["Ask why {E2: bergen, total} came in."],
    )
    result, server = await analyse(by_turn([*LOOK, answer]))
    output: DataAnalysis = result.output
    finding = output.key_findings[0]
    assert (finding.statement, finding.evidence) == ("Bergen averaged 30.95.", ["E2"])
    (check,) = finding.checks
    assert (check.verdict, check.evidence, check.detail) == ("verified", "E2", "Bergen, mean = 30.95")
    assert (output.summary, output.recommendations) == ("Sales averaged 20.", ["Ask why 619 came in."])
    assert (server.count, output.unverified, finding.unverified) == (3, [], [])


async def test_what_cannot_be_filled_is_sent_back(analyse):
    """The model is told what there is instead, and a mended reference passes."""
    wrong, right = (final(f"It was {{E2: {shop}, mean}} on average.", ["E2"]) for shop in ("Bregen", "Bergen"))
    result, server = await analyse(by_turn([*LOOK, wrong, right]))
    told = server.requests[3].last["content"]
    assert "key_findings, number 1: the reference 'E2, Bregen, mean' cannot be filled in" in told
    assert "nearest: Bergen" in told
    assert result.output.key_findings[0].unverified == []


async def test_what_is_never_mended_is_marked(analyse):
    """After two asks a reader sees in words that a value is not known, everywhere, and no braces."""
    body = {
        "summary": "It was {E7: mean}.",
        "recommendations": ["Look at {E2: Turku, total}."],
        "limitations": ["Only {E1: mode} counts."],
        "answered": "partly answered",
        "unanswered": "Why {E1: cause} is open.",
    }
    wrong = final("It was {E2: Turku, mean} on average.", ["E2"], **body)
    result, server = await analyse(by_turn([*LOOK, wrong, wrong, wrong]))
    output: DataAnalysis = result.output
    assert server.count == 5
    assert output.key_findings[0].statement == "It was (unknown value) on average."
    assert output.key_findings[0].unverified == ["E2, Turku, mean"]
    assert output.unverified == ["E7, mean"]
    assert output.recommendations == ["Look at (unknown value). (not found in the evidence: E2, Turku, total)"]
    assert "{" not in output.model_dump_json(include={"summary", "recommendations", "limitations", "unanswered"})[1:-1]


async def test_a_reference_in_a_false_sentence_is_no_proof(analyse):
    """The number of another entry than the sentence names is contradicted, although it stands in the cell."""
    wrong = final("Oslo averaged {E2: Bergen, mean}.", ["E2"])
    result, server = await analyse(by_turn([*LOOK, wrong, wrong, wrong]))
    assert server.count == 5
    assert result.output.key_findings[0].unverified == ["30.95"]


async def test_numbers_of_advice_are_held_too(analyse):
    """Advice and limits that state what no result holds are marked; small numbers of advice itself are not."""
    answer = final("Steady.", ["E1"], recommendations=["Ask the top 10 customers.", "Mend the 62.5 % of late orders."])
    result, server = await analyse(by_turn([*LOOK, answer]))
    marked = "Mend the 62.5 % of late orders. (not found in the evidence: 62.5 %)"
    assert result.output.recommendations == ["Ask the top 10 customers.", marked]
    assert server.count == 3
