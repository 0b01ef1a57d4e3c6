"""Answers to failed requests: the next model, waiting."""
