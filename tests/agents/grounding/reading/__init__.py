"""Tests of how numbers, dates and words are read."""
