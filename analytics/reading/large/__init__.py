"""Large tables read in little memory: Parquet files, and texts made into them by DuckDB."""
