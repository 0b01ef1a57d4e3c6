"""`analyst undo`, `analyst deny --undo`, and the service that undoes what a process left."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.cli import run as command
from deployments.recovery.undoing import Undoing
from runtime.approvals.requests import ask, list_approvals
from runtime.effects import logged_effects, perform
from tests.deployments.commands.runs.test_approvals import wanted
from tests.runtime.effects.helpers import ended_process
from tests.runtime.stored_runs import add_run, read_run
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("own_home")

SHOP = """
from pathlib import Path
from prefect import flow
from runtime.effects import Undo

def put_back(item: str, key: str) -> None:
    with Path("shelf").open("a") as file:
        file.write(item + "\\n")

putting_back = Undo(put_back)

@flow
def sell() -> None:
    pass
"""


@pytest.fixture(scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a flow whose effects can be undone; one, since its functions are known by their file."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "small_shop.py").write_text(SHOP)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
    sys.modules.pop("small_shop", None)


@pytest.fixture
def shop(_folder: Path) -> Path:
    """The folder, with an empty shelf."""
    (_folder / "shelf").unlink(missing_ok=True)
    return _folder


def sold(shop: Path, **columns) -> str:
    """A run that has sold two things, and about a third nobody knows."""
    import small_shop  # pyright: ignore[reportMissingImports] - the fixture has written it

    flow = {"entrypoint": "small_shop.sell", "directory": str(shop), "import_root": str(shop), "pid": ended_process()}
    run = add_run(**{"state": "failed"} | flow | columns)
    for item in ("cup", "jug"):
        perform("sell", item, lambda key, item=item: item, scope=run, undo=small_shop.putting_back)

    def killed(key: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        perform("sell", "pot", killed, scope=run, undo=small_shop.putting_back)
    return run


def shelf(shop: Path) -> list[str]:
    return (shop / "shelf").read_text().split() if (shop / "shelf").exists() else []


def test_a_run_is_undone_newest_first_and_what_is_unknown_is_listed(shop, capsys):
    """A dry run undoes nothing; what is left makes the exit code 3; a second time there is nothing to do."""
    run = sold(shop)
    assert command(["undo", run[:8], "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "Would be undone by small_shop.put_back: sell (jug)." in said
    assert shelf(shop) == []
    for told in ("Undone", "Undone before"):
        assert command(["undo", run[:8]]) == 3
        said = capsys.readouterr().out
        assert said.splitlines() == [
            "Unknown, look yourself: sell: it may have happened.",
            f"{told}: sell.",
            f"{told}: sell.",
        ]
        assert shelf(shop) == ["jug", "cup"]
    assert command(["undo", run[:8], "--json"]) == 3
    assert [one["state"] for one in json.loads(capsys.readouterr().out)] == ["unknown", "undone", "undone"]


def test_what_cannot_be_undone_is_refused_in_a_line(shop, capsys):
    """A run under way, a flow that is not found, and a run that is not known; a run without effects is none."""
    assert command(["undo", sold(shop, state="running", pid=read_run(add_run()).pid)]) == 2
    assert "works on run" in capsys.readouterr().err
    assert command(["undo", sold(shop, entrypoint="small_shop.gone")]) == 2
    assert "cannot be loaded" in capsys.readouterr().err
    assert command(["undo", sold(shop, entrypoint=None, script="shop.py:sell")]) == 2
    assert "--entrypoint shop.py:sell" in capsys.readouterr().err
    assert command(["undo", "zz"]) == 2
    assert command(["undo", add_run()]) == 0
    assert shelf(shop) == []


def test_denying_a_run_undoes_it(shop, capsys):
    """All its calls are denied, the run ends as cancelled, and what it has done is undone."""
    run = sold(shop, state="waiting for approval")
    ask([wanted(run, 1), wanted(run, 2)])
    assert command(["deny", run[:8], "--undo", "--call", "1"]) == 2
    assert command(["deny", run[:8], "--undo", "--note", "Too dear."]) == 3  # one is unknown
    assert "Denied: 2 calls." in capsys.readouterr().out
    assert {one.state for one in list_approvals(run, waiting=False)} == {"denied"}
    assert (read_run(run).state, shelf(shop)) == ("cancelled", ["jug", "cup"])
    assert command(["deny", run[:8], "--undo"]) == 2


@pytest.mark.scale
def test_the_service_undoes_what_a_killed_process_left(shop):
    """A process of its own imports the flow and undoes, once; a run of no deployment is left to people."""
    run, _ = sold(shop, deployment="daily"), sold(shop)
    said: list[str] = []
    undoing = Undoing({"daily"}, said.append)

    def ended() -> bool:
        undoing.look()
        return len(said) == 2

    until(ended, "it is undone")
    assert (said[1].partition(":")[0], shelf(shop)) == (
        f"Not all that run {run[:8]} has done is undone",
        ["jug", "cup"],
    )
    assert [one.state for one in logged_effects(run)] == ["unknown", "undone", "undone"]
