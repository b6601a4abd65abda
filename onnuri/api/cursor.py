"""Cursors: signed places in a list, bound to the list they came from; they never expire. No I/O."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field

from onnuri.kit.refusals import Malformed

_MAC_BYTES = 16


class CursorUnreadable(Malformed):
    """The cursor was not made here, or for another list."""

    code = "cursor_unreadable"
    ko = "목록의 위치 표시(cursor)를 읽을 수 없습니다."
    en = "This cursor does not belong to this list."


@dataclass(frozen=True, slots=True)
class Cursors:
    """Writes and reads cursors with one secret."""

    secret: bytes = field(repr=False)

    def write(self, listing: str, place: str) -> str:
        """Sign a place (the key of the last row shown) in a named list."""
        content = json.dumps(place).encode()
        return base64.urlsafe_b64encode(self._mac(listing, content) + content).decode().rstrip("=")

    def read(self, listing: str, cursor: str) -> str:
        """Give the place back. Refuses `CursorUnreadable`."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            content = raw[_MAC_BYTES:]
            if hmac.compare_digest(raw[:_MAC_BYTES], self._mac(listing, content)):
                return str(json.loads(content))
        except (binascii.Error, ValueError):
            pass
        raise CursorUnreadable

    def _mac(self, listing: str, content: bytes) -> bytes:
        return hmac.new(self.secret, listing.encode() + b"\0" + content, hashlib.sha256).digest()[:_MAC_BYTES]
