"""Numbers that compare two values: differences, growth and ratios."""
