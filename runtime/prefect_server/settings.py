"""Prefect settings that this project needs, as defaults below everything the user has set.

Prefect reads its settings while it is imported, from (highest first) environment variables, `.env`, `prefect.toml`,
`pyproject.toml` and the active profile. Our defaults can only go in as environment variables, which would win over
all the others; so each is left out when any of those sources sets it. The sources are read here with the standard
library, because importing Prefect to ask it would already fix the settings.
"""

import logging
import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, cast

from runtime.files.private_files import keep_private
from runtime.settings import get_settings
from runtime.texts.safe_text import clean_logs


@dataclass(frozen=True)
class _Default:
    """A Prefect setting: its path in TOML files, its value, and its older names."""

    path: str
    value: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names as an environment variable, the current one first."""
        return ("PREFECT_" + self.path.replace(".", "_").upper(), *self.aliases)


def defaults() -> list[_Default]:
    """Return our Prefect settings. No directory is made."""
    settings = get_settings()
    recorder, persister = "server.services.task_run_recorder", "server.services.event_persister"
    return [
        # The embedded server gives up after 20 s otherwise, which a first start on a busy machine needs.
        _Default("server.ephemeral.startup_timeout_seconds", str(int(settings.server_start_timeout))),
        # Otherwise every start of a server waits for an answer from the internet.
        _Default("server.analytics_enabled", "false"),
        _Default("results.local_storage_path", str(settings.home / "results"), ("PREFECT_LOCAL_STORAGE_PATH",)),
        # JSON can be read by people, by other versions and without running anything; pickle cannot.
        _Default("results.default_serializer", "json"),
        # One commit for each task event otherwise: slow, and unfinished when a short-lived server stops.
        _Default(f"{recorder}.batch_size", "100", ("PREFECT_API_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE",)),
        _Default(f"{recorder}.flush_interval", "1"),
        _Default(f"{persister}.batch_size", "100", ("PREFECT_API_SERVICES_EVENT_PERSISTER_BATCH_SIZE",)),
        _Default(
            f"{persister}.flush_interval",
            "0.25",
            ("PREFECT_API_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL",),
        ),
        # A server that is stopped right after a run logs tracebacks about work that it does while it ends.
        _Default("server.logging_level", "CRITICAL", ("PREFECT_LOGGING_SERVER_LEVEL",)),
    ]


_QUIET = [
    _Default("logging.handlers.console.level", "CRITICAL"),
    # Messages of Prefect's background services about a lost server; the run itself reports it once.
    _Default("internal.logging_level", "CRITICAL", ("PREFECT_LOGGING_INTERNAL_LEVEL",)),
]
"""Our own display shows steps, failures and retries; every log line still goes to the server."""


def apply_prefect_settings(*, quiet: bool = False) -> None:
    """Set our Prefect defaults for this process and its children, and make the files that they write private.

    Calling it again changes nothing. Called before Prefect is imported; when it was imported earlier, its global
    settings are read again, which reaches everything but a block of code inside Prefect's own `temporary_settings`.

    Args:
        quiet: Keep Prefect's log lines off the console.
    """
    keep_private()
    get_settings().close_directories()
    user = _user_settings()
    changed = False
    for default in [*defaults(), *(_QUIET if quiet else [])]:
        if not any(name in user for name in default.names) and _at(_toml_tables(), default.path) is None:
            os.environ[default.names[0]] = default.value
            changed = True
    clean_logs()
    # It warns whenever a process ends with unsent events, which it then sends: nothing to act on.
    logging.getLogger("EventsWorker").setLevel(logging.ERROR)
    if changed and "prefect.context" in sys.modules:
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()


def user_prefect_setting(path: str) -> str | None:
    """Return the user's value of a Prefect setting, without importing Prefect.

    Args:
        path: The setting as it is nested in `prefect.toml`, such as `api.url`.

    Returns:
        The value as text from the source that wins in Prefect, or None when no source sets it.
    """
    name = "PREFECT_" + path.replace(".", "_").upper()
    for source in (_environment(), _dotenv()):
        if name in source:
            return source[name]
    found = _at(_toml_tables(), path)
    return _profile().get(name) if found is None else str(found)


def _user_settings() -> set[str]:
    return {*_environment(), *_dotenv(), *_profile()}


def _environment() -> dict[str, str]:
    # Prefect takes names in any case, and an empty value as not set.
    return {name.upper(): value for name, value in os.environ.items() if value and name.upper().startswith("PREFECT_")}


def _dotenv() -> dict[str, str]:
    if not Path(".env").is_file():
        return {}
    from dotenv import dotenv_values  # a dependency of Prefect and pydantic-settings

    return {name.upper(): value for name, value in dotenv_values(".env").items() if value}


def _toml_tables() -> list[Mapping[str, Any]]:
    return [_toml(Path("prefect.toml")), _at([_toml(Path("pyproject.toml"))], "tool.prefect") or {}]


def _profile() -> dict[str, str]:
    """Return the settings of the active profile, found as Prefect finds it."""
    profiles = _toml(_profiles_path())
    active = os.environ.get("PREFECT_PROFILE") or profiles.get("active")
    return {name.upper(): str(value) for name, value in (_at([profiles], f"profiles.{active}") or {}).items()}


def _profiles_path() -> Path:
    named = _environment().get("PREFECT_PROFILES_PATH") or _dotenv().get("PREFECT_PROFILES_PATH")
    if path := named or _at(_toml_tables(), "profiles_path"):
        return Path(path)
    home = os.environ.get("PREFECT_HOME")
    return (Path(home) if home else Path.home() / ".prefect") / "profiles.toml"


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # missing or unreadable: Prefect itself says so when it matters
        return {}


def _at(tables: list[Mapping[str, Any]], path: str) -> Any:
    """Return the value at a dotted path in the first table that has it."""

    def step(value: object, key: str) -> object:
        return cast("Mapping[str, object]", value).get(key) if isinstance(value, Mapping) else None

    return next((found for table in tables if (found := reduce(step, path.split("."), table)) is not None), None)
