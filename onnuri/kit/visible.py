"""Text as people and their programs see it: what none may hold, what looks alike, what a spreadsheet runs. No I/O."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""A name must be what it looks like: two shops must not differ by what nobody sees."""

_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U00016fe4\U000e0100-\U000e01ef]"
)
_OTHER_LETTERS: Final = re.compile("[^ -~가-힣]")
_RUN: Final = re.compile(r"\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def plain(words: str) -> str:
    """Write a reference the one way in which it can be told from others: NFKC, single spaces, nothing unseen.

    Full-width digits become digits, Hangul in letters becomes syllables. One that differs from this looks like another.
    """
    seen = _BLANK.sub("", UNSEEN.sub("", unicodedata.normalize("NFKC", words)))
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def other_letters(words: str) -> list[str]:
    """List, each once, the letters of a reference that look like another's even when it is written plainly.

    They are neither Hangul nor what a keyboard types: a Cyrillic A is no A, and six dashes look like the hyphen.
    """
    if not _OTHER_LETTERS.search(plain(words)):
        return []
    return [f"{letter} (U+{ord(letter):04X})" for letter in dict.fromkeys(_OTHER_LETTERS.findall(words))]


def inert(words: str) -> str:
    """Give a cell of text that no spreadsheet runs as a formula: a quote before what one would begin with."""
    return f"'{words}" if _RUN.match(words) else words
