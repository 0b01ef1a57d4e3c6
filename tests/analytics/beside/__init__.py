"""Tests of analytics.beside."""
