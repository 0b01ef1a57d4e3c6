"""**A second core**: analysis functions in a second process, on another core."""
