"""How a market's or shop's name is compared, and the stable code made from where and what a market is. No I/O."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

_COMPANY: Final = re.compile(r"\((?:주|유|합|사)\)|㈜|주식회사|유한회사|사단법인")
_BRACKETED: Final = re.compile(r"[(\[（［〔]([^)\]）］〕]*)[)\]）］〕]")
_NOT_LETTER: Final = re.compile(r"[\W_]+")
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"


def name_key(name: str) -> str:
    """Fold a name for comparison: width, case, spaces, punctuation, brackets and company forms do not matter."""
    folded = unicodedata.normalize("NFKC", _COMPANY.sub("", name))
    return _NOT_LETTER.sub("", _COMPANY.sub("", folded)).casefold()


def name_keys(name: str) -> tuple[str, ...]:
    """Give every key a market may be called by: the whole name, without its bracket, and the bracket alone.

    The official tables write a second name in brackets: `목사랑시장 (목4동시장)`, `점촌전통시장 (구 신흥시장)`.
    """
    bare = _COMPANY.sub("", unicodedata.normalize("NFKC", name))
    inside = [re.sub(r"^구\s+", "", text) for text in _BRACKETED.findall(bare)]
    candidates = [name_key(name), name_key(_BRACKETED.sub("", bare))]
    candidates += [name_key(part) for text in inside for part in text.split(",") if "시장" in part or "장터" in part]
    return tuple(dict.fromkeys(key for key in candidates if key))


def market_code(sido: str, sigungu: str, name: str, address: str = "") -> str:
    """Derive a market's stable code from its region and folded name: `m` and ten characters.

    The address only joins in where two markets of one district share a name: the two official tables write the same
    market's address differently, and both must lead to one code. The official 시장코드 can't serve: in the published
    table it belongs to the name, and twelve markets called 중앙시장 share one.
    """
    parts = [sido, sigungu, name_key(name)] + ([name_key(address)] if address else [])
    number = int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest()[:7])
    return "m" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(45, -5, -5))
