"""Words for the people and things of a country: `Canadians` for Canada, `American` for USA."""

from collections.abc import Iterable, Iterator

_ENDINGS = ("ian", "ean", "an", "ese", "ish", "n", "i")
_SHARED = 4
"""First letters that a word has of the name of its country."""
_OTHERS = {
    "american": ("usa", "us", "united states", "united states of america", "america"),
    "british": ("uk", "gb", "united kingdom", "great britain", "britain"),
    "briton": ("uk", "gb", "united kingdom", "great britain"), "french": ("france",),
    "dutch": ("netherlands", "the netherlands", "holland"), "spanish": ("spain",), "spaniard": ("spain",),
    "swiss": ("switzerland",), "danish": ("denmark",), "dane": ("denmark",), "polish": ("poland",),
    "pole": ("poland",), "greek": ("greece",), "welsh": ("wales",), "irish": ("ireland",),
    "scottish": ("scotland",), "norwegian": ("norway",), "portuguese": ("portugal",), "german": ("germany",),
    "finn": ("finland",), "swede": ("sweden",),
}  # fmt: skip


def countries_of(word: str, names: Iterable[str]) -> Iterator[str]:
    """The names, of those given, of the country whose people or things a capitalised word means.

    Args:
        word: The word, as it is written.
        names: Names in lower case.
    """
    if not word[:1].isupper() or len(word) <= _SHARED:
        return
    one = word.casefold()
    one = one if one.endswith(("ss", "us")) else one.removesuffix("s")
    known = _OTHERS.get(one, ())
    adjective = next((one.removesuffix(ending) for ending in _ENDINGS if one.endswith(ending)), "")
    for name in names:
        if name in known:
            yield name
        elif adjective and not known and len(name) > _SHARED and name.isalpha():
            length = next((n for n, pair in enumerate(zip(adjective, name, strict=False)) if len(set(pair)) > 1), 99)
            length = min(length, len(adjective), len(name))
            if length >= _SHARED and length >= len(adjective) - 1 and length >= len(name) - 3 and one != name:
                yield name
