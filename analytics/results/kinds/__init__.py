"""The kinds of results, one file each."""
