"""Drivers: the segments that made a measure change between periods, differ between groups, or miss a forecast."""
