"""Tests of analytics.drivers."""
