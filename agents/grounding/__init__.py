"""Grounding: numbers, names and quotes of a statement, checked against the evidence that it cites."""
