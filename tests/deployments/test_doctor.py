"""`analyst doctor` finds what is broken and says what to do."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from prefect.settings import PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK, temporary_settings

from deployments.cli import run
from deployments.doctor import examine
from runtime.settings import get_settings


@pytest.fixture(autouse=True)
def _fresh_settings(monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def model_server(request):
    """A model server that answers every question with one HTTP status."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(request.param)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}/v1"
        http.shutdown()
        thread.join()


def _check(name: str):
    return next(check for check in examine() if check.name == name)


def test_all_is_well_here(capsys):
    """In the project's own environment nothing is broken, and the JSON says the same as the exit code."""
    assert run(["doctor", "--json"]) == 0
    checks = json.loads(capsys.readouterr().out)
    assert [check for check in checks if check["status"] != "ok"] == []
    names = {"Python", "Packages", "Imports", "Data directory", "Results", "Model", "Prefect", "Charts", "PDF"}
    assert names == {c["name"] for c in checks}


def test_unusable_home_is_broken(monkeypatch, tmp_path, capsys):
    """A data directory that cannot be used makes the exit code 1 and names the variable."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "file"))
    assert run(["doctor"]) == 1
    assert "ANALYST_HOME" in capsys.readouterr().out


def test_shared_results_need_a_key(monkeypatch, tmp_path):
    """Results in a storage block, where others may write, are broken without `ANALYST_RESULTS_KEY`."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    with temporary_settings({PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK: "s3-bucket/results"}):
        found = _check("Results")
        assert found.status == "broken"
        assert "ANALYST_RESULTS_KEY" in found.advice
        monkeypatch.setenv("ANALYST_RESULTS_KEY", "secret-of-enough-letters")
        get_settings.cache_clear()
        found = _check("Results")
        assert found.status == "ok"
        assert "enough" not in found.model_dump_json()


def test_wrong_version_is_broken(monkeypatch):
    """A package outside the range of pyproject.toml is named with its version."""
    from deployments import doctor

    monkeypatch.setattr(doctor, "_requirements", lambda: ["prefect<3", "no-such-package"])
    found = _check("Packages")
    assert found.status == "broken"
    assert "prefect is 3." in found.found
    assert "no-such-package is missing" in found.found


def test_unreachable_prefect_is_broken(monkeypatch):
    """A configured Prefect server that does not answer is broken."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    assert _check("Prefect").status == "broken"


@pytest.mark.parametrize(
    ("model_server", "status"), [(200, "ok"), (404, "ok"), (401, "broken"), (500, "broken")], indirect=["model_server"]
)
def test_model_server_is_asked(monkeypatch, model_server, status):
    """The model's server is asked; a refused key and a server error are broken, an unknown path is not."""
    monkeypatch.setenv("OPENAI_API_KEY", "secret-key")
    monkeypatch.setenv("OPENAI_BASE_URL", model_server)
    found = _check("Model")
    assert found.status == status
    assert "gpt-5-mini" in found.found
    assert "secret-key" not in found.model_dump_json()


def test_a_broken_check_is_a_finding(monkeypatch):
    """A check that itself fails is reported, and the others still run."""
    from deployments import doctor

    def fail():
        raise ImportError("libfoo.so is missing")

    monkeypatch.setattr(doctor, "_charts", fail)
    checks = {check.name: check for check in examine()}
    assert checks["Charts"].status == "broken"
    assert "libfoo" in checks["Charts"].found
    assert checks["PDF"].status == "ok"
