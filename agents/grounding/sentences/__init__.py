"""Sentences of a statement with what stands in them: words, numbers, names, times and clauses."""
