"""Written files are private from their first byte, and appear when they are whole."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from runtime.files.output_files import make_directory, write_output
from runtime.files.private_files import replacing, write_private
from runtime.settings import get_settings

OPEN_UMASK = 0o022
"""The usual umask, under which everybody may read what a process writes."""


def modes(root: Path) -> dict[str, int]:
    """Permissions of everything in a directory and of itself, by path."""
    return {path.relative_to(root).as_posix(): path.stat().st_mode & 0o777 for path in [root, *root.rglob("*")]}


def open_to_others(root: Path) -> dict[str, str]:
    """Files for which group or others have any permission."""
    return {name: oct(mode) for name, mode in modes(root).items() if mode & 0o077}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A data directory, in a process whose user has the usual umask."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("_ANALYST_USER_UMASK", f"{OPEN_UMASK:o}")
    get_settings.cache_clear()
    yield tmp_path / "home"
    get_settings.cache_clear()


def test_private_writes_are_private_while_they_are_written(tmp_path, monkeypatch):
    """No other user can read a private file or its directory, not even before it has its name."""
    seen, write = [], os.write

    def looking(descriptor, content):
        seen.append(modes(tmp_path / "a"))
        return write(descriptor, content)

    monkeypatch.setattr(os, "write", looking)
    before = os.umask(OPEN_UMASK)
    try:
        write_private(str(tmp_path / "a" / "b"), b"content")
        with replacing(tmp_path / "a" / "c") as unfinished:
            seen.append(modes(tmp_path / "a"))
            unfinished.write_bytes(b"content")
    finally:
        os.umask(before)
    assert [len(one) for one in seen] == [2, 3]
    assert {mode & 0o077 for one in seen for mode in one.values()} == {0}
    assert (tmp_path / "a" / "b").read_bytes() == (tmp_path / "a" / "c").read_bytes() == b"content"


def test_failed_write_changes_nothing(tmp_path):
    """When a block that writes fails, the old file stays and nothing is left beside it."""
    path = tmp_path / "file"
    write_private(str(path), b"old")

    def fail() -> None:
        with replacing(path) as unfinished:
            unfinished.write_bytes(b"new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_outputs_elsewhere_have_the_users_permissions(home, tmp_path):
    """A report in a directory that the user names is readable as the user's umask says; one in `home` is private."""
    for directory in (tmp_path / "out" / "inner", home / "reports" / "inner"):
        make_directory(directory)
        write_output(directory / "report.html", b"report")
    assert modes(tmp_path / "out") == {".": 0o755, "inner": 0o755, "inner/report.html": 0o644}
    assert open_to_others(home) == {}


def test_a_directory_in_the_place_of_a_file_is_an_error(tmp_path):
    """A path that is a file cannot become a directory, which is said."""
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        make_directory(tmp_path / "file")


def _environment() -> dict[str, str]:
    """The environment without what the tests' own process has set."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "_ANALYST"))}


STORING = textwrap.dedent("""
    import {package}
    from prefect import flow, task
    from prefect.settings import PREFECT_LOCAL_STORAGE_PATH
    @task(persist_result=True)
    def step(): return "content"
    @flow
    def work(): return step()
    work()
    from pathlib import Path
    Path(PREFECT_LOCAL_STORAGE_PATH.value(), "by-the-user").write_text("content")
""")


@pytest.mark.parametrize("package", ["agents", pytest.param("flows", marks=pytest.mark.scale)])
def test_what_prefect_stores_is_private(package, prefect_server, tmp_path):
    """Prefect's own storage, in a script that imports ours, writes privately, also into directories that were open."""
    home = tmp_path / "home"
    (home / "results").mkdir(parents=True)
    for directory in (home, home / "results"):
        directory.chmod(0o755)
    environment = {
        **_environment(),
        "PREFECT_API_URL": prefect_server,
        "PREFECT_HOME": str(tmp_path),
        "ANALYST_HOME": str(home),
    }
    subprocess.run(
        [sys.executable, "-c", STORING.format(package=package)], env=environment, umask=OPEN_UMASK, check=True
    )
    assert len(modes(home)) >= 4
    assert open_to_others(home) == {}


@pytest.mark.scale
def test_a_whole_analysis_is_private(tmp_path):
    """Results, snapshots, the store and the embedded server's database are private, a report in `--out` is not."""
    home, prefect_home = tmp_path / "home", tmp_path / "prefect"
    home.mkdir()
    prefect_home.mkdir()
    (prefect_home / "prefect.db").touch()
    for path in (home, prefect_home / "prefect.db"):
        path.chmod(0o755)
    (tmp_path / "sales.csv").write_text("day,amount\n" + "".join(f"2025-01-{n:02d},{n}\n" for n in range(1, 29)))
    environment = {**_environment(), "ANALYST_HOME": str(home), "PREFECT_HOME": str(prefect_home)}
    command = [
        sys.executable,
        "-c",
        "from deployments.cli import main; main()",
        "analyze",
        str(tmp_path / "sales.csv"),
        "--model",
        "offline",
    ]
    for more in ([], ["--out", str(tmp_path / "out")]):
        subprocess.run([*command, *more], env=environment, umask=OPEN_UMASK, check=True, capture_output=True)
    assert {"store.db", "results", "datasets", "reports"} <= modes(home).keys()
    assert open_to_others(home) == {}
    assert modes(prefect_home)["prefect.db"] == 0o600
    assert open_to_others(prefect_home).keys() <= {"."}
    assert modes(tmp_path / "out")["report.html"] == 0o644
