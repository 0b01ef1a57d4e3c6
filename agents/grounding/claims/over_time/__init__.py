"""Claims of how something changed: moves, steps that are listed, what was since or before."""
