"""The beginning of an agent run: its description, its models, and the flow run that holds it."""
