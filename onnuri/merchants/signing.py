"""The keys that sign stickers, derived from the root secret. No I/O."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onnuri.kit.config import Settings
from onnuri.merchants.sticker import StickerKeys, sticker_keys

CURRENT_KEY: Final = "k1"


def sticker_keys_of(settings: Settings) -> StickerKeys:
    """Derive the key that signs stickers; a later key is added beside it, so that old stickers keep working."""
    return sticker_keys(CURRENT_KEY, Ed25519PrivateKey.from_private_bytes(settings.derive(f"sticker/{CURRENT_KEY}")))
