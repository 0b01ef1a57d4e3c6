"""Further ways to support a number, tried where the likeliest reading does not hold."""
