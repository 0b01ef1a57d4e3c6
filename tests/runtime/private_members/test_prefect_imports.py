"""Prefect's import, made cheaper, is the same import."""

import json
import string
import subprocess
import sys

from prefect.logging import configuration
from prefect.settings import get_current_settings

from runtime.private_members.prefect_imports import _Settings

_SHOW = """
import json, logging, os, sys
from runtime.private_members.prefect_imports import import_prefect
if "cheaper" in sys.argv:
    import_prefect()
import prefect.main
from httpx import create_ssl_context
from httpx._transports import default
from prefect.blocks import webhook
from prefect.logging import configuration
from prefect.settings import get_current_settings

of = lambda transport: transport._pool._ssl_context
json.dump({
    "logging": repr(configuration.PROCESS_LOGGING_CONFIG),
    "mended": configuration.get_current_settings is get_current_settings,
    "mended, too": default.create_ssl_context is create_ssl_context,
    "shared": of(webhook._http_transport) is of(webhook._safe_http_transport),
    "checks": [of(t).verify_mode.name for t in (webhook._http_transport, webhook._insecure_http_transport)],
}, sys.stdout)
"""


def _import(*how: str) -> dict[str, object]:
    done = subprocess.run([sys.executable, "-c", _SHOW, *how], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_import_prefect() -> None:
    """The log configuration is as without it, certificates are read once; Prefect and httpx are left as they were."""
    plain, cheaper = _import(), _import("cheaper")
    assert (plain.pop("shared"), cheaper.pop("shared")) == (False, True)
    assert cheaper == plain
    assert cheaper["checks"] == ["CERT_REQUIRED", "CERT_NONE"]


def test_variables_of_logging() -> None:
    """All that Prefect's log configuration names is there without writing out all settings, with the same values."""
    settings = get_current_settings()
    variables = _Settings(settings).to_environment_variables(include_aliases=True)
    every = settings.to_environment_variables(include_aliases=True)
    assert {name: every[name] for name in variables} == dict(variables)
    named = string.Template(configuration.DEFAULT_LOGGING_SETTINGS_PATH.read_text()).get_identifiers()
    assert named
    assert set(named) <= set(variables)


def test_variables_of_others() -> None:
    """A log configuration of the user's may name any other setting."""
    settings = get_current_settings()
    variables = _Settings(settings).to_environment_variables(include_aliases=True)
    every = settings.to_environment_variables(include_aliases=True)
    assert string.Template("$PREFECT_HOME").substitute(variables) == every["PREFECT_HOME"]
