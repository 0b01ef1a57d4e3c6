"""The summary of a triage on the terminal."""

import csv
import re
from collections import Counter
from pathlib import Path

from agents.offline.triage_rules import judge
from agents.outputs import ModelUsage
from agents.tickets import TicketTriage
from deployments.terminal.triage_summary import show
from flows.triage import TriageRun
from tasks.tickets import TriageFiles, TriageOutcome, tickets_markdown, title_of, write_outcomes
from tests.agents.offline.made_up.tickets import ticket


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


def test_every_number_of_the_summary_is_that_of_the_file(capsys, tmp_path):
    """Totals on the terminal and rows of the page are those of `triage.csv`, also of a failed ticket."""
    made = [ticket(seed) for seed in range(60)]
    outcomes = [TriageOutcome(id=one.id, title=title_of(one), triage=judge(one), model="offline") for one in made]
    outcomes[7] = TriageOutcome(id="T-7", title="", error="it has no text")
    files = write_outcomes(outcomes, tmp_path)
    run = _run("offline").model_copy(update={"tickets": outcomes, "files": files})
    with files.csv.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    show(run)
    shown = capsys.readouterr().out
    for name in ("severity", "category"):
        line = re.search(rf"^{name.capitalize()} +(.*(?:\n(?!Category).+)*)", shown, re.MULTILINE)
        assert line is not None
        said = {value: int(count) for count, value in re.findall(r"(\d+) (\w+)", line[1])}
        assert said == Counter(row[name] or "failed" for row in rows)
    table = [line.split(" | ") for line in tickets_markdown(outcomes, "inbox").splitlines() if line.startswith("| T")]
    told = {cells[0].removeprefix("| ").replace("\\", ""): cells[1] for cells in table if "Ticket" not in cells[0]}
    assert list(told) == [row["id"] for row in sorted(rows, key=lambda row: int(row["priority"] or 0))]
    for row in rows:
        confidence = f"({float(row['confidence']):.2f})" if row["severity"] else ""
        assert all(part in told[row["id"]] for part in (row["severity"], row["category"], confidence))
    assert "T-7 was not classified: it has no text" in shown
