"""Beside a folder of the user's own with the name of one of our packages: what docs/beside-your-flows.md says works."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
EXTEND = "from pkgutil import extend_path\n\n__path__ = extend_path(__path__, __name__)\n"


@pytest.fixture
def project(tmp_path):
    """A directory of a user with folders `flows` and `tasks`, each with one module."""
    for folder in ("flows", "tasks"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "nightly.py").write_text(f"name = 'my own {folder}'\n")
    return tmp_path


def python(directory, *arguments, **environment):
    """Run Python in a directory, as a user does; the environment holds no path of the tests."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=directory,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.scale
def test_a_folder_without_init_is_shared(project):
    """If the user's folder has no `__init__.py`, both its modules and ours are imported in one process."""
    code = "from flows import nightly; import flows.shared.progress, tasks.text, tasks.nightly; print(nightly.name)"
    done = python(project, "-c", code)
    assert (done.stdout, done.returncode) == ("my own flows\n", 0), done.stderr


@pytest.mark.scale
def test_a_folder_with_init_is_shared_by_two_lines(project):
    """With the two lines in the user's `__init__.py`, both its modules and ours are imported in one process."""
    for folder in ("flows", "tasks"):
        (project / folder / "__init__.py").write_text(EXTEND)
    code = "import flows.shared.progress, tasks.text, tasks.nightly; from flows import nightly; print(nightly.name)"
    done = python(project, "-c", code)
    assert (done.stdout, done.returncode) == ("my own flows\n", 0), done.stderr


def test_the_folder_that_hides_ours_is_named(project):
    """With an `__init__.py` of the user's, importing our flows says in one line which folder is in the way."""
    init = project / "tasks" / "__init__.py"
    init.write_text("")
    done = python(project, "-c", "from flows import analyze_and_report")
    assert done.stderr.splitlines()[-1].endswith(
        f"HiddenPackageError: {init} hides the package 'tasks' of analyst-flows: see docs/beside-your-flows.md"
    )


@pytest.mark.parametrize("command", [pytest.param(["doctor"], marks=pytest.mark.scale), ["triage", "tickets.csv"]])
def test_commands_name_the_folder(command, project):
    """`analyst doctor`, and a command that needs our flows, name the folder that hides ours."""
    (project / "flows" / "__init__.py").write_text("")
    (project / "tickets.csv").write_text("id,text\n1,Nothing works\n")
    home = str(project / "home")
    done = python(project, "-c", "from deployments.cli import main; main()", *command, ANALYST_HOME=home)
    assert done.returncode
    said = [line for line in (done.stdout + done.stderr).splitlines() if "hides the package 'flows'" in line]
    assert len(said) == 1, done.stdout + done.stderr
    assert str(project / "flows" / "__init__.py") in said[0]


def test_the_command_works_in_such_a_directory(project):
    """The installed command `analyst` does not look into the directory in which it is started."""
    for folder in ("flows", "tasks"):
        (project / folder / "__init__.py").write_text("")
    program = Path(sysconfig.get_path("scripts")) / "analyst"
    done = python(project, str(program), "runs", "--json", ANALYST_HOME=str(project / "home"))
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr


@pytest.mark.scale
def test_a_deployment_is_called_from_there(project, prefect_server):
    """`run_deployment` starts a run of ours from a process that imports nothing of ours."""
    (project / "flows" / "__init__.py").write_text("")
    from prefect.client.orchestration import get_client

    from deployments.catalog import catalog
    from deployments.service.registry import apply

    with get_client(sync_client=True) as client:
        deployment = apply(client, catalog()[0])
        code = (
            "import sys; from prefect.deployments import run_deployment; import flows.nightly\n"
            "run = run_deployment('analyze-and-report/analyze-dataset', parameters={'dataset': '/d.csv'}, timeout=0)\n"
            "print(run.deployment_id, run.state_type.value, 'flows.analysis' in sys.modules)"
        )
        done = python(project, "-c", code, PREFECT_API_URL=prefect_server)
        assert done.stdout == f"{deployment} SCHEDULED False\n", done.stderr
        client.delete_deployment(deployment)
