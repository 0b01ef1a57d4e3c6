"""Rules of the house that no single package can keep."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata, version
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from benchmarks.mutation.score import AREAS

ROOT = Path(__file__).parents[2]
PACKAGES = ("agents", "analytics", "cache_policies", "deployments", "flows", "runtime", "tasks")
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w, -]+\])?==(\S+?)(?: ;.*?)? \\$", re.MULTILINE)


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def lock():
    return (ROOT / "requirements.lock").read_text()


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_ours(package):
    """Every package is imported from this project: `agents`, for one, is also another distribution's import name."""
    module = __import__(package)
    assert Path(module.__file__).is_relative_to(ROOT)


def test_every_command_is_documented():
    """README.md or docs/ mention every command of `analyst`."""
    from deployments.cli import make_app

    pages = [ROOT / "README.md", *(ROOT / "docs").glob("**/*.md")]
    text = "\n".join(page.read_text() for page in pages if page.exists())
    commands = [name for name in make_app() if not name.startswith("-")]
    assert commands
    assert [name for name in commands if f"analyst {name}" not in text] == []


def test_every_setting_is_documented():
    """README.md or docs/ mention every ANALYST_ variable."""
    from runtime.settings import Settings

    pages = [ROOT / "README.md", *(ROOT / "docs").glob("**/*.md")]
    text = "\n".join(page.read_text() for page in pages if page.exists())
    assert [name for name in (f"ANALYST_{field.upper()}" for field in Settings.model_fields) if name not in text] == []


def test_command_line_imports_nothing_heavy():
    """`analyst --help` loads neither Prefect nor pandas nor Pydantic AI, so that it answers at once."""
    script = (
        "import sys; from deployments.cli import run; run(['--help'])\n"
        "heavy = {'prefect', 'pandas', 'numpy', 'pydantic_ai', 'openai', 'pydantic', 'duckdb', 'scipy', 'httpx'}\n"
        "sys.exit(' '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "analyze" in done.stdout


def test_lock_names_no_host(lock):
    """The lock says what to install, not where from: no URL, no index option, no local path."""
    assert (
        re.findall(r"\w+:/{2,3}\S*|--(?:index|extra-index|find-links|trusted)\S*|^-[ef]\b.*", lock, re.MULTILINE) == []
    )


def test_lock_has_a_hash_for_everything(lock):
    """Every locked version has at least one hash."""
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert len(entries) > 50
    assert [
        entry.splitlines()[0] for entry in entries if not LOCKED.match(entry) or "--hash=sha256:" not in entry
    ] == []


UNLOCKED = ("logfire", "mysql", "s3", "gs", "az")
"""Extras that the lock leaves out: a plugin that each process with a Pydantic model would import, and drivers of data
sources that few need, which bring dozens of packages."""


def test_lock_fits_pyproject(lock, project):
    """Every requirement of pyproject.toml is locked, to a version in its range, but those of `UNLOCKED`."""
    locked: dict[str, set[str]] = {}
    for name, locked_version in LOCKED.findall(lock):
        locked.setdefault(canonicalize_name(name), set()).add(locked_version)
    wanted = [
        *project["project"]["dependencies"],
        *chain.from_iterable(
            of for extra, of in project["project"]["optional-dependencies"].items() if extra not in UNLOCKED
        ),
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],
    ]
    wrong = []
    for requirement in map(Requirement, wanted):
        versions = locked.get(canonicalize_name(requirement.name), set())
        if not versions or not all(requirement.specifier.contains(each) for each in versions):
            wrong.append((str(requirement), versions))
    assert wrong == []


def test_lock_is_what_is_tested(lock):
    """The frameworks that the tests run on are the locked ones."""
    locked = dict(LOCKED.findall(lock))
    for name in ("prefect", "pydantic-ai-slim", "fastapi", "openai", "pydantic"):
        assert locked[name] == version(name)


def test_lock_has_no_pre_release(lock):
    """No locked version is an alpha, a beta, a release candidate or a development version.

    Parts of OpenTelemetry's SDK have nothing else: each stable release of the SDK requires their betas.
    """
    found = [(name, locked) for name, locked in LOCKED.findall(lock) if Version(locked).is_prerelease]
    assert [each for each in found if not each[0].startswith("opentelemetry-")] == []


def test_licences_of_dependencies(lock):
    """Every installed dependency states its licence, and none may be used under the GPL or AGPL alone."""
    wrong = []
    for name, _ in LOCKED.findall(lock):
        try:
            about = metadata(name)
        except PackageNotFoundError:  # for another platform or Python
            continue
        classifiers = [one for one in about.get_all("Classifier", []) if one.startswith("License ::")]
        stated = [one for one in (about.get("License-Expression"), about.get("License"), *classifiers) if one]
        if not stated or all(re.search(r"\bA?GPL|Affero|GNU General", one) for one in stated):
            wrong.append((name, stated))
    assert wrong == []


def test_licence_is_here(project):
    """The licence that pyproject.toml names is in the repository."""
    assert project["project"]["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in (ROOT / "LICENSE").read_text()


def test_the_image_holds_every_package():
    """Each package is copied into the image, and the build may see it."""
    assert [
        package for package in PACKAGES if f"COPY {package} {package}" not in (ROOT / "Dockerfile").read_text()
    ] == []
    assert {f"!{package}" for package in PACKAGES} <= set((ROOT / ".dockerignore").read_text().splitlines())


@pytest.mark.parametrize("area", AREAS)
def test_mutants_are_put_into_files_that_are_there(area: str) -> None:
    """`make mutate` finds the files and the tests of each area, also after they have moved."""
    patterns, tests = AREAS[area]
    assert [pattern for pattern in patterns if not any(ROOT.glob(pattern))] == []
    assert [name for name in tests if not (ROOT / "tests" / name).exists()] == []


@pytest.mark.xdist_group("together")
def test_tests_of_a_group_run_in_one_worker(request: pytest.FixtureRequest) -> None:
    """Workers know the groups of tests: without them each would make anew what the tests of a group share."""
    in_worker = "PYTEST_XDIST_WORKER" in os.environ
    assert request.node.nodeid.endswith("@together") == in_worker
