"""The profile of a data set: column roles, summaries and data quality."""
