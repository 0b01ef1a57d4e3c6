"""A reader of the terminal's lines that goes away."""

import os
import sys

import pytest

from deployments.terminal.messages import console


def test_progress_for_nobody_ends_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """`analyst resume 2>&1 | head` closes the pipe after ten lines: the rest is not written, and nothing is raised."""
    reading, writing = os.pipe()
    os.close(reading)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", open(writing, "w", buffering=1, encoding="utf-8", closefd=False))  # noqa: SIM115
        progress = console(stderr=True)
        progress.print("first")
        progress.print("second")
    os.close(writing)
    assert progress.quiet
