"""A trace is drawn, and linked from its flow run."""
