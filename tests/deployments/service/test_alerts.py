"""The recipients of alerts are checked when a service starts, not when an alert is due."""

import pytest

from deployments import serve
from deployments.cli import run
from deployments.recovery import watcher as recovery
from runtime.settings import get_settings


@pytest.fixture(params=["serve", "watch"])
def service(request, monkeypatch):
    """A command that starts a service, which would get to work without the check."""
    monkeypatch.setattr(serve, "serve_deployments", lambda *_: pytest.fail("it served"))
    monkeypatch.setattr(recovery.Watcher, "watch", lambda *_: pytest.fail("it watched"))
    get_settings.cache_clear()
    yield request.param
    monkeypatch.undo()
    get_settings.cache_clear()


def test_a_target_that_cannot_be_used_ends_a_service_at_its_start(service, monkeypatch, capsys):
    """An alert's target that is no Apprise URL is bad input, said without its secrets and before a server is asked."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("ANALYST_ALERTS", "json://ops.example.org bogus://user:secret@host/token")
    assert run([service]) == 2
    said = capsys.readouterr().err
    assert "ANALYST_ALERTS" in said
    assert "bogus://" in said
    assert "secret" not in said
    assert "token" not in said
    assert len(said.splitlines()) == 2


def test_a_block_that_is_not_there_ends_a_service_at_its_start(service, monkeypatch, capsys, prefect_server):
    """An alert's target that is no block of the server is bad input too."""
    monkeypatch.setenv("ANALYST_ALERTS", "slack-webhook/absent")
    assert run([service]) == 2
    said = capsys.readouterr().err
    assert "ANALYST_ALERTS" in said
    assert "slack-webhook/absent" in said


def test_an_expected_update_needs_somebody_to_tell(service, monkeypatch, capsys):
    """A data set whose update is expected, without anybody who is told that it did not come, is bad input."""
    monkeypatch.setenv("ANALYST_EXPECTED_DATASET", "sales/daily")
    assert run([service]) == 2
    assert "Name somebody in ANALYST_ALERTS" in capsys.readouterr().err
