"""Numbers of rows that a sentence tells by several parts."""
