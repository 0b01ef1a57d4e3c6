"""Results at rest: stored as JSON, with frames as Parquet files beside them."""
