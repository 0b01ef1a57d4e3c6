"""What Pydantic AI's durable operations are here: steps, with what their results hold besides a value."""
