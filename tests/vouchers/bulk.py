"""Many charged wallets at once, for tests at size: what the verbs write, set-based, by the house's own posting."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.mint import mint_bank_tran_ids
from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.kit.idempotency import record_outcomes
from onnuri.kit.ids import new_id
from onnuri.kit.requests import Outcome, RequestKey
from onnuri.ledger.model import BANK_TRUST, Entry, Event, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish, take_lane
from onnuri.vouchers.charging.charge import SUBSIDY_RECEIVABLE
from onnuri.vouchers.model import split, years_later
from onnuri.vouchers.policies.policy import policy_at
from tests.world import INSTITUTION, World

_WALLETS = (
    "INSERT INTO shared.people (id, created_at) SELECT unnest(CAST(:holders AS uuid[])), :at",
    """INSERT INTO shared.debit_accounts (id, holder_id, fintech_use_num, bank_code, masked, consented_at)
       SELECT w, h, lpad(n::text, 24, '0'), '097', '***', :at
       FROM unnest(CAST(:wallets AS uuid[]), CAST(:holders AS uuid[])) WITH ORDINALITY AS x (w, h, n)""",
    """INSERT INTO shared.wallets (id, holder_id, lane, opened_at)
       SELECT w, h, 'lane_00', :at FROM unnest(CAST(:wallets AS uuid[]), CAST(:holders AS uuid[])) AS x (w, h)""",
    "INSERT INTO wallets (id, status, opened_at) SELECT unnest(CAST(:wallets AS uuid[])), 'OPEN', :at",
)
_CHARGES = (
    """INSERT INTO charges (id, wallet_id, face, paid, subsidy, policy_id, status, bank_tran_id, debit_account_id,
                            requested_at, requested_on, answered_at, bank_code_given, entry_id, inquiries)
       SELECT c, w, p + s, p, s, :policy, 'SUCCEEDED', t, w, :at, :on, :at, '000', e, 0
       FROM unnest(CAST(:charges AS uuid[]), CAST(:wallets AS uuid[]), CAST(:paid AS bigint[]),
                   CAST(:subsidy AS bigint[]), CAST(:trans AS text[]), CAST(:entries AS uuid[])) AS x (c, w, p, s, t, e)
    """,
    """INSERT INTO lots (id, wallet_id, account_id, source, charge_id, face, paid, subsidy, giftable, refundable,
                         created_at, expires_at)
       SELECT l, w, a, 'bought', c, p + s, p, s, true, true, :at, :expires
       FROM unnest(CAST(:lots AS uuid[]), CAST(:wallets AS uuid[]), CAST(:accounts AS bigint[]),
                   CAST(:charges AS uuid[]), CAST(:paid AS bigint[]), CAST(:subsidy AS bigint[]))
           AS x (l, w, a, c, p, s)""",
)


@dataclass(frozen=True, slots=True)
class Bought:
    """A wallet buys at an instant; won."""

    wallet: UUID
    face: int
    at: datetime


def open_in_bulk(world: World, count: int, *, at: datetime) -> list[UUID]:
    """Register so many holders, each with a bank account and an empty wallet."""
    wallets, holders = ([new_id(at) for _ in range(count)] for _ in range(2))
    with world.begin() as conn:
        for statement in _WALLETS:
            conn.execute(text(statement), {"wallets": wallets, "holders": holders, "at": at})
    return wallets


def charge_in_bulk(world: World, bought: Sequence[Bought]) -> None:
    """Charge as the verbs do when the bank has said yes, all of one instant together, in the order of time."""
    by_instant: dict[datetime, list[Bought]] = defaultdict(list)
    for each in bought:
        by_instant[each.at].append(each)
    for at in sorted(by_instant):
        with world.begin() as conn:
            _charge(conn, by_instant[at], at)


def _charge(conn: Connection, bought: Sequence[Bought], at: datetime) -> None:
    take_lane(conn)
    policy, on = policy_at(conn, at=at), seoul_date(at)
    charges, lots, entries = ([new_id(at) for _ in bought] for _ in range(3))
    paths = [account_path("lot", lot) for lot in lots]
    opened = open_accounts(conn, [BANK_TRUST, SUBSIDY_RECEIVABLE, *paths], at=at)
    accounts = [opened[path] for path in paths]
    shares = [split(each.face, policy.rate_bps) for each in bought]
    posted: list[Entry] = []
    for entry, account, share in zip(entries, accounts, shares, strict=True):
        legs = [Transfer(opened[BANK_TRUST], account, share.paid, "charge_paid")]
        if share.subsidy:
            legs.append(Transfer(opened[SUBSIDY_RECEIVABLE], account, share.subsidy, "charge_subsidy"))
        posted.append(Entry(entry, "charge", on, tuple(legs)))
    post(conn, posted, at=at)
    values = {
        "charges": charges, "lots": lots, "entries": entries, "accounts": accounts, "policy": policy.id, "at": at,
        "on": on, "wallets": [each.wallet for each in bought], "paid": [share.paid for share in shares],
        "subsidy": [share.subsidy for share in shares], "trans": mint_bank_tran_ids(conn, INSTITUTION, len(bought)),
        "expires": seoul_midnight(years_later(on, policy.validity_years)),
    }  # fmt: skip
    for statement in _CHARGES:
        conn.execute(text(statement), values)
    keys = [RequestKey("bulk", charge.hex, hashlib.sha256(charge.bytes).digest()) for charge in charges]
    outcomes = [Outcome(key, "charge", charge, None) for key, charge in zip(keys, charges, strict=True)]
    record_outcomes(conn, outcomes, at=at)
    told = [
        Event("charge.succeeded", charge, {"wallet_id": each.wallet.hex, "face": each.face})
        for charge, each in zip(charges, bought, strict=True)
    ]
    publish(conn, told, at=at)
