"""Detection of unusual values in series and in columns."""
