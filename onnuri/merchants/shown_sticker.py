"""The sticker a shop should put up: its newest one that still works."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.merchants.stickers import IssuedSticker, StickerUnknown


def sticker_of(conn: Connection, *, shop_id: UUID, on: date) -> IssuedSticker:
    """Give the newest sticker of a shop that is neither withdrawn nor expired. Refuses `StickerUnknown`."""
    row = conn.execute(
        text("""SELECT id, shop_id, payload FROM shared.stickers
                WHERE shop_id = :shop_id AND revoked_at IS NULL AND (expires_on IS NULL OR expires_on >= :on)
                ORDER BY issued_at DESC, id DESC LIMIT 1"""),
        {"shop_id": shop_id, "on": on},
    ).one_or_none()
    if row is None:
        raise StickerUnknown(sticker_id="-")
    return IssuedSticker(*row)
