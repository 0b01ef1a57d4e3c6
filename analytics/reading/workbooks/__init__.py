"""Workbooks: Excel and OpenDocument, and the table in a sheet."""
