"""Documents as searchable passages."""
