"""Tests of the deterministic tasks."""
