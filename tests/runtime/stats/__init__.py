"""Tests of figures over many runs."""
