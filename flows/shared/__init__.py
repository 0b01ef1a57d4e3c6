"""Parts that several flows share: loading, reports, progress, private mode."""
