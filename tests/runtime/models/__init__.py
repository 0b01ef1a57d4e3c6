"""What all runs share of a model: circuits, rates, prices."""
