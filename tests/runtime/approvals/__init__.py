"""Approvals and other answers that a run waits for."""
