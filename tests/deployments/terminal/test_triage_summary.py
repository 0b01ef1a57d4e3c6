"""The summary of a triage on the terminal."""

from pathlib import Path

from agents.outputs import ModelUsage
from agents.tickets import TicketTriage
from deployments.terminal.triage_summary import show
from flows.triage import TriageRun
from tasks.tickets import TriageFiles, TriageOutcome


def _run(model: str, *authors: str) -> TriageRun:
    triage = TicketTriage(
        severity="low", category="question", priority=4, confidence=0.5, reason="asks", quotes=["one"]
    )
    return TriageRun(
        run_id="00000000-0000-4000-8000-000000000000",
        model=model,
        source="tickets",
        tickets=[TriageOutcome(id=f"T-{n}", title="one", triage=triage, model=by) for n, by in enumerate(authors)],
        files=TriageFiles(jsonl=Path("a.jsonl"), csv=Path("a.csv")),
        usage=ModelUsage(),
    )


def test_models_that_stood_in_for_the_first_are_named(capsys):
    """Of a chain, the summary says how many tickets each model classified, if the first one did not do all."""
    show(_run("openai:a,offline", "offline", "openai:a", "offline"))
    shown = " ".join(capsys.readouterr().out.split())
    assert "Tickets classified: 2 by offline (keyword rules, no language model), 1 by openai:a;" in shown
    assert "`analyst trace 00000000` says why" in shown


def test_a_chain_whose_first_model_did_all_is_not_remarked_on(capsys):
    """If the first model of a chain classified every ticket, nothing is said of the others."""
    show(_run("openai:a,offline", "openai:a"))
    assert "Tickets classified" not in capsys.readouterr().out
