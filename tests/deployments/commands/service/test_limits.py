"""`analyst limits` shows and sets the limits that all runs of a store share."""

import json
import re

import pytest

from deployments.cli import run
from runtime.models.rates import Turn, take_turn
from runtime.settings import get_settings


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    monkeypatch.setenv("ANALYST_MODEL_LIMITS", "openai-chat:gpt-5-mini=4")
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_limits_are_set_shown_and_taken_away(capsys):
    """A limit holds once it is set, is shown with what the last minute used of it, and 0 takes it away."""
    assert run(["limits", "openai:gpt-5-mini", "--requests", "60", "--tokens", "90000"]) == 0
    assert isinstance(take_turn(["openai:gpt-5-mini"], 1234), Turn)
    capsys.readouterr()
    assert run(["limits"]) == 0
    assert re.split(" {2,}", capsys.readouterr().out.splitlines()[1]) == [
        "openai:gpt-5-mini",
        "1 of 60",
        "1,234 of 90,000",
        "4",
    ]
    assert run(["limits", "openai:gpt-5-mini", "--requests", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "model": "openai:gpt-5-mini",
            "requests": None,
            "requests_used": 1,
            "tokens": 90000,
            "tokens_used": 1234,
            "at_once": 4,
        }
    ]


def test_without_limits(capsys, monkeypatch):
    """If no model has a limit, the command says how to set one."""
    monkeypatch.delenv("ANALYST_MODEL_LIMITS")
    get_settings.cache_clear()
    assert run(["limits"]) == 0
    assert "analyst limits openai:gpt-5-mini --requests 60" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["--requests", "6"], ["openai:m"], ["m", "--tokens", "6"], ["openai:m", "--requests=-1"]]
)
def test_what_cannot_be_set_is_refused(arguments, capsys):
    """A limit without a model, a model without a limit, a model without a provider and a negative limit are refused."""
    assert run(["limits", *arguments]) == 2
    assert capsys.readouterr().err.startswith("Error: ")
