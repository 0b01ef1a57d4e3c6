"""Encoding of a text file, told from its bytes, and a copy of it in UTF-8."""

import codecs
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
    "cp1250": "Windows-1250", "cp1255": "Windows-1255", "cp1256": "Windows-1256",
    "mac_roman": "Mac Roman", "cp850": "DOS code page 850",
}  # fmt: skip
"""Encodings that are guessed, with their names for people; of equally good ones the first is taken."""
_ONE_BYTE = ("cp1252", "cp1250", "cp1254", "cp1251", "cp1253")
_WESTERN = set(
    "äöüÄÖÜßéèêëàâáãåæçñíìîïóòôõøœúùûÿÉÈÊÀÂÁÃÅÆÇÑÍÎÓÔÕØŒÚ°²³µ°²³µ"
    "€£§©®«»·½¼\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u2026\u00a0"
)


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
    others = "" if name == "cp1252" else " (by its letters)"
    note = f"The file is not UTF-8; it was read as {_LIKELY[name]}{others}. Check letters with accents."
    return name, "replace", [note]


def _western(sample: bytes) -> str | None:
    """The Western encoding in which a few letters, or those of a Mac or of DOS, are what people write."""
    distinct = len({byte for byte in sample if byte >= 0x80})
    rare = sum(byte >= 0x80 for byte in sample) < 0.03 * len(sample)  # a few foreign names in English, say
    shares: dict[str, float] = {}
    for name in ("cp1252", "mac_roman", "cp850"):
        text = sample.decode(name, errors="replace")
        letters = [character for character in text if not character.isascii()]
        capitals = sum(a.islower() and b.isupper() and not b.isascii() for a, b in pairwise(text))  # within words
        shares[name] = (sum(letter in _WESTERN for letter in letters) - capitals) / len(letters)
    if shares["cp1252"] == 1:
        return "cp1252" if rare or distinct <= 3 else None
    best = max(shares, key=lambda name: shares[name])
    return best if rare or shares[best] == 1 else None


def _by_language(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    isolated = [name for name in _LIKELY if name not in ("mac_roman", "cp850")]
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


def _is_all_letters(text: str) -> bool:
    return all(character.isascii() or character.isalpha() for character in text)
