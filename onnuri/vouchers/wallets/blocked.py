"""What stands in the way of a wallet that is not open, since when, and what its holder can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from onnuri.vouchers.wallets.wallet_life import blocks

_WORDS: Final = {
    "lost": (
        "분실 신고를 받은 지갑입니다. 신고한 때부터 결제되지 않습니다. 고객센터에 본인임을 알리면 다시 쓸 수 있습니다.",
        "This wallet was reported lost: nothing is paid from then on. Tell the call centre who you are to go on.",
    ),
    "frozen": (
        "운영기관이 멈춘 지갑입니다. 남은 돈은 그대로 있습니다. 고객센터에 이유와 푸는 방법을 물어보세요.",
        "This wallet is frozen by the operator. What is in it stays. Ask the call centre why, and how to lift it.",
    ),
}


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A standing block as its holder is told of it; who blocked the wallet and their notes stay with the office."""

    kind: str
    since: datetime
    ko: str
    en: str


def in_the_way(conn: Connection, wallet_id: UUID) -> list[InTheWay]:
    """List the blocks that stand on a wallet, the newest first, each since its report was taken."""
    standing = [each for each in blocks(conn, wallet_id) if each.lifted_at is None]
    return [InTheWay(each.kind, each.blocked_at, *_WORDS[each.kind]) for each in standing]
