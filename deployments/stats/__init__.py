"""Figures over many runs, for people: words, a table for the terminal, a page for the browser."""
