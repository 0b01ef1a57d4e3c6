"""The column that a number is of, among similar ones, by words beside it."""
