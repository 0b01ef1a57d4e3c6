"""Steps: their results at rest and their task runs."""
