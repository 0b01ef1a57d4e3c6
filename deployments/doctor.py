"""Checks of the installation and its surroundings, each with advice."""

import os
import platform
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from runtime.texts.redaction import masked

Status = Literal["ok", "warning", "broken"]


class Diagnosis(BaseModel):
    """Result of one check."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    name: str
    """Name of the check."""
    status: Status
    """`ok`; `warning`: something is missing, but runs work; `broken`: runs will fail."""
    found: str
    """Short description of what was found."""
    advice: str = ""
    """Advice; empty when all is well."""


def examine() -> Iterator[Diagnosis]:
    """Run all checks, the most important first. A check that raises an error counts as broken."""
    checks: list[tuple[str, Callable[[], Diagnosis]]] = [
        ("Python", _python),
        ("Packages", _packages),
        ("Imports", _imports),
        ("Data directory", _data_directory),
        ("Results", _results),
        ("Model", _model),
        ("Prefect", _prefect),
        ("Charts", _charts),
        ("PDF", _pdf),
    ]
    for name, check in checks:
        try:
            found = check()
        except Exception as error:  # noqa: BLE001 - see above
            found = Diagnosis(
                name=name,
                status="broken",
                found=f"{type(error).__name__}: {error}",
                advice="Install the project again from requirements.lock.",
            )
        # Addresses in settings and answers of servers may hold keys.
        yield found.model_copy(update={"found": masked(found.found), "advice": masked(found.advice)})


def _python() -> Diagnosis:
    # A Python that is too old for the project does not reach this line.
    return Diagnosis(name="Python", status="ok", found=f"{platform.python_version()} ({sys.executable})")


def _requirements() -> list[str]:
    try:
        return requires("analyst-flows") or []
    except PackageNotFoundError:
        # Run from a checkout that is not installed.
        text = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
        return tomllib.loads(text)["project"]["dependencies"]


def _packages() -> Diagnosis:
    from packaging.requirements import Requirement

    wrong: list[str] = []
    shown: list[str] = []
    for requirement in map(Requirement, _requirements()):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} is {found}, not {requirement.specifier}")
        if requirement.name in ("prefect", "pydantic-ai-slim"):
            shown.append(f"{requirement.name} {found}")
    if wrong:
        advice = (
            "Install the versions of requirements.lock: `make install`, or pip install --no-deps -r requirements.lock."
        )
        return Diagnosis(name="Packages", status="broken", found="; ".join(wrong), advice=advice)
    return Diagnosis(name="Packages", status="ok", found=", ".join(shown))


def _imports() -> Diagnosis:
    from runtime.own_packages import hidden_packages

    if hidden := hidden_packages():
        found = "; ".join(f"{where} hides the package {name!r}" for name, where in hidden.items())
        advice = "Rename the folder, or start from another directory: docs/beside-your-flows.md."
        return Diagnosis(name="Imports", status="broken", found=found, advice=advice)
    return Diagnosis(name="Imports", status="ok", found="all packages are those of analyst-flows")


def _data_directory() -> Diagnosis:
    from runtime.files.data_directory import DataDirectoryError
    from runtime.settings import get_settings

    try:
        directory = get_settings().results_dir.parent
    except DataDirectoryError as error:
        return Diagnosis(name="Data directory", status="broken", found=str(error), advice="Set ANALYST_HOME.")
    free = shutil.disk_usage(directory).free / 1e9
    found = f"{directory}, {free:.1f} GB free"
    if free < 1:
        return Diagnosis(name="Data directory", status="warning", found=found, advice="Make room, or set ANALYST_HOME.")
    return Diagnosis(name="Data directory", status="ok", found=found)


def _results() -> Diagnosis:
    from deployments.result_places import find_result_places
    from runtime.settings import get_settings

    places = find_result_places()
    shown = "; ".join([*places.shared, *places.private])
    unknown = f" Not known here: {'; '.join(places.unknown)}."
    if get_settings().results_key is not None:
        return Diagnosis(name="Results", status="ok", found=f"{shown}: sealed with ANALYST_RESULTS_KEY")
    if places.shared:
        advice = (
            "Whoever can write there can forge results. Set ANALYST_RESULTS_KEY to a secret of 16 characters or more, "
            "the same on all hosts."
        )
        return Diagnosis(
            name="Results", status="broken", found=f"{shown}: not sealed with a key.{unknown}", advice=advice
        )
    return Diagnosis(name="Results", status="ok", found=f"{shown}: for this user alone.{unknown}")


def _model() -> Diagnosis:
    from agents.models import ModelConfigurationError, choose_model, resolve_model_name

    name = resolve_model_name()
    if name == "offline":
        advice = "Set OPENAI_API_KEY, or ANALYST_MODEL=ollama:…, to have a language model."
        return Diagnosis(name="Model", status="ok", found="offline: rules, no language model", advice=advice)
    try:
        choose_model()
    except ModelConfigurationError as error:
        return Diagnosis(name="Model", status="broken", found=name, advice=str(error))
    if not name.startswith("openai"):
        return Diagnosis(name="Model", status="ok", found=f"{name} (not asked)")
    base = os.environ.get("OPENAI_BASE_URL") or "https://api.openai.com/v1"
    if reason := _unreachable(f"{base.rstrip('/')}/models"):
        advice = "Check OPENAI_BASE_URL and OPENAI_API_KEY, or use --model offline."
        return Diagnosis(name="Model", status="broken", found=f"{name}: {_host(base)} {reason}", advice=advice)
    return Diagnosis(name="Model", status="ok", found=f"{name}, {_host(base)} answers")


def _unreachable(url: str) -> str | None:
    """Diagnosis that a model server lists its models; return the problem in a few words, or `None`."""
    import httpx

    key = os.environ.get("OPENAI_API_KEY")
    try:
        answer = httpx.get(url, timeout=3, headers={"Authorization": f"Bearer {key}"} if key else {})
    except httpx.HTTPError as error:
        return f"does not answer ({str(error) or type(error).__name__})"
    if answer.status_code in (401, 403):
        return "refuses the key"
    # Not every compatible server lists its models. Any other answer shows that it runs.
    return f"answers with HTTP {answer.status_code}" if answer.status_code >= 500 else None


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).hostname or url  # a URL can hold a password


def _prefect() -> Diagnosis:
    from runtime.prefect_server.connection import configured_url
    from runtime.prefect_server.health import answers

    url = configured_url()
    if url is None:
        advice = "Enough for `analyst analyze`. Schedules and events need `prefect server start` and PREFECT_API_URL."
        return Diagnosis(name="Prefect", status="ok", found="embedded server", advice=advice)
    if reason := answers(url, timeout=3):
        advice = "Start it with `prefect server start`, correct PREFECT_API_URL, or unset it."
        return Diagnosis(name="Prefect", status="broken", found=f"{_host(url)}: {reason}", advice=advice)
    from prefect.client.orchestration import get_client

    from deployments.service.registry import lease_advice

    with get_client(sync_client=True) as client:
        advice = lease_advice(client)
    status: Status = "warning" if advice else "ok"
    return Diagnosis(name="Prefect", status=status, found=f"{_host(url)} answers", advice=advice or "")


def _charts() -> Diagnosis:
    from vl_convert import vegalite_to_svg

    drawn = vegalite_to_svg({"data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {"x": {"field": "a"}}})
    if "<svg" not in drawn:
        return Diagnosis(
            name="Charts", status="broken", found="no chart drawn", advice="Install vl-convert-python again."
        )
    return Diagnosis(name="Charts", status="ok", found=f"vl-convert {version('vl-convert-python')}")


def _pdf() -> Diagnosis:
    import typst

    # Text without a font is left out of the page silently, so the fonts are counted as well.
    fonts = typst.Fonts().families()
    page = typst.compile(b"Text")
    if not page.startswith(b"%PDF"):
        return Diagnosis(name="PDF", status="broken", found="no page set", advice="Install typst again.")
    if not fonts:
        return Diagnosis(name="PDF", status="broken", found="no fonts", advice="Install a font, such as DejaVu.")
    return Diagnosis(name="PDF", status="ok", found=f"typst {version('typst')}, {len(fonts)} font families")
