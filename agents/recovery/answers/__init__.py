"""Answers to failures of model requests, one file for each."""
