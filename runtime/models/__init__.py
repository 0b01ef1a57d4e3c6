"""Models by name: prices, limits, holds and circuits that all runs of a store share."""
