"""Secrets in errors and parameters reach no output, in whatever form a text holds them."""

import ast
import base64
import io
import json
import logging
from pathlib import Path
from threading import Event
from urllib.parse import quote, quote_plus

import pytest
from pydantic_ai import ModelRetry
from starlette.testclient import TestClient

from agents.toolsets.guard import guarded
from analytics.documents.corpus_reader import read_corpus
from analytics.errors import AnalysisInputError, CorpusError, DatasetError
from analytics.reading.read import read_dataset
from deployments import doctor
from deployments.cli import run as analyst
from deployments.events.receiver import Receiver, _say, app_of
from deployments.recovery import watcher
from deployments.terminal.messages import say_error
from deployments.terminal.progress import Progress
from runtime.effects import NotDeliveredError, perform
from runtime.settings import get_settings
from runtime.step_events import StepEvent
from runtime.texts.redaction import masked
from runtime.texts.safe_text import CleanLogRecord, harmless
from tasks.notify.report_notice import NotifyResult
from tests.thinned import thinned

KEY = "ma/rk+ed k\u00e9y-0123'456\\789"
"""A secret whose forms all differ."""

FORMS = (
    KEY,
    quote(KEY, safe=""),
    quote_plus(KEY),
    quote(KEY),
    json.dumps(KEY)[1:-1],
    repr(KEY)[1:-1],
    repr(KEY.encode())[2:-1],
    base64.b64encode(KEY.encode()).decode(),
)

TEXTS = (
    *(f"the server said: {form} is not valid" for form in FORMS),
    "cannot connect to postgresql://user:marked/pass?word#1@db.example/name",
    "cannot connect to redis://:marked-password@cache.example/0",
    "GET https://user:marked@pass@host.example/x failed",
    "GET https://host.example/x?api_key=marked-token failed",
    "Authorization: Basic bWFya2VkOm1hcmtlZA==",
    "Authorization: Bearer marked-0123456789abcdef",
)


def leaks(text: str) -> bool:
    return "marked" in text or "bWFya2Vk" in text or any(form in text for form in FORMS)


@pytest.fixture(autouse=True)
def _key(monkeypatch, own_store):
    monkeypatch.setenv("SOME_API_KEY", KEY)


# Each form is masked in `test_masked`; one in three stands for them in what each output does with a text.
@pytest.fixture(params=thinned(sorted(TEXTS, key=[*TEXTS[::3], *TEXTS].index), len(TEXTS[::3])), ids=ascii)
def said(request):
    return request.param


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_masked(text):
    """The mask knows each form; a password that the environment holds in an address as well."""
    assert not leaks(masked(text))


def test_terminal(said, capsys):
    """Error lines, hints and the progress of a step."""
    say_error(said, hint=said)
    say_error("x" * 395 + said)
    progress = Progress()
    progress.on_event(StepEvent(step="1", kind="tool", name=said, phase="failed", seconds=1.0, error=said))
    shown = capsys.readouterr().err
    assert shown.count("Error: ") == 2
    assert not leaks(shown)


def test_log(said):
    """A message, its arguments and a traceback, whoever logs them at whatever level."""
    try:
        raise ValueError(said)
    except ValueError as error:
        failure = (ValueError, error, error.__traceback__)
    heard = io.StringIO()
    for level in (logging.DEBUG, logging.ERROR):
        record = CleanLogRecord("httpx", level, "", 1, "Failed: %s", (said,), failure)
        heard.write(logging.Formatter().format(record))
    assert "Traceback" in heard.getvalue()
    assert not leaks(heard.getvalue())


def test_watcher(said, monkeypatch):
    """Messages of the watcher of runs on an error of the server, and on its own end."""
    heard, stop = [], Event()

    def fail(*_):
        raise RuntimeError(said)

    one = watcher.Watcher(None, heard.append)
    one._guarded("runs", fail)
    monkeypatch.setattr(one, "watch", lambda _: (stop.set(), fail()))
    one.keep_watching(stop)
    assert len(heard) == 2
    assert not leaks("".join(heard))


