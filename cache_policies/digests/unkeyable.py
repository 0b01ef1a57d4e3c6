"""Error raised for values without content, of which no key can be made."""


class UnkeyableError(TypeError):
    """A value has no content that could tell it apart in another process: a connection, a lock, a generator."""


def refuse(value: object) -> str:
    """Raise `UnkeyableError`: the fallback for keys that must never be shared by mistake."""
    raise UnkeyableError(
        f"A {type(value).__qualname__} has no content to make a cache key of; give it a `__cache_key__` method that "
        "returns what tells it apart, or leave it out of the inputs."
    )
