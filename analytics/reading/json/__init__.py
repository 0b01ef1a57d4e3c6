"""JSON and JSON lines as tables."""
