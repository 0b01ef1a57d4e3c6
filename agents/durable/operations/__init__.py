"""Pydantic AI's durable operations as steps, and what their results hold besides a value."""
