"""One series over time: its grid, its baseline, and the stretches that stick out."""
