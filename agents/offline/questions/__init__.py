"""Answers of the offline model to questions: the few forms that it can read, and what it says of the rest."""
