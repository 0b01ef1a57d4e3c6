"""Associations between columns: correlations, groups, outcomes, regression, and all pairs at once."""
