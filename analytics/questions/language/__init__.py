"""The words of questions and of tables: what can be named, and what a condition is called."""
