"""Delimited text: encoding, dialect, header and rows."""
