"""Settings come from the environment, and the data directory is private and its problems are said."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from runtime.files.data_directory import DataDirectoryError, default_home, private_directory
from runtime.settings import Settings, get_settings


def test_a_variable_that_a_test_sets_holds_at_once(monkeypatch):
    """Settings that were read before, as by a thread of an earlier test, give way to a test's variables."""
    get_settings()
    monkeypatch.setenv("ANALYST_TRACE_CONTENT", "off")
    assert get_settings().trace_content == "off"
    monkeypatch.delenv("ANALYST_TRACE_CONTENT")
    assert get_settings().trace_content == "on"


def test_home_follows_xdg(monkeypatch, tmp_path):
    """Without ANALYST_HOME data goes below XDG_DATA_HOME, or below ~/.local/share when that is relative."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_home() == tmp_path / "data" / "analyst-flows"
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    assert default_home() == tmp_path / ".local" / "share" / "analyst-flows"


def test_home_is_made_private_and_lazily(monkeypatch, tmp_path):
    """Reading the settings makes no directory; asking for one makes it for this user only, parents too."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "a" / "b"))
    settings = get_settings()
    assert list(tmp_path.iterdir()) == []
    assert settings.results_dir == tmp_path / "a" / "b" / "results"
    for directory in (tmp_path / "a", tmp_path / "a" / "b", settings.results_dir):
        assert directory.stat().st_mode & 0o777 == 0o700


def test_a_home_that_changes_later_is_put_right(tmp_path):
    """A directory that was found to be usable is made private again, or made anew, when that is no longer so."""
    home = tmp_path / "home"
    assert private_directory(home) == home
    home.chmod(0o755)
    private_directory(home)
    assert home.stat().st_mode & 0o777 == 0o700
    home.rmdir()
    assert private_directory(home).is_dir()
    home.rmdir()
    home.write_text("")
    with pytest.raises(DataDirectoryError, match="file"):
        private_directory(home)


def test_relative_home_becomes_absolute(monkeypatch, tmp_path):
    """A relative ANALYST_HOME is fixed at the place where it was read, since children may run elsewhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANALYST_HOME", "here")
    assert get_settings().home == tmp_path / "here"


def test_unusable_home_is_explained(tmp_path):
    """A data directory that is a file is refused with the variable to set."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(DataDirectoryError, match="ANALYST_HOME"):
        _ = Settings(home=blocked).reports_dir


def test_no_dotenv_is_read(monkeypatch, tmp_path):
    """A `.env` in the working directory changes nothing."""
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("ANALYST_MODEL=openai:other\n")
    assert get_settings().model is None


def test_store_is_sqlite_in_home_by_default(tmp_path):
    """The store is a file in the data directory unless a URL names another."""
    assert Settings(home=tmp_path).store == f"sqlite:///{tmp_path}/store.db"
    assert Settings(home=tmp_path, store_url="postgresql://x/y").store == "postgresql://x/y"


def test_unknown_time_zone_is_refused(monkeypatch):
    """A schedule in a time zone that does not exist would never be what was meant."""
    monkeypatch.setenv("ANALYST_SCHEDULE_TIMEZONE", "Mars/Olympus")
    with pytest.raises(ValidationError, match="IANA"):
        get_settings()


@pytest.mark.parametrize(
    "bad", ["0 7 * *", "0 0 7 * * *", "@daily", "0 25 * * *", "a b c d e", "R 7 * * *", "0 7 30 2 *", "*/0 * * * *"]
)
def test_a_cron_expression_that_plans_nothing_is_refused(monkeypatch, bad):
    """A cron text without five fields, out of range, random or never due is refused; its error names the field."""
    monkeypatch.setenv("ANALYST_SCHEDULE_CRON", bad)
    with pytest.raises(ValidationError, match=r"schedule_cron\n.*cron expression"):
        get_settings()


@pytest.mark.parametrize("good", ["*/5 6-18 1,15 * *", "0 7 * JAN-mar Mon", "0 7 L * *", "0 0 29 2 *", "0 7 * * 5#3"])
def test_cron_expressions_of_prefect_are_taken(monkeypatch, good):
    """Whatever Prefect plans runs by is taken as it is."""
    from prefect.client.schemas.schedules import CronSchedule

    monkeypatch.setenv("ANALYST_SCHEDULE_CRON", good)
    assert CronSchedule(cron=get_settings().schedule_cron).cron == good


def test_what_is_no_data_set_name_is_refused(monkeypatch):
    """An expected data set that no event could name is refused, and the error names the variable's field."""
    monkeypatch.setenv("ANALYST_EXPECTED_DATASET", "---")
    with pytest.raises(ValidationError, match=r"expected_dataset\n.*is not a data set name"):
        get_settings()


def test_empty_variables_count_as_unset(monkeypatch):
    """An empty variable, as shells and CI systems leave them, means the default."""
    monkeypatch.setenv("ANALYST_MODEL", "")
    assert get_settings().model is None


def test_every_setting_is_described():
    """Each field has a description for documentation and errors."""
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
