"""Failures of model requests: their kinds, and the answer to each."""
