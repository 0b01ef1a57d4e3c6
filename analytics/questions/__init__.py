"""Plain questions about one table: read word by word, turned into one SQL query, and answered in a sentence."""
