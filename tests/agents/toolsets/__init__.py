"""Tests of agents.toolsets."""
