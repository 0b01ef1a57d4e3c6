"""Private members of Prefect and httpx that make Prefect's import cheaper, which every command waits for."""

import ssl
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import Any


def import_prefect() -> None:
    """Import Prefect with less work, unless it is imported. Prefect and httpx are unchanged afterwards.

    Uses the name `create_ssl_context` in `httpx._transports.default`: Prefect's block for web hooks makes transports
    when it is imported, each of which reads the certificates, 15 ms for each. They share what they read. Uses the name
    `get_current_settings` in `prefect.logging.configuration`, which writes out all settings to fill in a few of them:
    40 ms. The others are written out only where a user's own configuration names one. Missing: an import of Prefect
    that makes no transports, and a log configuration that is filled in from what it names.
    """
    if "prefect" in sys.modules:
        return
    from httpx import create_ssl_context
    from httpx._transports import default as transports

    with _replaced(transports, "create_ssl_context", _sharing(create_ssl_context)):
        from prefect.logging import configuration
        from prefect.settings import get_current_settings
    with _replaced(configuration, "get_current_settings", lambda: _Settings(get_current_settings())):
        import prefect.main  # noqa: F401 # pyright: ignore[reportUnusedImport]


@contextmanager
def _replaced(module: Any, name: str, value: Any) -> Generator[None]:
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


def _sharing(create: Any) -> Any:
    shared = cache(create)

    def create_or_share(verify: Any = True, cert: Any = None, trust_env: bool = True) -> ssl.SSLContext:
        return (shared if verify is True and cert is None else create)(verify=verify, cert=cert, trust_env=trust_env)

    return create_or_share


class _Settings:
    """Settings of Prefect for its log configuration, as variables of the environment."""

    def __init__(self, settings: Any) -> None:
        self._settings = settings

    def to_environment_variables(self, *, include_aliases: bool) -> dict[str, str]:
        """Return the variables; those that are not about logging once one of them is asked for."""
        return _Variables(self._settings, include_aliases=include_aliases)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settings, name)


class _Variables(dict[str, str]):
    def __init__(self, settings: Any, *, include_aliases: bool) -> None:
        super().__init__(PREFECT_SERVER_LOGGING_LEVEL=settings.server.logging_level)
        for group in (settings.logging, settings.internal):
            self.update(group.to_environment_variables(include_aliases=include_aliases))
        self._all = lambda: settings.to_environment_variables(include_aliases=include_aliases)

    def __missing__(self, name: str) -> str:
        return self._all()[name]
