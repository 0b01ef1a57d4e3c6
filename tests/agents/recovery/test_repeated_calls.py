"""Decisions about repeated calls are the same after a kill, and only the same call with the same result counts."""

import pytest

from tests.agents.recovery.analysing import analyse, concludes
from tests.agents.recovery.killing import kill_and_resume
from tests.servers.model_server import ModelServer, by_turn, calls

pytestmark = pytest.mark.usefixtures("prefect_server")

STATISTICS = calls("calculate_statistics", column="sales")
GROUPS = calls("compare_groups", column="sales", by="shop")
OTHER_GROUPS = calls("compare_groups", column="sales", by="shop", sort_by="total")


@pytest.mark.scale
@pytest.mark.xdist_group("forked")
def test_a_killed_run_withholds_the_same_tools(tmp_path):
    """Killed after the third equal result, a resumed run offers what it would have offered, and asks nothing again."""
    path = tmp_path / "shops.csv"
    path.write_text("shop,sales\n" + "".join(f"{'AB'[n % 2]},{10 + n}\n" for n in range(40)))
    script = by_turn(
        [GROUPS, OTHER_GROUPS, STATISTICS, STATISTICS, STATISTICS, STATISTICS, concludes("Sales averaged 29.5.", "E3")]
    )
    with ModelServer(script) as server:
        arguments = {"path": str(path), "base_url": server.base_url}
        resumed = kill_and_resume(analyse, arguments, after=10, directory=tmp_path / "run")
        assert server.count == 7
    assert resumed["key_findings"][0]["unverified"] == []
    offered = [[name in r.tool_names for name in ("compare_groups", "calculate_statistics")] for r in server.requests]
    assert offered == [[True, True]] * 5 + [[True, False], [False, False]]
