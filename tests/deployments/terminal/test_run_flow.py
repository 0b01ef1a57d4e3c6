"""Ends of a command whose run has failed."""

from errno import ENOSPC

from deployments.terminal.run_flow import _how_to_go_on


def test_a_full_disk_says_how_to_go_on_with_and_without_a_record() -> None:
    """On a full disk there may be no record of the run, so `analyst resume` is not all that is named."""
    said = _how_to_go_on(OSError(ENOSPC, "No space left on device"))
    assert "`analyst resume`" in said
    assert "begins anew" in said
