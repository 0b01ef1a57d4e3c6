"""Kinds of results about what is unusual: values, rows and silences."""
