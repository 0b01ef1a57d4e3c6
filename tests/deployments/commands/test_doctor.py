"""`analyst doctor` finds what is broken and says what to do."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from prefect.client.orchestration import get_client
from prefect.filesystems import LocalFileSystem, WritableFileSystem
from prefect.settings import PREFECT_LOCAL_STORAGE_PATH, PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK, temporary_settings

from agents.durable.steps import task_options
from deployments import result_places
from deployments.cli import run
from deployments.doctor import examine
from flows import analyze_and_report
from flows.shared import common
from runtime.settings import get_settings
from tasks.load import load_dataset


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


@pytest.fixture
def home(monkeypatch, tmp_path):
    """A data directory of its own."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    get_settings.cache_clear()
    with temporary_settings({PREFECT_LOCAL_STORAGE_PATH: tmp_path / "results"}):
        yield tmp_path


def test_what_cannot_be_known_is_said(home):
    """If all known places are private, the check says so, and what it cannot know."""
    found = _check("Results")
    assert found.status == "ok"
    assert f"{home / 'results'}: for this user alone. Not known here: what `result_storage` in code" in found.found


class SharedStorage(WritableFileSystem):
    """Storage that is neither saved nor on this machine."""

    _block_type_slug = "shared-storage"

    def read_path(self, path):
        return b""

    def write_path(self, path, content):
        return None


@pytest.mark.parametrize("of", ["flow", "task", "tool calls", "tool calls of the analyst", "model requests"])
def test_storage_that_code_names_needs_a_key(of, home, monkeypatch):
    """Storage named by a flow of the catalog, one of our tasks, or the options of agents' steps is found, too."""
    storage = SharedStorage()
    if of in ("flow", "task"):
        monkeypatch.setattr({"flow": analyze_and_report, "task": load_dataset}[of], "result_storage", storage)
    elif of == "tool calls":
        monkeypatch.setitem(task_options.DEFAULT_TOOL_CONFIG, "result_storage", "s3-bucket/tools")
    elif of == "model requests":
        monkeypatch.setattr(task_options, "default_model_config", lambda: {"result_storage": "s3-bucket/models"})
    else:
        monkeypatch.setattr(common, "reading_tools", lambda: {"result_storage": "s3-bucket/tools"})
    found = _check("Results")
    assert found.status == "broken"
    assert of in found.found or "analyze-dataset" in found.found or "load-dataset" in found.found


def test_directories_that_others_write_to_need_a_key(home, monkeypatch):
    """A directory is shared where others have the permission to write, or where its file system is a network's."""
    (home / "results").mkdir(exist_ok=True)
    with temporary_settings({PREFECT_LOCAL_STORAGE_PATH: home / "shared"}):
        (home / "shared").mkdir()
        assert _check("Results").status == "ok"
        (home / "shared").chmod(0o770)
        assert f"{home / 'shared'}, where others may write" in _check("Results").found
    monkeypatch.setattr(result_places, "_OF_NETWORKS", {result_places.file_system_of(home)})
    assert "which other hosts may write to" in _check("Results").found


def test_storage_that_the_server_names_needs_a_key(home, prefect_server, monkeypatch):
    """The default of the server, that of a work pool, and the variables of a deployment are asked for."""
    monkeypatch.setenv("PREFECT_API_URL", prefect_server)
    block = LocalFileSystem(basepath=str(home))
    id_ = block.save("doctor", overwrite=True, _sync=True)
    with get_client(sync_client=True) as client:
        client.update_server_default_result_storage(id_)
        try:
            found = _check("Results")
        finally:
            client.clear_server_default_result_storage()
    assert found.status == "broken"
    assert "storage block local-file-system/doctor, named by the Prefect server" in found.found


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
