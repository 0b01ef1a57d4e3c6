"""Numbers of a sentence: what each is bound to, and what supports it."""
