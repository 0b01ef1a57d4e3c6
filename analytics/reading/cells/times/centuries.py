"""The century of years that are written with two digits."""

from analytics.columns import Series

_LATEST, _WIDE_GAP = 2050, 10
"""Year from which a year of two digits is doubted, and years without any row that show where a century begins."""


def first_year(years: Series) -> int:
    """The first of the hundred years that years of two digits stand for.

    It is 1969, as in POSIX, unless that brings years beyond the middle of this century though the widest gap between
    the years shows another beginning: 62 to 99 and 00 to 06 are 1962 to 2006.

    Args:
        years: Years from 0 to 99.
    """
    found = sorted({int(year) for year in years})
    beyond = [year for year in found if _LATEST - 2000 < year < 69]
    if not beyond:
        return 1969
    gaps = [(after - year, after) for year, after in zip(found, [*found[1:], found[0] + 100], strict=True)]
    widest, begin = max(gaps)
    return 1900 + begin % 100 if widest >= _WIDE_GAP else 1969
