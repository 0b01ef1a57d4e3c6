"""Tests of tables of cells."""
