"""Large tables: DuckDB computes over the snapshot, and only aggregates and samples come into memory."""
