"""Tests of what numbers of a sentence are bound to."""
