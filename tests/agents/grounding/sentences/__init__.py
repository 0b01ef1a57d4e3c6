"""Tests of what is read from sentences."""
