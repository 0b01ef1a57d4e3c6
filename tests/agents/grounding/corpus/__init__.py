"""A corpus of true and wrong statements, made by templates over results of the real tools."""