def test_doctor(said, monkeypatch, capsys):
    """A check that fails, on the screen and as JSON."""

    def fail():
        raise RuntimeError(said)

    for name in ("_python", "_packages", "_imports", "_data_directory", "_results", "_model", "_prefect", "_pdf"):
        monkeypatch.setattr(doctor, name, fail)
    monkeypatch.setattr(doctor, "_charts", fail)
    assert analyst(["doctor"]) == analyst(["doctor", "--json"]) == 1
    shown = capsys.readouterr().out
    assert shown.count("RuntimeError") == 18
    assert not leaks(shown)


def test_effects_and_deliveries(said):
    """Reason why an effect did not happen, in its outcome and in a result for people."""

    def fail(_):
        raise NotDeliveredError(said)

    outcome = perform("tell", said[:20], fail, scope="one")
    assert outcome.problem
    told = NotifyResult(target="x", sent=False, error=said, uncertain=said)
    assert not leaks(f"{outcome.problem} {told.model_dump_json()}")


def test_message(said):
    """A line for chat, mail or push."""
    assert not leaks(harmless(said, 300).replace("\u200b", ""))


def test_receiver(said, monkeypatch):
    """An answer of the receiver of events, in plain text and as JSON."""
    assert not leaks(bytes(_say(503, said).body).decode())
    receiver = Receiver(token="t" * 16, secret=None)
    monkeypatch.setattr("deployments.events.receiver.read", lambda *_: ({}, [said]))
    with TestClient(app_of(receiver.routes())) as client:
        answer = client.post("/events", content=b"{}", headers={"Authorization": f"Bearer {'t' * 16}"})
    assert answer.json()["left_out"]
    assert not leaks(answer.json()["left_out"][0])


def test_what_a_model_is_told(said):
    """The reason why a tool refused its arguments."""

    def tool():
        raise AnalysisInputError(said)

    with pytest.raises(ModelRetry) as refused:
        guarded(tool)
    assert not leaks(str(refused.value))


def test_sources(tmp_path, monkeypatch):
    """Reason why a source was not read."""
    for source in ("https://user:marked@[pass/x.csv", "https://user:marked@pass@127.0.0.1:1/x.csv?token=marked-0123"):
        with pytest.raises(DatasetError) as refused:
            read_dataset(source, directory=tmp_path)
        assert not leaks(str(refused.value))
        with pytest.raises(CorpusError) as refused:
            read_corpus([source], directory=tmp_path)
        assert not leaks(str(refused.value))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANALYST_RESULTS_KEY", "marked"),
        ("ANALYST_STORE_URL", "postgresql://user:marked@host:port/x"),
    ],
)
def test_a_setting_that_cannot_be_used(name, value, monkeypatch, capsys):
    """Its name is said, and its value is not, if it may be secret."""
    monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    assert analyst(["runs"]) != 0
    assert not leaks(capsys.readouterr().err)


def test_no_error_is_shown_whole_without_the_mask():
    """`repr(error)` stands in `masked(…)` only, since it is what people write for errors that nobody expected."""
    root, found = Path(__file__).parents[2], list[str]()
    for package in ("agents", "analytics", "cache_policies", "deployments", "flows", "runtime", "tasks"):
        for path in (root / package).rglob("*.py"):
            if "repr(" not in (text := path.read_text("utf-8")):
                continue
            tree = ast.parse(text)
            safe = {
                inner
                for call in ast.walk(tree)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "masked"
                for inner in ast.walk(call)
            }
            handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name]
            for handler in handlers:
                for node in ast.walk(handler):
                    shown = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "repr"
                    if shown and node not in safe:
                        found.append(f"{path.relative_to(root)}:{node.lineno}")
    assert found == []
