"""The score of the tests: mutants that they notice."""
