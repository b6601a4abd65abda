"""The desk: what the pages work with. Whoever serves the application opens one and puts it at `app.state.desk`."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

from anyio import CapacityLimiter
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Depends, Request
from sqlalchemy import Connection, Engine

from onnuri.banks.client import OpenBankingClient
from onnuri.kit.clock import Clock
from onnuri.kit.refusals import Unavailable
from onnuri.payments.model import PaymentUnknown, Receipt
from onnuri.payments.receipts import receipts
from onnuri.payments.till import Till
from onnuri.people.sealing import Sealer
from onnuri.people.tokens import RecognisedTokens
from onnuri.web.bell import Bell


class BankAway(Unavailable):
    """This server was started without a bank."""

    code = "page_bank_away"
    ko = "지금은 은행과 연결되어 있지 않습니다. 돈은 움직이지 않았습니다. 결제는 할 수 있습니다."
    en = "No bank is connected right now. No money moved; paying goes on."


@dataclass(slots=True)
class Desk:
    """An engine and a till per lane, the tokens known lately, the clock, the stickers' public keys by their ids, how
    many may sign in at once, what opens the vault, the bank where there is one, and whether it is a simulated one."""

    engines: Mapping[str, Engine]
    tills: Mapping[str, Till]
    tokens: RecognisedTokens
    clock: Clock
    sticker_keys: Mapping[str, Ed25519PublicKey]
    sign_ins: CapacityLimiter
    sealer: Sealer
    bank: OpenBankingClient | None = None
    sandbox: bool = False
    bell: Bell = field(init=False)

    def __post_init__(self) -> None:
        self.bell = Bell(self.engines)

    def now(self) -> datetime:
        """Tell the instant; a request asks once and hands it down."""
        return self.clock.now()

    @contextlib.contextmanager
    def begin(self, lane: str | None = None) -> Generator[Connection, None, None]:
        """Open one transaction that sees a lane, the first where none is named."""
        with self.engines[lane or next(iter(self.engines))].begin() as conn:
            yield conn

    def need_bank(self) -> OpenBankingClient:
        """Give the bank. Refuses `BankAway`."""
        if self.bank is None:
            raise BankAway
        return self.bank

    def find_payment(self, payment_id: UUID) -> tuple[str, Receipt]:
        """Tell in which lane a payment is, and what it was. Refuses `PaymentUnknown`."""
        for lane in self.engines:
            with self.begin(lane) as conn:
                found = receipts(conn, [payment_id]).get(payment_id)
            if found is not None:
                return lane, found
        raise PaymentUnknown

    def close(self) -> None:
        """Let the live streams end. Engines and tills belong to whoever opened them."""
        self.bell.close()


def desk_of(request: Request) -> Desk:
    """Give the desk of the application that serves this request."""
    return cast("Desk", request.app.state.desk)


DeskDep = Annotated[Desk, Depends(desk_of)]
