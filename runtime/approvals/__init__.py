"""Approvals: tool calls that wait for a person, each bound to exactly what is approved."""
