"""Tables of results about what goes together: correlations, groups, an outcome, a regression, drivers."""
