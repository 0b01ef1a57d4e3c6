"""Tables of results about unusual values and rows."""
