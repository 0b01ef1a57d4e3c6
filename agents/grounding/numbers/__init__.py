"""Ways in which evidence can support a number: a cell, a count, a computation, a text."""
