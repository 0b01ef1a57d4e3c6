"""Numbers, names and comparisons of a sentence, bound to cells and judged."""
