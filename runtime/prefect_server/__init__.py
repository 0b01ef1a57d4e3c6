"""The Prefect server: finding or starting it, and clients for its API."""
