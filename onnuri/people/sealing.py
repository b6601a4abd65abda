"""Seal personal data: AES-256-GCM, the key's id in front, bound to the place it is kept in. No I/O but randomness."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onnuri.kit.config import Settings

_NONCE_BYTES: Final = 12
_CURRENT_KEY: Final = 1


class SealBroken(RuntimeError):
    """Sealed bytes can't be opened: altered, moved from their place, or sealed by a key we do not have."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals with the current key and opens with every known one; ids are one byte."""

    keys: Mapping[int, bytes] = field(repr=False)
    current: int

    def seal(self, text: str, *, place: str, owner: UUID) -> bytes:
        """Seal a text for one place (table and column) and one owner; elsewhere it does not open."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, text.encode(), _bound_to(place, owner))
        return bytes([self.current]) + nonce + sealed

    def unseal(self, sealed: bytes, *, place: str, owner: UUID) -> str:
        """Open what was sealed for this place and owner; raises `SealBroken`."""
        key = self.keys.get(sealed[0]) if sealed else None
        if key is None:
            raise SealBroken("no such key")
        try:
            opened = AESGCM(key).decrypt(
                sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], _bound_to(place, owner)
            )
        except (InvalidTag, ValueError) as error:
            raise SealBroken(place) from error
        return opened.decode()


def sealer_of(settings: Settings) -> Sealer:
    """Derive the sealing keys from the root secret."""
    return Sealer({_CURRENT_KEY: settings.derive(f"vault/{_CURRENT_KEY}")}, _CURRENT_KEY)


def _bound_to(place: str, owner: UUID) -> bytes:
    return place.encode() + b"\0" + owner.bytes
