"""Signing keys: derived from the root secret, their public halves kept in the database, rotated by number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, text

from onnuri.kit.config import Settings


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs now, and its name."""

    key_id: str
    private: Ed25519PrivateKey

    def sign(self, statement: bytes) -> bytes:
        """Sign with Ed25519."""
        return self.private.sign(statement)

    def public_key(self) -> bytes:
        """Give the public half, 32 bytes."""
        return self.private.public_key().public_bytes_raw()


def derived_signer(settings: Settings, purpose: str, number: int) -> Signer:
    """Derive key `number` (from 1) of a purpose."""
    key_id = f"{purpose}-{number}"
    return Signer(key_id, Ed25519PrivateKey.from_private_bytes(settings.derive(f"sign/{key_id}")))


def current_signer(conn: Connection, settings: Settings, purpose: str, *, at: datetime) -> Signer:
    """Give the key in use, publishing the first one where there is none."""
    numbers = conn.execute(
        text("SELECT key_id FROM shared.public_keys WHERE purpose = :purpose AND retired_at IS NULL"),
        {"purpose": purpose},
    ).scalars()
    in_use = max((int(key_id.rsplit("-", 1)[1]) for key_id in numbers), default=0)
    if in_use:
        return derived_signer(settings, purpose, in_use)
    return _publish(conn, derived_signer(settings, purpose, 1), purpose, at)


def rotate_signer(conn: Connection, settings: Settings, purpose: str, *, at: datetime) -> Signer:
    """Retire the key in use and publish the next; what the old one signed stays verifiable."""
    before = current_signer(conn, settings, purpose, at=at)
    conn.execute(
        text("UPDATE shared.public_keys SET retired_at = :at WHERE key_id = :id"), {"at": at, "id": before.key_id}
    )
    number = int(before.key_id.rsplit("-", 1)[1]) + 1
    return _publish(conn, derived_signer(settings, purpose, number), purpose, at)


def _publish(conn: Connection, signer: Signer, purpose: str, at: datetime) -> Signer:
    conn.execute(
        text("""
            INSERT INTO shared.public_keys (key_id, purpose, public_key, used_from) VALUES (:id, :purpose, :key, :at)
            ON CONFLICT (key_id) DO NOTHING
        """),
        {"id": signer.key_id, "purpose": purpose, "key": signer.public_key(), "at": at},
    )
    return signer
