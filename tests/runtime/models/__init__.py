"""Tests of what all runs share of a model: circuits, rates, prices."""
