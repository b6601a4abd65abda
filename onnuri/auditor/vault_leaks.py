"""Look for secrets and personal data outside the vault: in every lane's free texts, and in the shared ones."""

from __future__ import annotations

from collections.abc import Iterator

from onnuri.auditor.findings import Finding
from onnuri.auditor.snapshot import Snapshot, statement


def secrets_outside_vault(snapshot: Snapshot) -> Iterator[Finding]:
    """Find texts with what looks like an account, telephone or resident number, a token, or a field of the vault."""
    patterns = statement("secret_patterns.sql")
    for lane in snapshot.lanes:
        query = statement("lane/texts.sql") + patterns
        for subject, detail, loss, loses in snapshot.stream(query, lane=lane):
            yield Finding(f"{lane} {subject}", detail, loss, loses)
    yield from snapshot.once(statement("shared/texts.sql") + patterns)
