"""Look for secrets and personal data outside the vault: in every lane's free texts, and in the shared ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from onnuri.auditor.findings import Finding
from onnuri.auditor.snapshot import Snapshot, statement

# Identifiers are no secrets: UUIDs with and without hyphens, and our ids on the bank rail. They are taken out first.
_IDENTIFIERS = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Z][0-9]{9}U[0-9A-Z]{9}"
)
# Won are no secrets either, however many: a number (never a text) in a document's field that tells an amount.
_AMOUNTS = re.compile(
    r'"(?:amount|total|face|paid|subsidy|owed|left|used|missing|moved|refunded|maximum)": ?[0-9]{1,13}(?=[,}])'
)
_FIELDS = "account_number account_holder holder_name person_name phone password token secret fintech_use_num".split()
_LOOKS = {
    "a token": r"(?:onk|whsec|sk)_[A-Za-z0-9+/_-]{16}|Bearer ",
    "a resident registration number": r"(?<![0-9])[0-9]{6}-[1-8][0-9]{6}(?![0-9])",
    "a telephone number": r"(?<![0-9])01[016789]-?[0-9]{3,4}-?[0-9]{4}(?![0-9])",
    "an account number": r"(?<![0-9-])(?:[0-9]{10,16}|[0-9]{3,6}-[0-9]{2,6}-[0-9]{4,7}(?:-[0-9]{1,3})?)(?![0-9-])",
    "a field of the vault": rf'"(?:{"|".join(_FIELDS)})"\s*:',
}
_ANY = re.compile("|".join(_LOOKS.values()))


def secrets_outside_vault(snapshot: Snapshot) -> Iterator[Finding]:
    """Find texts with what looks like an account, telephone or resident number, a token, or a field of the vault."""
    for lane in snapshot.lanes:
        for found in _leaks(snapshot.stream(statement("lane/texts.sql"), lane=lane)):
            yield Finding(f"{lane} {found.subject}", found.detail, found.loss, found.loses)
    yield from _leaks(snapshot.stream(statement("shared/texts.sql")))


def looks_like(words: str) -> str | None:
    """Say what kind of secret a text seems to hold; None where it seems to hold none."""
    rest = _IDENTIFIERS.sub(" ", words)
    if words.startswith("{"):
        rest = _AMOUNTS.sub(" ", rest)
    if _ANY.search(rest) is None:
        return None
    return next(kind for kind, look in _LOOKS.items() if re.search(look, rest))


def _leaks(texts: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    for subject, words in texts:
        kind = looks_like(words)
        if kind is not None:
            yield Finding(subject, f"holds what looks like {kind}", 0, "holder")
