"""The commands that list and decide approvals, and what a command does whose run waits."""

import getpass
import json
import time

import pytest

from deployments.cli import run as command
from runtime.approvals.requests import Wanted, ask
from tests.runtime.stored_runs import add_run

pytestmark = pytest.mark.usefixtures("own_home")


def wanted(run: str, number: int) -> Wanted:
    return Wanted(
        id=f"{number}{'0' * 31}",
        run=run,
        attempt=1,
        place=f"place {number}",
        agent="clerk",
        tool="refund",
        arguments={"amount": number},
        bound={"tool": "t", "arguments": str(number), "data": "d", "policy": "p"},
        seconds=None,
        on_timeout="deny",
    )


@pytest.fixture
def run() -> str:
    return add_run(state="waiting for approval")


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, object]]:
    capsys.readouterr()
    assert command(["approvals", "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def test_calls_are_listed_and_decided(run, capsys):
    """Each is decided by its id with who, why, from where and other arguments; the list shows what still waits."""
    ask([wanted(run, 1), wanted(run, 2)])
    assert command(["approvals"]) == 0
    assert "clerk: refund\n  amount = 2\n" in capsys.readouterr().out
    assert command(["deny", run[:8], "--call", "1", "--note", "Too late."]) == 0
    assert "1 more of this run to decide" in capsys.readouterr().out
    assert command(["approve", run[:8], "--arguments", '{"amount": 5}']) == 0
    assert f"analyst resume {run[:8]}" in capsys.readouterr().out
    assert listed(capsys) == []
    by_id = {str(one["id"])[0]: one for one in listed(capsys, run, "--all")}
    assert (by_id["1"]["state"], by_id["1"]["note"], by_id["1"]["by"]) == ("denied", "Too late.", getpass.getuser())
    assert (by_id["2"]["state"], by_id["2"]["new_arguments"]) == ("approved", {"amount": 5})
    assert str(by_id["2"]["origin"]).startswith("analyst approve on ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["approve", "RUN"], "Which call? These wait: "),
        (["approve", "RUN", "--call", "9"], "Which call? These wait: "),
        (["deny", "zz"], "No run has an id that begins with 'zz'"),
        (["approve", "RUN", "--call", "1", "--arguments", "[1]"], "has to be one JSON object"),
        (["approve", "RUN", "--call", "1", "--arguments", '{"password": "hunter2hunter2"}'], "hold a secret"),
    ],
)
def test_what_cannot_be_decided_is_refused_in_a_line(arguments, said, run, capsys):
    """Nothing is decided by a guess."""
    ask([wanted(run, 1), wanted(run, 2)])
    assert command([run if one == "RUN" else one for one in arguments]) == 2
    assert said in capsys.readouterr().err
    assert len(listed(capsys)) == 2


def test_secrets_in_arguments_are_masked_where_they_are_shown(run, capsys):
    """The approval is bound to the exact arguments; the store holds them masked."""
    secret = "https://ada:hunter2hunter2@example.org/"
    ask([wanted(run, 1).model_copy(update={"arguments": {"to": [secret], "by": {"url": secret}}})])
    assert "hunter2" not in json.dumps(listed(capsys))


def test_watching_prints_the_list_when_it_changes(run, capsys, monkeypatch):
    """Not each time that it looks; Ctrl-C ends it."""
    looks = iter([lambda: None, lambda: ask([wanted(run, 1)]), lambda: None])

    def look(seconds: float) -> None:
        try:
            next(looks)()
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(time, "sleep", look)
    assert command(["approvals", "--watch", "--json"]) == 130
    assert [len(json.loads(line)) for line in capsys.readouterr().out.splitlines()] == [0, 1]
