"""Tests of analytics.second_process."""
