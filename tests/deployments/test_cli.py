"""The command line: what goes to which stream, and what the exit code says."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from deployments.cli import run
from runtime import step_events as events
from runtime.prefect_server import connection as server


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("day,amount\n" + "".join(f"2024-01-{day:02d},{day % 7 + 10}\n" for day in range(1, 29)))
    return path


@pytest.fixture
def no_server(monkeypatch):
    """Fail when anything starts a server or asks for one."""

    def started(*_: object) -> None:
        pytest.fail("a server was started")

    monkeypatch.setattr(server, "start_server", started)
    monkeypatch.setattr(server, "ensure_server", started)


@pytest.fixture
def flow(monkeypatch, prefect_server):
    """Replace the flow by a function: `flow(work)` makes the command run `work` instead."""
    import flows.analysis

    def replace(work):
        async def analyze_and_report(dataset, **options):
            return work(dataset, **options)

        monkeypatch.setattr(flows.analysis, "analyze_and_report", analyze_and_report)

    return replace


def _outcome(summary: str = "All is well."):
    from agents.outputs import DataAnalysis, Finding, ModelUsage

    finding = Finding(statement="[red]Up[/red] by 3\x1b[2J", evidence=["E1"], severity="high", unverified=["3"])
    return SimpleNamespace(
        run_id="0d0e",
        model="offline",
        analysis=DataAnalysis(
            summary=summary, key_findings=[finding], anomalies=[], recommendations=["Look."], limitations=[]
        ),
        notifications=[],
        routed=[],
        report=SimpleNamespace(
            html=Path("/r/a.html"), pdf=Path("/r/a.pdf"), md=Path("/r/a.md"), json=Path("/r/a.json")
        ),
        usage=ModelUsage(requests=3, input_tokens=1200, output_tokens=40, usd=None),
        cached_calls=1,
        models=[],
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["analyze"], "DATASET"),
        (["frobnicate"], "frobnicate"),
        (["analyze", "nowhere.csv"], "nowhere.csv"),
        (["analyze", str(Path(__file__).parent)], "directory"),
        (["analyze", __file__, "--notify", "nonsense://user:secret@host"], "nonsense://"),
        (["analyze", __file__, "--out", __file__], "--out"),
        (["analyze", ""], "empty"),
        (["analyze", "x" * 5000 + ".csv"], "too long"),
        (["analyze", "~no-such-user-here/x.csv"], "home"),
        (["analyze", __file__, "--out", "/proc/none"], "--out"),
        (["investigate", __file__, " "], "question"),
        (["investigate", "nowhere.csv", "why?"], "nowhere.csv"),
        (["emit", "no spaces", "--uri", "x"], "no spaces"),
        (["emit", "sales"], "--uri"),
    ],
)
def test_bad_input_is_2_at_once(arguments, said, capsys, no_server):
    """Bad input or usage ends with 2, names what was wrong on stderr without secrets, and starts no server."""
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said.lower() in captured.err.lower()
    assert "secret" not in captured.err
    assert "Traceback" not in captured.err
    assert len(captured.err.strip().splitlines()) <= 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANALYST_SERVER_START_TIMEOUT", "soon"),
        ("ANALYST_SCHEDULE_CRON", "0 25 * * *"),
        ("ANALYST_SCHEDULE_TIMEZONE", "Mars/Olympus"),
        ("ANALYST_MODEL_LIMITS", "a=0"),
        ("ANALYST_MODEL_LIMITS", "a=²"),
        ("ANALYST_HOME", "~no-such-user-here/x"),
    ],
)
def test_bad_setting_is_2(monkeypatch, capsys, table, no_server, name, value):
    """An unusable setting is named by its variable, with its value and what to do, in two lines."""
    monkeypatch.setenv(name, value)
    assert run(["analyze", str(table)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"Error: {name} is ")
    assert value in said
    assert said.splitlines()[1:] == ["Correct or unset the variable."]


def test_unknown_model_is_2(capsys, table, prefect_server):
    """A model name that cannot be used is bad input."""
    assert run(["analyze", str(table), "--model", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_unreadable_data_is_2(capsys, tmp_path, prefect_server):
    """A data set that turns out to be unreadable during the run is bad input as well."""
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    assert run(["analyze", str(empty), "--model", "offline"]) == 2
    assert "empty" in capsys.readouterr().err


def test_json_is_one_object(capsys, table, tmp_path, prefect_server):
    """With --json stdout is one JSON object with the promised fields, and the report it names is there."""
    assert run(["analyze", str(table), "--model", "offline", "--out", str(tmp_path / "out"), "--json"]) == 0
    captured = capsys.readouterr()
    answer = json.loads(captured.out)
    assert set(answer) == {"run_id", "model", "analysis", "report", "usage", "cached_calls", "routed", "models"}
    assert set(answer["report"]) == {"html", "pdf", "md", "json"}
    assert all(Path(path).stat().st_size for path in answer["report"].values())
    assert set(answer["usage"]) == {"requests", "input_tokens", "output_tokens", "usd"}
    assert answer["analysis"]["key_findings"]
    assert "✓" in captured.err


def test_json_survives_chatty_libraries(capsys, table, flow):
    """Output during a run goes to stderr, so that stdout holds only the JSON."""
    flow(lambda *_, **__: (print("noise"), _outcome())[1])
    assert run(["analyze", str(table), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["usage"] == {"requests": 3, "input_tokens": 1200, "output_tokens": 40, "usd": None}
    assert "noise" in captured.err


def test_summary_shows_text_as_text(capsys, table, flow):
    """Square brackets in a finding are shown, terminal escapes are not obeyed, doubts and unknown prices are said."""
    flow(lambda *_, **__: _outcome())
    assert run(["analyze", str(table)]) == 0
    out = capsys.readouterr().out
    assert "[red]Up[/red] by 3" in out
    assert "\x1b" not in out
    for expected in ("high", "E1", "not found in the evidence: 3", "price unknown", "/r/a.html", "/r/a.pdf", "1 calls"):
        assert expected in out


def test_options_reach_the_flow(table, flow, tmp_path):
    """Question, model, out and every --notify arrive at the flow."""
    seen = {}
    flow(lambda dataset, **options: (seen.update(options, dataset=dataset), _outcome())[1])
    arguments = ["--question", "Why?", "--model", "offline", "--out", str(tmp_path), "--notify", "json://a.example"]
    assert run(["analyze", str(table), *arguments, "--notify", "json://b.example"]) == 0
    assert seen.pop("out") == tmp_path
    assert seen == {
        "dataset": str(table),
        "question": "Why?",
        "model": "offline",
        "notify": ["json://a.example", "json://b.example"],
    }


def test_failed_run_is_3(capsys, table, flow):
    """A failed run ends with 3 and two lines: what, and how to go on."""

    def fail(*_: object, **__: object):
        raise RuntimeError("the disk is full\nand more")

    flow(fail)
    assert run(["analyze", str(table)]) == 3
    err = capsys.readouterr().err
    assert "the disk is full" in err
    assert "--debug" in err
    assert "Traceback" not in err


def test_unforeseen_error_is_3_without_traceback(monkeypatch, capsys):
    """An unexpected error is one line as well."""
    monkeypatch.setattr("runtime.settings.get_settings", lambda: 1 / 0)
    assert run(["doctor"]) == 3
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err
    assert "Traceback" not in err


def test_keys_are_not_repeated(monkeypatch, capsys, table, flow):
    """A key that a server repeats in its answer is not shown."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")

    def fail(*_: object, **__: object):
        raise RuntimeError("bad key sk-very-secret")

    flow(fail)
    assert run(["analyze", str(table), "--model", "offline"]) == 3
    assert "bad key ***" in capsys.readouterr().err


