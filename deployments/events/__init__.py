"""Data set events: sending them, receiving them over HTTP, delivering them again."""
