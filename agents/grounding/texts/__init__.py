"""Statements about texts: their quotes, numbers and dates have to be in the text."""
