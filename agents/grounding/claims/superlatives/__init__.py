"""Claims that something is the highest or lowest of its kind: the measure, the names it is said of, the verdict."""
