"""Declared types: values written and read as the type that the code names, as JSON with Parquet files beside."""
