"""Pairs of sentences about ties, limits and numbers that are stated twice over."""
