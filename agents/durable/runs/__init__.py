"""What one agent run begins with: its description, its models, and the flow run that holds it."""
