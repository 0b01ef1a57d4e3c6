"""Scales in words or in ranges, and the order of their steps."""

import re
from collections.abc import Sequence
from typing import Any

MOST_STEPS, FEWEST_STEPS = 12, 3
"""Different values of a scale."""
_ORDERS = [
    words.split("|")
    for words in (
        "very low|low|medium low|medium|moderate|middle|mid|normal|medium high|high|very high|critical",
        "none|minimal|minor|mild|low|moderate|medium|major|serious|severe|high|critical|fatal",
        "very poor|very bad|poor|bad|fair|average|ok|okay|good|very good|great|excellent|premium|ideal",
        "xxs|xs|s|m|l|xl|xxl|xxxl",
        "tiny|small|medium|mid|large|huge|extra large",
        "strongly disagree|disagree|neutral|neither agree nor disagree|agree|strongly agree",
        "very dissatisfied|dissatisfied|neutral|satisfied|very satisfied",
        "never|rarely|seldom|sometimes|occasionally|often|usually|always",
        "first|second|third|fourth|fifth|sixth",
        "bronze|silver|gold|platinum|diamond",
        "beginner|novice|intermediate|advanced|expert",
        "child|teen|teenager|adult|senior|elderly",
        "short|medium|long|very long",
        "primary|secondary|tertiary",
        "cold|cool|mild|warm|hot",
        "slow|medium|fast",
        "young|middle|middle-aged|old",
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
        "mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun",
        "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag",
        "january|february|march|april|may|june|july|august|september|october|november|december",
        "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec",
    )
]
"""Scales in words, lowest first. A column is one of them if it has at least three of its words and no others."""
_BAND = re.compile(
    r"[<>\u2264\u2265]?=?\s*[$\u20ac\u00a3]?(\d+(?:[.,]\d+)?)\s*[kKmM%]?\s*(?:[-\u2013+]|to\b|and\b|or\b|years?\b|$).*"
)
"""A range such as `25-34`, `65+` or `<18`."""


def in_order_of_scale(different: Sequence[str]) -> list[str]:
    """Values of a scale in words or of ranges, lowest first; weekdays and months in their order; else none.

    Args:
        different: The values, each once.
    """
    if not FEWEST_STEPS <= len(different) <= MOST_STEPS:
        return []
    plain = {re.sub(r"[\s_-]+", " ", text).strip().casefold(): text for text in different}
    for order in _ORDERS:
        if set(plain) <= set(order):
            return [plain[word] for word in order if word in plain]
    bands = {text: _BAND.fullmatch(text.strip()) for text in different}
    if all(bands.values()) and any(re.search(r"\d\s*[-\u2013]\s*\d", text) for text in different):
        return sorted(different, key=lambda text: _lower_end(text, bands[text]))
    return []


def _lower_end(text: str, band: Any) -> float:
    low = float(band[1].replace(",", "."))
    return low - 0.5 if text.strip()[0] in "<\u2264" else low + 0.5 if text.strip()[0] in ">\u2265" else low
