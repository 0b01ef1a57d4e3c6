"""Numbers, dates and words as sentences write them."""
