"""Pairs about entries that are listed, compared or shares of a whole."""
