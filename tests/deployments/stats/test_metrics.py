"""Figures for Prometheus: real scrapes over HTTP, read by Prometheus's own parser."""

import re
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deployments.cli import run
from deployments.commands.service import serve
from deployments.stats.metrics import serve_metrics
from runtime.settings import get_settings
from runtime.store.database import StoreError, get_store
from tests.runtime.stored_runs import add_run, add_spans, change_run

PAGE = Path(__file__).parents[3] / "docs" / "operations.md"
MODEL = {"kind": "model", "asked": "openai:big", "input_tokens": 100, "output_tokens": 10, "usd": 0.5}


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def scrape():
    """Scrapes a new endpoint: samples by name and labels, these in the order of their names."""
    port = serve_metrics("127.0.0.1", 0)

    def ask():
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain")
            families = [*text_string_to_metric_families(answer.read().decode())]
        return {
            (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
            for family in families
            for sample in family.samples
        }

    return ask


def test_calls_runs_and_savings(scrape):
    """A scrape has calls, tokens, prices, errors, recoveries, replays and times of all that the store holds."""
    add_run()
    add_run(heartbeat=0.0)
    add_run(state="waiting for approval")
    run_id = add_run(state="completed", seconds=7.0)
    add_run(state="failed", error="DatasetError: no")
    add_spans(
        run_id,
        {**MODEL, "seconds": 3.0},
        {**MODEL, "cached_tokens": 40, "seconds": 0.2},
        {"kind": "model", "asked": "openai:big", "state": "failed", "error": "E: 503"},
        {"kind": "tool", "name": "query"},
        {**MODEL, "state": "replayed"},
        {"kind": "task", "state": "replayed", "calls": 3, "usd": 1.0},
        {"kind": "task", "state": "replayed"},
        {"kind": "retry", "state": "failed"},
        {"kind": "recovery", "name": "compaction"},
        {"kind": "model", "state": "running"},
    )
    found = scrape()
    big = "openai:big"
    expected = {
        ("analyst_store_up",): 1,
        ("analyst_runs_total", "job", "completed"): 1,
        ("analyst_runs_total", "job", "failed"): 1,
        ("analyst_runs_unfinished", "running"): 1,
        ("analyst_runs_unfinished", "interrupted"): 1,
        ("analyst_runs_unfinished", "waiting for approval"): 1,
        ("analyst_model_calls_total", big, "finished"): 2,
        ("analyst_model_calls_total", big, "failed"): 1,
        ("analyst_tool_calls_total", "finished", "query"): 1,
        ("analyst_tokens_total", "input", big): 200,
        ("analyst_tokens_total", "output", big): 20,
        ("analyst_tokens_total", "cached", big): 40,
        ("analyst_cost_usd_total", big): 1.0,
        ("analyst_errors_total", "E", "model"): 1,
        ("analyst_errors_total", "DatasetError", "run"): 1,
        ("analyst_recoveries_total", "retry"): 1,
        ("analyst_recoveries_total", "compaction"): 1,
        ("analyst_replayed_calls_total", "model"): 4,
        ("analyst_replays_saved_usd_total",): 1.5,
        ("analyst_model_call_seconds_count", big): 2,
        ("analyst_model_call_seconds_sum", big): 3.2,
        ("analyst_model_call_seconds_bucket", "1.0", big): 1,
        ("analyst_model_call_seconds_bucket", "5.0", big): 2,
        ("analyst_run_seconds_sum", "job"): 7.0,
    }
    assert {key: found.get(key) for key in expected} == pytest.approx(expected)
    assert ("analyst_runs_total", "job", "waiting for approval") not in found


def test_each_row_counts_once(scrape):
    """Later scrapes add what ended since, and count nothing twice."""
    run_id = add_run()
    add_spans(run_id, MODEL)
    key = ("analyst_model_calls_total", "openai:big", "finished")
    assert [scrape()[key], scrape()[key]] == [1, 1]
    add_spans(add_run(), MODEL, MODEL, updated=1.0)
    assert scrape()[key] == 3
    change_run(run_id, state="failed")
    change_run(run_id, state="completed", attempt=2)
    assert scrape()["analyst_runs_total", "job", "completed"] == 1
    assert scrape()["analyst_runs_total", "job", "completed"] == 1


def test_a_store_that_is_away(scrape, monkeypatch):
    """While the store cannot be read, the endpoint says so and shows what it had."""
    add_spans(add_run(), MODEL)
    key = ("analyst_model_calls_total", "openai:big", "finished")
    assert scrape()[key] == 1

    def away():
        raise StoreError("away")

    store = get_store()
    monkeypatch.setattr("deployments.stats.metrics.get_store", away)
    found = scrape()
    assert (found["analyst_store_up",], found[key]) == (0, 1)
    monkeypatch.setattr("deployments.stats.metrics.get_store", lambda: store)
    assert scrape()["analyst_store_up",] == 1


def test_every_metric_is_documented(scrape):
    """The table in docs/operations.md names every metric that is there, and no other."""
    add_spans(add_run(state="completed", seconds=1.0), MODEL, {"kind": "retry"}, {**MODEL, "state": "failed"})
    names = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name, *_ in scrape()}
    rows = set(re.findall(r"^\| `(analyst_\w+)`", PAGE.read_text(), re.MULTILINE))
    always = {"analyst_tool_calls_total", "analyst_replayed_calls_total"}  # those without a row yet show nothing
    assert names <= rows
    assert rows - names <= always


@pytest.mark.parametrize("text", ["x", "70000", "-1", "host:", ""])
def test_ports_that_are_none_are_refused(text, capsys):
    """A port that is none is refused before anything is started."""
    assert run(["serve", f"--metrics={text}"]) == 2
    assert "write a port such as 9464" in capsys.readouterr().err


def test_loopback_unless_an_address_is_named():
    """Without an address, the endpoint is reached from this machine alone."""
    assert serve._address("9464") == ("127.0.0.1", 9464)
    assert serve._address("0.0.0.0:9464") == ("0.0.0.0", 9464)
    assert serve._address("[::1]:9464") == ("::1", 9464)
