"""Invisible characters, and those that change the order in which others are shown."""

import re

_RANGES = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Unicode's Default_Ignorable_Code_Point, with marks of annotations and the blank Braille pattern: zero-width spaces
and joiners, marks of direction, tag characters, variation selectors, soft hyphens, fillers."""

UNSEEN = re.compile(f"[{_RANGES}]")
"""Pattern of one such character."""

_EMOJI = "\u203c-\u3299\U0001f000-\U0001faff"
_NEEDED = re.compile(
    "(?<=[\u0600-\u0dff\u1000-\u109f\u1780-\u17b3])[\u200c\u200d](?=[\u0600-\u0dff\u1000-\u109f\u1780-\u17b3])"
    f"|(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])|(?<=[{_EMOJI}#*0-9])\ufe0f"
)
"""Joiners between letters of scripts that are spelled with them, such as Persian and Hindi, and those inside emoji."""


def without_unseen(text: str) -> str:
    """Return a text without unseen characters; what spelling and emoji need stays."""
    if text.isascii():
        return text
    needed = {found.start() for found in _NEEDED.finditer(text)}
    return UNSEEN.sub(lambda found: found[0] if found.start() in needed else "", text)
