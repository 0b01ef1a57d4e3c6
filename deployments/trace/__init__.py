"""Traces in the terminal: a tree, and lines while a run goes on."""
