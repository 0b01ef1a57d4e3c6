"""Tests of analytics.sql."""
