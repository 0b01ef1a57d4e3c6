"""Tests of the events of runs."""
