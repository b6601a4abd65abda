"""Korean names in Latin letters for fields that hold no Korean: Revised Romanization letter by letter. No I/O."""

from __future__ import annotations

import unicodedata
from typing import Final

_FIRST: Final = tuple("g kk n d tt r m b pp s ss - j jj ch k t p h".split())
_MIDDLE: Final = tuple("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split())
_LAST: Final = tuple("- k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split())
_SYLLABLES: Final = range(0xAC00, 0xD7A4)


def romanise(text: str, length_max: int) -> str:
    """Write a name in printable ASCII, at most `length_max` characters; sound changes between syllables are left out.

    It labels a code for foreign readers; the Korean name remains the name.
    """
    words = [_word(word) for word in unicodedata.normalize("NFKC", text).split()]
    return " ".join(word for word in words if word)[:length_max].strip()


def _word(word: str) -> str:
    written = "".join(_letters(character) for character in word)
    return written[:1].upper() + written[1:]


def _letters(character: str) -> str:
    if ord(character) in _SYLLABLES:
        index = ord(character) - 0xAC00
        parts = (_FIRST[index // 588], _MIDDLE[index % 588 // 28], _LAST[index % 28])
        return "".join(part for part in parts if part != "-")
    plain = unicodedata.normalize("NFD", character).encode("ascii", errors="ignore").decode()
    return plain if plain.isprintable() else ""
