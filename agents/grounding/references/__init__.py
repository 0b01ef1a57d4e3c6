"""References in prose, such as `{E3: EWR, cancelled, total}`: found, looked up and replaced by the number."""
