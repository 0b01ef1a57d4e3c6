"""Forms of questions: each makes the query that answers it, and tells its rows."""
