"""Encoding of a text file, told from its bytes, and a copy of it in UTF-8."""

import codecs
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from analytics.errors import DatasetError

_MARKS = [
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_SAMPLE = 1 << 16
"""Bytes of lines with other than ASCII characters that a guess goes by."""
_LIKELY = {
    "cp1252": "Windows-1252", "euc_jp": "EUC-JP", "cp932": "Shift-JIS", "gb18030": "GB18030", "big5": "Big5",
    "cp949": "EUC-KR", "cp1251": "Windows-1251", "koi8_r": "KOI8-R", "cp1253": "Windows-1253", "cp1254": "Windows-1254",
    "cp1250": "Windows-1250", "iso8859_2": "ISO-8859-2", "iso8859_5": "ISO-8859-5", "iso8859_15": "ISO-8859-15",
    "cp866": "DOS code page 866",
    "cp874": "Windows-874", "cp1255": "Windows-1255", "cp1256": "Windows-1256",
    "mac_roman": "Mac Roman", "cp850": "DOS code page 850",
}  # fmt: skip
"""Encodings that are guessed, with their names for people; of equally good ones the first is taken."""
_ALPHABETS = ("cp1251", "koi8_r", "iso8859_5", "cp866", "cp1253", "cp1255", "cp1256", "cp874")
"""Encodings of Cyrillic, Greek, Hebrew, Arabic and Thai."""
_USUAL_LETTERS = set(
    "\u03b1\u03bf\u03b9\u03b5\u03c4\u03c3\u03bd\u03b7\u03c5\u03c1\u03bb\u03ac\u03af\u03ae\u03ba\u03c0"
    "\u043e\u0435\u0430\u0438\u043d\u0442\u0441\u0440\u0432\u043b\u043a\u043c"
    "\u05d9\u05d5\u05d4\u05d0\u05dc\u05e8\u05ea\u05de\u05d1\u05e9\u05e0\u05dd"
    "\u0627\u0644\u0629\u0631\u064a\u0648\u0646\u0645\u062a\u0628\u062f\u0633"
    "\u0e01\u0e23\u0e19\u0e2d\u0e32\u0e40\u0e07\u0e21\u0e22\u0e25\u0e27\u0e17\u0e2a\u0e15\u0e48\u0e49\u0e31\u0e34\u0e35"
)
"""Their most frequent letters."""
_ONE_BYTE = ("cp1252", "cp1250", "cp1254", "cp1251", "cp1253")
_WESTERN = set(
    "äöüÄÖÜßéèêëàâáãåæçñíìîïóòôõøœúùûÿÉÈÊÀÂÁÃÅÆÇÑÍÎÓÔÕØŒÚ°²³µ°²³µ"
    "€£§©®«»·½¼\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u2026\u00a0"
)


_SIGNS = "\u00a9\u00ae\u00a6\u00b6\u00b1\u00b9\u00be\u00a7\u00a8\u00b8"
"""Signs that are letters in other encodings, and do not begin or end words."""
_TURKISH = set("\u00e7\u011f\u0131\u00f6\u015f\u00fc\u00c7\u011e\u0130\u00d6\u015e\u00dc\u00e2\u00ee\u00fb")
_CENTRAL = set(
    "\u0105\u0107\u0119\u0142\u0144\u00f3\u015b\u017a\u017c\u0104\u0106\u0118\u0141\u0143\u00d3\u015a\u0179\u017b\u00e1\u010d\u010f"
    "\u00e9\u011b\u00ed\u0148\u0159\u0161\u0165\u00fa\u016f\u00fd\u017e\u00c1\u010c\u010e\u00c9\u011a\u00cd\u0147\u0158\u0160\u0164"
    "\u00da\u016e\u00dd\u017d\u0151\u0171\u0150\u0170\u00e4\u00f6\u00fc\u00c4\u00d6\u00dc\u00df\u0111\u0110\u0103\u00ee\u0163"
)
_IN_THE_WEST = {
    "cp1252": _WESTERN, "iso8859_15": _WESTERN, "mac_roman": _WESTERN, "cp850": _WESTERN, "cp1254": _TURKISH,
    "cp1250": _CENTRAL, "iso8859_2": _CENTRAL,
}  # fmt: skip
"""Encodings of Latin letters, with the letters that people write in them; of equally good ones the first is taken."""


def as_utf8(path: Path, shown: str, folder: Path) -> tuple[Path, list[str], int]:
    """Make a file UTF-8 without a mark, if it is not.

    Args:
        path: The file.
        shown: Its name for messages.
        folder: Where a copy may be written.

    Returns:
        The file itself or its copy, a note if it was not UTF-8, and its number of double quotes.

    Raises:
        DatasetError: It is not text.
    """
    encoding, errors, notes, quotes = _detect(path, shown)
    if encoding == "utf-8":
        return path, notes, quotes
    copy = folder / "utf-8"
    try:
        with path.open(encoding=encoding, errors=errors, newline="") as file, copy.open("w", newline="") as target:
            while text := file.read(1 << 20):
                target.write(text.replace("\0", ""))
    except UnicodeError:
        raise DatasetError(f"{shown}: the text is damaged: it begins as {encoding.upper()} and goes on otherwise; "
                           "save it as UTF-8") from None  # fmt: skip
    return copy, notes, quotes


def _detect(path: Path, shown: str) -> tuple[str, str, list[str], int]:
    """Encoding, what to do with bytes outside of it, a note, and the number of double quotes."""
    with path.open("rb") as file:
        head = file.read(4096)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name, "strict", [f"The file is {name.upper()}, not UTF-8; it was read as that."], 0
        if b"\0" in head:
            even, odd = head[::2].count(0), head[1::2].count(0)
            if len(head) >= 8 and max(even, odd) > 0.2 * len(head) and min(even, odd) < 0.025 * len(head):
                guess = "utf-16-be" if even > odd else "utf-16-le"
                return guess, "strict", ["The file is UTF-16, not UTF-8; it was read as that."], 0
            raise DatasetError(f"{shown}: this is not text (it holds NUL bytes); is the file name's ending right?")
        if sum(byte < 32 and byte not in b"\t\n\r\f\x0b\x1b\x1a\x01\x1e\x1f" for byte in head) > 0.05 * len(head):
            raise DatasetError(f"{shown}: this is not text; is the file name's ending right?")
        decoder = codecs.getincrementaldecoder("utf-8")()
        file.seek(0)
        valid, quotes, zeros = True, 0, 0
        sample = bytearray()
        while chunk := file.read(1 << 22):
            quotes += chunk.count(b'"')
            zeros += chunk.count(0)
            if valid:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    valid = False
            if len(sample) < _SAMPLE and not chunk.isascii():
                for line in chunk.splitlines():
                    if not line.isascii():
                        sample += line[:4096] + b"\n"
                    if len(sample) >= _SAMPLE:
                        break
        if valid:
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                valid = False
    if zeros > 0.01 * path.stat().st_size:
        raise DatasetError(f"{shown}: this is not text (it holds NUL bytes); is the file damaged?")
    if valid and zeros:
        return "utf-8-sig", "strict", [f"{zeros:,} NUL bytes in the text were left out."], quotes
    if valid:
        return ("utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"), "strict", [], quotes
    return *_guess(bytes(sample)), quotes


def _guess(sample: bytes) -> tuple[str, str, list[str]]:
    """Encoding of lines that are not all UTF-8."""
    text = sample.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if broken * 10 < sum(not character.isascii() for character in text):
        note = "The file is UTF-8 with some damaged characters; these were replaced by \ufffd."
        return "utf-8-sig", "replace", [note]
    name = _western(sample) or _by_language(sample) or "cp1252"
    name = _other_of_the_kind(name, sample)
    others = "" if name == "cp1252" else " (by its letters)"
    note = f"The file is not UTF-8; it was read as {_LIKELY[name]}{others}. Check letters with accents."
    return name, "replace", [note]


def _other_of_the_kind(name: str, sample: bytes) -> str:
    """An encoding that is easily taken for another one, where its letters are the better ones."""
    if name != "cp1252" and sample.decode(name, "replace") == sample.decode("cp1252", "replace"):
        return "cp1252"
    if name in ("cp932", "euc_jp") and (_half_width(sample.decode(name, "replace")) > 0.3):
        try:
            if _half_width(sample.decode("gb18030")) == 0:
                return "gb18030"
        except UnicodeDecodeError:
            return name
    if name in ("cp1250", "iso8859_2"):  # most of their letters are the same
        marks = {one: _marks_in_words(sample.decode(one, "replace")) for one in ("cp1250", "iso8859_2")}
        return min(marks, key=lambda one: marks[one])
    return name


def _half_width(text: str) -> float:
    """Share of half-width Japanese letters, which few write, among those that are not ASCII."""
    letters = [letter for letter in text if not letter.isascii()]
    return sum("\uff61" <= letter <= "\uff9f" for letter in letters) / max(1, len(letters))


def _marks_in_words(text: str) -> int:
    """Signs and control characters beside letters, which are letters in another encoding."""
    found = 0
    for before, mark, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if not mark.isascii() and not mark.isalpha():
            found += before.isalpha() + after.isalpha() + 2 * (mark < "\xa0")
    return found + sum(letter in "\u013d\u013e" and text[max(0, i - 1) : i].isalpha() for i, letter in enumerate(text))


def _is_foreign(sample: bytes) -> bool:
    """Check whether words are of letters outside ASCII alone, as in Greek and Cyrillic and never in the West."""
    words = [word for word in re.findall(rb"[A-Za-z\x80-\xff]+", sample) if sum(byte >= 0x80 for byte in word) > 1]
    letters = b"".join(words)
    return sum(byte >= 0x80 for byte in letters) > 0.6 * max(1, len(letters))


def _western(sample: bytes) -> str | None:
    """The Western encoding in which a few letters, or those of a Mac or of DOS, are what people write."""
    if _is_foreign(sample):
        return None
    distinct = len({byte for byte in sample if byte >= 0x80})
    rare = sum(byte >= 0x80 for byte in sample) < 0.03 * len(sample)  # a few foreign names in English, say
    shares: dict[str, float] = {}
    for name, usual in _IN_THE_WEST.items():
        text = sample.decode(name, errors="replace")
        letters = [character for character in text if not character.isascii()]
        inside = sum(a.isalpha() and b.isupper() and not b.isascii() and c.islower() for a, b, c in _threes(text))
        inside += sum(a.islower() and b.isupper() and not b.isascii() and not c.islower() for a, b, c in _threes(text))
        inside += sum(a.isalpha() != c.isalpha() and b in _SIGNS for a, b, c in _threes(text))
        shares[name] = (sum(letter in usual for letter in letters) - inside) / len(letters)
    if shares["cp1252"] == 1:
        return "cp1252" if rare or distinct <= 3 else None
    best = max(shares, key=lambda name: shares[name])
    return best if rare or shares[best] == 1 else None


def _threes(text: str) -> Iterator[tuple[str, str, str]]:
    return zip(" " + text, text, text[1:] + " ", strict=False)


def _by_language(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    if _is_foreign(sample):
        alphabets = {one: _usual_letters(sample.decode(one, "replace")) for one in _ALPHABETS}
        usual = max(alphabets, key=lambda one: alphabets[one])
        if alphabets[usual] > 0.6:
            return usual
    isolated = [name for name in _LIKELY if name not in ("mac_roman", "cp850", "iso8859_15", "cp866", "cp874")]
    found = list(from_bytes(sample, cp_isolation=isolated))
    if not found:
        return next((name for name in _ONE_BYTE if _is_all_letters(sample.decode(name, "replace"))), None)
    best = min(match.chaos for match in found)
    good = [match for match in found if match.chaos <= best + 0.01]
    clearest = max(match.coherence for match in good)
    names = [match.encoding for match in good if match.coherence >= clearest - 0.01]
    western = sample.decode("cp1252", "replace")
    if "cp1252" in names and not all(letter.isascii() or letter in _WESTERN for letter in western):
        names = [match.encoding for match in found if match.encoding != "cp1252"][:1]
    return next((name for name in _LIKELY if name in names), None)


def _usual_letters(text: str) -> float:
    """Share of frequent letters of their alphabet among those outside ASCII, less for capitals where none belong."""
    letters = [letter for letter in text if not letter.isascii() and not letter.isspace()]
    odd = sum(a.isalpha() and a.islower() and b.isupper() and not b.isascii() for a, b in pairwise(text))
    odd += sum(letter.isupper() for letter in letters) if not any(map(str.islower, letters)) else 0
    return (sum(letter.lower() in _USUAL_LETTERS for letter in letters) - odd) / max(1, len(letters))


def _is_all_letters(text: str) -> bool:
    return all(character.isascii() or character.isalpha() for character in text)
