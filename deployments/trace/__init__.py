"""Traces for people: a tree in the terminal, lines while a run goes on, and a page for a browser."""
