"""Tests of analytics.privacy."""
