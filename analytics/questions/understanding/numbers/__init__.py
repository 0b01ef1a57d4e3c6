"""Numbers in questions: bounds of columns, units, and how many groups or rows are asked for."""
