"""Data sets that lie elsewhere: databases, URLs, object storages, folders of files."""
