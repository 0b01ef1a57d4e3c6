"""Answers that set two sides against each other: two groups, two periods, or two columns."""
