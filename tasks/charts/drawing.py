"""A drawn chart."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Drawing:
    """A drawn chart.

    Attributes:
        title: What it shows, in words.
        alt: What can be read off it, for those who cannot see it.
        svg: The picture.
    """

    title: str
    alt: str
    svg: str
