"""Tests of results as tables of cells."""
