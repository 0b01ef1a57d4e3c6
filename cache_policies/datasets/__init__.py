"""Data sets as parts of keys: fingerprints of tables, files and databases; snapshots of frames."""
