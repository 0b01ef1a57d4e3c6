"""`analyst stats`: the table, the JSON and the page."""

import json
import re

import pytest

from deployments.cli import run
from tests.runtime.stored_runs import add_run, add_spans

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e"


pytestmark = pytest.mark.usefixtures("own_home", "no_display")


@pytest.fixture
def runs(own_home):
    """A completed run with a paid and a replayed request, and a failed one on a data set with a hostile name."""
    paid = {"kind": "model", "agent": "clerk", "asked": "openai:big", "input_tokens": 100, "output_tokens": 10}
    one = add_run(state="completed", seconds=4.0, dataset="sales")
    add_spans(one, {**paid, "usd": 0.5, "seconds": 1.5}, {**paid, "usd": 0.25, "state": "replayed"})
    add_spans(add_run(state="failed", dataset=HOSTILE), {"agent": "clerk"})


@pytest.mark.usefixtures("runs")
def test_table(capsys):
    """The table has the figures of all runs, then a line for each group, and no control characters."""
    assert run(["stats", "--since", "24h", "--by", "dataset"]) == 0
    shown = capsys.readouterr().out
    lines = [re.sub(r"  +", "|", line.strip()) for line in shown.splitlines()]
    assert lines[0] == "Runs that began within 24h:"
    assert {
        "Runs|2 (1 failed)",
        "Not completed|50.0%",
        "Run p50 / p95|4.0 s / 4.0 s",
        "Model call p50 / p95|1.5 s / 1.5 s",
        "Cost|$0.50",
        "Replays saved|1 calls, $0.25",
        "sales|1|0.0%|1|1.5 s / 1.5 s|0|$0.50|$0.25",
    } <= set(lines)
    assert not {"\x1b", "\u202e"} & set(shown)


def test_failures_of_a_model_are_its_calls(capsys):
    """Of a model and an agent, the calls that failed are counted, not the runs in which they were asked."""
    call = {"kind": "model", "agent": "clerk", "asked": "openai:small", "seconds": 1.0}
    add_spans(add_run(state="completed"), {**call, "state": "failed"}, {**call, "state": "failed"}, call)
    assert run(["stats", "--by", "model"]) == 0
    lines = [re.sub(r"  +", "|", line.strip()) for line in capsys.readouterr().out.splitlines()]
    head, row = (line.split("|") for line in lines if line.startswith(("Model|", "openai:small")))
    assert dict(zip(head, row, strict=True))["Failed"] == "2"


@pytest.mark.usefixtures("runs")
def test_json(capsys):
    """The JSON has the totals, the groups and the periods as numbers."""
    assert run(["stats", "--by", "model", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["total"]["runs"], found["total"]["usd"]) == ({"completed": 1, "failed": 1}, 0.5)
    assert [(group["name"], group["figures"]["saved_usd"]) for group in found["groups"]] == [("openai:big", 0.25)]
    assert sum(period["figures"]["tool_calls"] for period in found["periods"]) == 1


@pytest.mark.usefixtures("runs")
def test_page(own_home, capsys):
    """The page has a bar for each value and a row for each group, loads and runs nothing, and is its user's alone."""
    assert run(["stats", "--by", "dataset", "--open"]) == 0
    path = own_home / "stats" / "stats.html"
    assert capsys.readouterr().out.splitlines() == ["No browser was found here. The page:", str(path)]
    page = path.read_text()
    titles = re.findall(r"<title>(?:\w+ \d+(?:, \d\d:\d\d)?: )?(.*?)</title>", page)
    assert titles == [
        "Figures of runs",
        "1 completed",
        "1 failed, interrupted or out of budget",
        "1 model",
        "1 tool",
        "1 replayed",
        "$0.50 known prices",
        "1.5 s median",
        "1.5 s 95th percentile",
    ]
    assert "&lt;script&gt;alert(1)" in page
    assert not re.findall(r"<script|(?:src|href)=|url\(|@import|[\x1b\u202e]", page)
    assert "default-src 'none'" in page
    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_to_show(own_home, capsys):
    """Without runs, the command says how to start one, and the page says that there is none."""
    assert run(["stats", "--by", "agent"]) == 0
    assert capsys.readouterr().out == "No run began within 7d. `analyst analyze DATASET` starts one.\n"
    assert run(["stats", "--open"]) == 0
    assert "No run began in this time." in (own_home / "stats" / "stats.html").read_text()


@pytest.mark.parametrize("since", ["7", "0d", "-1d", "3x", "1e3d", "999999d"])
def test_times_that_are_none_are_refused(since, capsys):
    """A length of time that cannot be read is refused with one that can."""
    assert run(["stats", f"--since={since}"]) == 2
    assert "write a length of time such as 30m, 24h, 7d or 4w" in capsys.readouterr().err


def test_a_page_or_json(capsys):
    """`--open` and `--json` exclude each other."""
    assert run(["stats", "--open", "--json"]) == 2
    assert "give one of them" in capsys.readouterr().err