def test_debug_shows_the_traceback(table, flow):
    """With --debug the exception itself comes through."""

    def fail(*_: object, **__: object):
        raise RuntimeError("deep down")

    flow(fail)
    with pytest.raises(RuntimeError, match="deep down"):
        run(["analyze", str(table), "--debug"])


def test_unreachable_server_is_3(monkeypatch, capsys, table):
    """A configured server that does not answer is a failed run that names the server."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    assert run(["analyze", str(table), "--model", "offline"]) == 3
    assert "127.0.0.1:1" in capsys.readouterr().err


def test_interrupt_is_130(capsys, table, flow):
    """Ctrl-C ends with 130 and one word, not with a traceback."""

    def interrupt(*_: object, **__: object):
        os.kill(os.getpid(), signal.SIGINT)

    flow(interrupt)
    assert run(["analyze", str(table)]) == 130
    err = capsys.readouterr().err
    assert err.endswith("Interrupted.\n")
    assert "Traceback" not in err


def test_serve_needs_a_server(monkeypatch, capsys):
    """`analyst serve` without a server of the user's own says which command starts one."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert run(["serve"]) == 2
    assert "prefect server start" in capsys.readouterr().err


@pytest.mark.scale
def test_embedded_server_from_first_to_last(table, tmp_path):
    """A whole run on an embedded server, as a process: report written, JSON on stdout, no log line or traceback."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    # The session's Prefect home, whose database is there already; only the server is another.
    environment |= {
        "PREFECT_HOME": os.environ["PREFECT_HOME"],
        "ANALYST_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(Path.cwd()),
    }
    command = [sys.executable, "-c", "from deployments.cli import main; main()"]
    done = subprocess.run(
        [*command, "analyze", str(table), "--model", "offline", "--json"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert Path(json.loads(done.stdout)["report"]["html"]).is_relative_to(tmp_path / "home")
    assert "embedded Prefect server" in done.stderr
    for noise in ("Traceback", "ERROR", "WARNING", "| INFO", "Error flushing"):
        assert noise not in done.stderr


def test_progress_is_told_by_events(table, flow, capsys):
    """Steps appear on stderr with time and cost, stored results are marked, and a failure says why."""

    def work(*_: object, **__: object):
        for phase, name, extra in [
            ("finished", "model [x]", {"seconds": 1.25, "usd": 0.0123}),
            ("replayed", "profile", {"seconds": 9.0, "usd": 5.0}),
            ("failed", "query", {"seconds": 0.5, "error": "no such column"}),
        ]:
            step = events.StepEvent(step=name, kind="tool", name=name, phase="started")
            events.emit(step)
            events.emit(events.StepEvent(step=name, kind="tool", name=name, phase=phase, **extra))
        return _outcome()

    flow(work)
    assert run(["analyze", str(table)]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert "✓ model [x]  1.2 s, $0.0123" in lines
    assert "↺ profile  stored result" in lines
    assert "✗ query  0.5 s  no such column" in lines
    assert any(line.startswith("Done: 2 steps") and "$0.0123" in line for line in lines)


def test_ask_prints_the_answer_and_its_query(tmp_path, capsys):
    """`analyst ask` prints the answer with the query that it comes from, as one JSON object with `--json`."""
    table = tmp_path / "shops.csv"
    table.write_text("shop,revenue\nnorth,10\nsouth,20\nnorth,30\n")
    assert run(["ask", str(table), "What is the total revenue by shop?", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["answered"] == "answered"
    assert told["answer"] == "By shop, the total of revenue: north 40 and south 20."
    assert told["rows"] == [["north", 40, 2, 2], ["south", 20, 1, 2]]
    assert run(["ask", str(table), "What is the profit by shop?"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Not answered: \u201cprofit\u201d was not understood.")
    assert "The columns of shops: shop, revenue." in shown


def test_a_reader_that_leaves_is_no_error():
    """A command whose output is no longer read, as by `head`, ends with 0 and says nothing."""
    started = subprocess.Popen(
        [sys.executable, "-c", READ_BY_NOBODY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert started.stdout is not None
    started.stdout.close()
    _, errors = started.communicate(b"\n", timeout=60)
    assert (started.returncode, errors) == (0, b"")


READ_BY_NOBODY = """
import sys
from deployments import cli

def make_app():
    def command(*_, **__):
        sys.stdin.readline()  # the reader has left
        for _ in range(10_000):
            print("a run")
    return command

cli.make_app = make_app
sys.argv = ["analyst", "runs"]
cli.main()
"""
"""A command that prints more than a pipe holds."""
