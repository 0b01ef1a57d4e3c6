"""A conversation that is too long for its model, made shorter."""
