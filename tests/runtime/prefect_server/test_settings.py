"""Our Prefect settings are defaults: whatever the user has set anywhere wins."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.prefect_server.settings import apply_prefect_settings, defaults, user_prefect_setting

NAME = "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"
PATH = "server.ephemeral.startup_timeout_seconds"


@pytest.fixture
def blank(monkeypatch, tmp_path):
    """A working directory, a Prefect home and an environment in which Prefect has no settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.environ", dict(os.environ))  # what is applied stays in this test
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    os.environ["PREFECT_HOME"] = str(tmp_path)
    monkeypatch.setattr("prefect.context.refresh_global_settings_context", lambda: None)
    return tmp_path


def _environment(home: Path) -> None:
    os.environ[NAME] = "7"


def _lower_case(home: Path) -> None:
    os.environ[NAME.lower()] = "7"


def _dotenv(home: Path) -> None:
    Path(".env").write_text(f"{NAME}=7\n")


def _prefect_toml(home: Path) -> None:
    Path("prefect.toml").write_text("[server.ephemeral]\nstartup_timeout_seconds = 7\n")


def _pyproject(home: Path) -> None:
    Path("pyproject.toml").write_text("[tool.prefect.server.ephemeral]\nstartup_timeout_seconds = 7\n")


def _profile(home: Path) -> None:
    (home / "profiles.toml").write_text(f'active = "mine"\n[profiles.mine]\n{NAME} = "7"\n[profiles.other]\n')


@pytest.mark.parametrize(
    "source", [_environment, _lower_case, _dotenv, _prefect_toml, _pyproject, _profile], ids=lambda f: f.__name__
)
def test_user_wins(blank, source):
    """A value from any source that Prefect reads is seen, and not covered by our default."""
    source(blank)
    assert user_prefect_setting(PATH) == "7"
    apply_prefect_settings()
    assert os.environ.get(NAME) in (None, "7")


def test_default_applies_when_nothing_is_set(blank):
    """Without a value of the user's every default of ours is in the environment, and a second call changes nothing."""
    apply_prefect_settings()
    applied = dict(os.environ)
    assert {default.names[0]: default.value for default in defaults()}.items() <= applied.items()
    apply_prefect_settings()
    assert dict(os.environ) == applied


def test_inactive_profile_does_not_count(blank):
    """Only the active profile is read; PREFECT_PROFILE chooses another."""
    (blank / "profiles.toml").write_text('active = "other"\n[profiles.other]\n[profiles.mine]\nPREFECT_API_URL = "u"\n')
    assert user_prefect_setting("api.url") is None
    os.environ["PREFECT_PROFILE"] = "mine"
    assert user_prefect_setting("api.url") == "u"


def test_old_name_counts(blank):
    """A setting under an older name of Prefect's is the user's too."""
    os.environ["PREFECT_LOCAL_STORAGE_PATH"] = "/elsewhere"
    apply_prefect_settings()
    assert "PREFECT_RESULTS_LOCAL_STORAGE_PATH" not in os.environ


def test_quiet_is_for_the_command_line_only(blank):
    """Only `quiet` takes Prefect's log lines off the console: a served flow keeps them."""
    apply_prefect_settings()
    assert "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL" not in os.environ
    apply_prefect_settings(quiet=True)
    assert os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] == "CRITICAL"


@pytest.mark.scale
def test_prefect_takes_them(tmp_path):
    """Prefect itself resolves every name we set to our value, also when it was imported before."""
    script = """
import prefect
from runtime.prefect_server.settings import apply_prefect_settings, defaults
apply_prefect_settings()
from functools import reduce
from prefect.settings import get_current_settings
for default in defaults():
    value = reduce(getattr, default.path.split("."), get_current_settings())
    assert str(value).lower().removesuffix(".0") == default.value.lower(), (default, value)
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PREFECT_HOME": str(tmp_path), "PYTHONPATH": str(Path.cwd())}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, cwd=tmp_path)
