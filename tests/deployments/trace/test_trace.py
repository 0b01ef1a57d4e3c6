"""`analyst trace`: the tree, the lines, the JSON and the page of a run."""

import json
import re
import webbrowser

import pytest

from deployments.cli import run
from runtime.runs.listing import find_run
from runtime.trace.reading import read_trace
from tasks.trace.page import render_page
from tests.runtime.stored_runs import add_run, add_spans

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\u202e"


pytestmark = pytest.mark.usefixtures("own_home", "no_display")


@pytest.fixture
def run_id(own_home):
    """A run of an agent with a paid request, a replayed one, a retry, a failed call, and a nested agent."""
    run_id = add_run(state="failed", error="no luck", dataset="sales")
    add_spans(
        run_id,
        {"kind": "agent", "name": "clerk", "state": "failed", "seconds": 9.0, "input": "why?", "error": "Error: no"},
        {"kind": "model", "parent": 1, "name": "m request 1", "input_tokens": 100, "output_tokens": 7, "usd": 0.25},
        {"kind": "retry", "parent": 2, "name": "try 1", "state": "failed", "tries": 1, "delay": 2.0, "error": "E: 503"},
        {"parent": 1, "name": "ask", "input": "question=where", "output_size": 2048},
        {"kind": "agent", "parent": 4, "name": "inner"},
        {"kind": "model", "parent": 5, "name": "m request 1", "input_tokens": 10, "output_tokens": 3, "usd": 0.5},
        {"kind": "model", "parent": 1, "state": "replayed", "input_tokens": 5, "output_tokens": 5, "usd": 0.125},
        {"parent": 1, "state": "failed", "error": f"E: {HOSTILE}", "input": HOSTILE},
    )
    return run_id


def test_tree(run_id, capsys):
    """The newest run is a tree of its spans in order, with figures, reasons and totals, and no control characters."""
    add_run(created=0.0)
    assert run(["trace"]) == 0
    shown = capsys.readouterr().out
    lines = shown.splitlines()
    assert lines[0] == f"Run {run_id}: job on sales, failed"
    assert [re.sub(r"  .*", "", line.lstrip("│├└─ ")) for line in lines[1:-1]] == [
        "✗ job, attempt 1",
        "✗ clerk",
        "✓ m request 1",
        "✗ try 1 failed, tried again after 2.0 s",
        "✓ ask",
        "✓ inner",
        "✓ m request 1",
        "↺ look",
        "✗ look",
    ]
    assert lines[5].startswith("   ├─ ✓ ask  500 ms, 2.0 kB  question=where")
    assert lines[7].startswith("   │     └─ ✓ m request 1")
    assert "saved $0.1250" in lines[8]
    assert "Cost: $0.75" in lines[-1]
    assert "Replayed: 1 calls, saved 10 tokens ($0.1250)" in lines[-1]
    assert not {"\x1b", "\u202e"} & set(shown)


def test_json(run_id, capsys):
    """The JSON has the run, every span with its parent, and the totals."""
    assert run(["trace", run_id[:8], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["run"]["id"] == run_id
    assert [span["parent"] for span in found["spans"]] == [None, 0, 1, 2, 1, 4, 5, 1, 1]
    assert found["totals"] == {
        "attempts": 1,
        "model_calls": 2,
        "tool_calls": 2,
        "replayed": 1,
        "retries": 1,
        "recoveries": 0,
        "failed": 1,
        "input_tokens": 110,
        "output_tokens": 10,
        "cached_tokens": 0,
        "usd": 0.75,
        "saved_tokens": 10,
        "saved_usd": 0.125,
    }


def test_recoveries(capsys):
    """A decision about a failure is a line with what was changed and why, and is counted."""
    details = {"kind": "recovery", "parent": 1, "name": "next model", "seconds": 0.0}
    add_spans(add_run(), {"kind": "model"}, details | {"reason": "quota spent", "change": "b answers instead of a"})
    assert run(["trace"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[3].endswith("✓ next model: b answers instead of a  since: quota spent")
    assert lines[-1].endswith("Recoveries: 1")


def test_follow_ends_with_the_run(run_id, capsys):
    """Following a run that has ended prints its spans, how it ended and its totals; as JSON a line for each span."""
    assert run(["trace", "--follow"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[-2] == f"Run {run_id[:8]} failed: no luck"
    assert run(["trace", "--follow", "--json"]) == 0
    assert [json.loads(line)["number"] for line in capsys.readouterr().out.splitlines()] == list(range(1, 9))


def test_open_without_a_browser(run_id, own_home, capsys):
    """Without a display, `--open` writes the page, readable by its user alone, and prints where it is."""
    assert run(["trace", "--open"]) == 0
    path = own_home / "traces" / f"{run_id}.html"
    assert capsys.readouterr().out.splitlines() == ["No browser was found here. The page:", str(path)]
    assert path.stat().st_mode & 0o777 == 0o600


def test_open_in_a_browser(run_id, own_home, monkeypatch):
    """With a browser, `--open` opens the page in it."""
    opened = list[str]()
    monkeypatch.setenv("BROWSER", "of the test")
    monkeypatch.setattr(webbrowser, "open", lambda url: not opened.append(url))
    assert run(["trace", "--open"]) == 0
    assert opened == [(own_home / "traces" / f"{run_id}.html").as_uri()]


def test_the_page_holds_texts_as_texts(run_id):
    """Texts from data are JSON in the page, so that no markup comes of them, and the page may load nothing."""
    page = render_page(read_trace(find_run(run_id)))
    assert "alert(1)" in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert page.count("<script") == 2
    assert "default-src 'none'" in page
    assert not re.findall(
        r"(?:src|href)=|url\(|@import", page.replace("<img src=x", "").replace("\\u003cimg src=x", "")
    )


def test_the_page_sums_costs(run_id):
    """A span in the page costs what those inside it cost, and a replay costs nothing."""
    page = render_page(read_trace(find_run(run_id)))
    (data,) = re.findall(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    rows = json.loads(data)
    assert [row["cost"] for row in rows] == [
        "$0.75",
        "$0.75",
        "$0.25",
        "",
        "$0.50",
        "$0.50",
        "$0.50",
        "",
        "",
    ]
    assert [row["parent"] for row in rows] == [-1, 0, 1, 2, 1, 4, 5, 1, 1]


def test_refusals(run_id, capsys):
    """An id that no run has, options that exclude each other, and a store without runs are said in a line."""
    assert run(["trace", "zzz"]) == 2
    assert "No run has an id that begins with 'zzz'" in capsys.readouterr().err
    assert run(["trace", "--open", "--json"]) == 2
    assert "give one of them" in capsys.readouterr().err
