"""The image of a work pool, without Docker: what the Dockerfile builds and checks, in a virtual environment.

What a container adds is not tried here: the base image, the user, the volume and the network.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.scale


def _run(*command: str | Path, cwd: Path, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel of what the Dockerfile copies, and with the dependencies of this one."""
    source, environment = tmp_path_factory.mktemp("src"), tmp_path_factory.mktemp("opt")
    for line in re.findall(r"^COPY (?!--from)(.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE):
        *names, target = line.split()
        for name in names:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, source / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, source / target)
    _run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        source / "dist",
        ".",
        cwd=source,
    )
    (wheel,) = (source / "dist").glob("analyst_flows-*.whl")
    _run(sys.executable, "-m", "venv", environment, cwd=source)
    python = environment / "bin" / "python"
    _run(python, "-m", "pip", "install", "--no-deps", "--no-index", wheel, cwd=source)
    (packages,) = (environment / "lib").glob("python*/site-packages")
    # It is searched last, and its own .pth files, such as that of this checkout, are not read.
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return python


@pytest.fixture
def own_flows(tmp_path: Path) -> Path:
    """A directory of a user with a flow of their own in a folder `flows`."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "nightly.py").write_text(
        "from prefect import flow\n\n\n@flow\ndef nightly() -> str:\n    return 'mine'\n"
    )
    return tmp_path


def test_the_image_runs_the_collection(image: Path, own_flows: Path) -> None:
    """The wheel holds all that an analysis reads: in the image, `analyst analyze` makes a whole report."""
    (own_flows / "sales.csv").write_text("day,sales\n" + "".join(f"2024-01-{n:02d},{n * 10}\n" for n in range(1, 29)))
    home = {"ANALYST_HOME": str(own_flows / "data"), "PREFECT_HOME": str(own_flows / "prefect")}
    said = _run(
        image.parent / "analyst",
        "analyze",
        "sales.csv",
        "--model",
        "offline",
        "--json",
        cwd=own_flows,
        PREFECT_API_URL="",
        **home,
    )
    assert list((own_flows / "data" / "reports").glob("*/report.html")), said


def test_both_are_entrypoints(image: Path, own_flows: Path) -> None:
    """A worker in the image finds the flows of the collection and those of the user by their module names."""
    code = (
        "import json; from prefect.flows import load_flow_from_entrypoint as load\n"
        "names = ['flows.analysis.analyze_and_report', 'flows.nightly.nightly']\n"
        "print(json.dumps([load(name, use_placeholder_flow=False).name for name in names]))"
    )
    assert json.loads(_run(image, "-c", code, cwd=own_flows)) == ["analyze-and-report", "nightly"]


def test_its_health_check_passes(image: Path, prefect_server: str, tmp_path: Path) -> None:
    """The Dockerfile's health check passes where a Prefect server and a store are there."""
    (words,) = re.findall(
        r"^HEALTHCHECK .*? CMD (\[.*?\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE | re.DOTALL
    )
    python, *arguments = json.loads(words.replace("\\\n", ""))
    assert python == "python"
    _run(image, *arguments, cwd=tmp_path, PREFECT_API_URL=prefect_server, ANALYST_HOME=str(tmp_path / "data"))
