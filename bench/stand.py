"""The stand a bench works at: a scratch database with shops, wallets and lots made through the house's own verbs."""

from __future__ import annotations

import contextlib
import gc
import secrets
import statistics
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from onnuri.auditor.report import audit
from onnuri.auditor.snapshot import open_snapshot
from onnuri.banks.mint import mint_bank_tran_ids
from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.kit.config import load_settings
from onnuri.kit.database import Database, Role, drop_database, open_cluster
from onnuri.kit.idempotency import record_outcomes
from onnuri.kit.ids import new_id
from onnuri.kit.migrate import migrate
from onnuri.kit.requests import Outcome, RequestKey
from onnuri.ledger.model import BANK_TRUST, Entry, Event, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish, take_lane
from onnuri.merchants.import_markets import import_markets
from onnuri.merchants.register import ShopOpening, open_shops
from onnuri.merchants.sample_markets import sample_markets
from onnuri.merchants.sample_shops import sample_shops
from onnuri.merchants.status import ShopStatus
from onnuri.merchants.tax_registration import register_for_tax
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.charging.charge import SUBSIDY_RECEIVABLE
from onnuri.vouchers.model import split, years_later
from onnuri.vouchers.policies.policy import policy_at

CHUNK = 1_000
INSTITUTION = "M202600001"


@dataclass(frozen=True, slots=True)
class Stand:
    """What a bench works with."""

    database: Database
    engine: Engine
    at: datetime
    shops: list[UUID]
    stall_numbers: list[str]
    wallets: list[UUID]
    holders: list[UUID]
    lot_accounts: list[int]
    shop_accounts: list[int]


@contextlib.contextmanager
def scratch(name: str) -> Generator[Database]:
    """Give a migrated database of its own on the configured cluster; removed at the end."""
    database = open_cluster(load_settings(), f"bench_{name}_{secrets.token_hex(3)}")
    migrate(database)
    try:
        yield database
    finally:
        drop_database(database)


@contextlib.contextmanager
def stand(name: str, *, wallets: int, shops: int = 100, face: int = 2_000_000) -> Generator[Stand]:
    """Build a scratch database with shops and charged wallets."""
    with scratch(name) as database:
        engine = database.engine(Role.APP)
        at = datetime.now(UTC)
        try:
            with engine.begin() as conn:
                shop_ids, numbers = _open_shops(conn, shops, at)
                _register_for_tax(conn, database, at)
            holders: list[UUID] = []
            wallet_ids: list[UUID] = []
            lots: list[int] = []
            for start in range(0, wallets, CHUNK):
                with engine.begin() as conn:
                    made = _charged_wallets(conn, min(CHUNK, wallets - start), face, at)
                    holders += made[0]
                    wallet_ids += made[1]
                    lots += made[2]
            with engine.begin() as conn:
                opened = open_accounts(conn, [account_path("merchant", shop) for shop in shop_ids], at=at)
            accounts = [opened[account_path("merchant", shop)] for shop in shop_ids]
            yield Stand(database, engine, at, shop_ids, numbers, wallet_ids, holders, lots, accounts)
        finally:
            engine.dispose()


LEDGER_CHECKS = frozenset(
    ("transfers_balance", "balances_fold", "marks_fold", "accounts_have_balances", "seq_gapless", "chain_unbroken",
     "allow_list", "effective_dates", "snapshots_fold", "places", "append_only_guards", "walls_published")
)  # fmt: skip
"""The truths of the ledger itself, for benches that post without the rooms above it."""


def audited(database: Database, *, only: frozenset[str] | None = None) -> bool:
    """Tell whether the auditor finds nothing; `only` names the checks where the bench posts without the rooms above."""
    with open_snapshot(database.url(Role.AUDITOR)) as snapshot:
        return audit(snapshot, only=only).ok


def median_rate(run: Callable[[], float], *, rounds: int) -> float:
    """Run several times and give the median of what each says; the collector rests meanwhile."""
    found: list[float] = []
    for _ in range(rounds):
        gc.collect()
        found.append(run())
    return statistics.median(found)


def percentile(values: Sequence[float], percent: int) -> float:
    """Give a percentile of measured values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _open_shops(conn: Connection, count: int, at: datetime) -> tuple[list[UUID], list[str]]:
    import_markets(conn, markets=sample_markets(), source="sample", at=at)
    markets = list(conn.execute(text("SELECT id FROM shared.markets ORDER BY code")).scalars())
    openings = [
        ShopOpening(
            market_id=markets[place % len(markets)],
            name=shop.name,
            business_number=shop.business_number,
            goods=shop.goods,
        )
        for place, shop in enumerate(sample_shops(count))
    ]
    opened = open_shops(conn, openings=openings, at=at, by="bench", status=ShopStatus.ACTIVE)
    rows = conn.execute(text("SELECT id, stall_number FROM shared.shops ORDER BY stall_number")).all()
    assert len(rows) == count == len(opened)
    return [row.id for row in rows], [row.stall_number for row in rows]


def _register_for_tax(conn: Connection, database: Database, at: datetime) -> None:
    """Let every market count for the deduction, as one operator would record it."""
    (operator,) = register_people(conn, sealer_of(database.settings), [NewPerson("bench")], at=at)
    codes = list(conn.execute(text("SELECT code FROM shared.markets")).scalars())
    register_for_tax(conn, codes=codes, by=operator, at=at)


def _charged_wallets(conn: Connection, count: int, face: int, at: datetime) -> tuple[list[UUID], list[UUID], list[int]]:
    """Make holders with one charged wallet each, as the verbs would, but many at once."""
    take_lane(conn)
    ids = {
        name: [new_id(at) for _ in range(count)] for name in ("holder", "account", "wallet", "charge", "lot", "entry")
    }
    policy = policy_at(conn, at=at)
    shares = split(face, policy.rate_bps)
    accounts = open_accounts(
        conn, [BANK_TRUST, SUBSIDY_RECEIVABLE, *(account_path("lot", lot) for lot in ids["lot"])], at=at
    )
    lot_accounts = [accounts[account_path("lot", lot)] for lot in ids["lot"]]
    entries = [
        Entry(
            entry, "charge", seoul_date(at),
            (
                Transfer(accounts[BANK_TRUST], lot, shares.paid, "charge_paid"),
                Transfer(accounts[SUBSIDY_RECEIVABLE], lot, shares.subsidy, "charge_subsidy"),
            ),
        )
        for entry, lot in zip(ids["entry"], lot_accounts, strict=True)
    ]  # fmt: skip
    post(conn, entries, at=at)
    values = {
        **ids, "lot_account": lot_accounts, "tran": mint_bank_tran_ids(conn, INSTITUTION, count), "face": face,
        "paid": shares.paid, "subsidy": shares.subsidy, "policy": policy.id, "at": at, "on": seoul_date(at),
        "expires": seoul_midnight(years_later(seoul_date(at), policy.validity_years)),
    }  # fmt: skip
    for statement in _WALLET_ROWS:
        conn.execute(text(statement), values)
    keys = [RequestKey("bench", charge.hex, charge.bytes * 2) for charge in ids["charge"]]
    record_outcomes(
        conn, [Outcome(key, "charge", charge, None) for key, charge in zip(keys, ids["charge"], strict=True)], at=at
    )
    told = [
        Event("charge.succeeded", charge, {"wallet_id": wallet.hex, "face": face})
        for charge, wallet in zip(ids["charge"], ids["wallet"], strict=True)
    ]
    publish(conn, told, at=at)
    return ids["holder"], ids["wallet"], lot_accounts


_WALLET_ROWS = (
    "INSERT INTO shared.people (id, created_at) SELECT unnest(CAST(:holder AS uuid[])), :at",
    """INSERT INTO shared.roles (person_id, role, granted_at) SELECT unnest(CAST(:holder AS uuid[])), 'holder', :at""",
    """INSERT INTO shared.role_changes (person_id, role, change, changed_at)
       SELECT unnest(CAST(:holder AS uuid[])), 'holder', 'granted', :at""",
    """INSERT INTO shared.debit_accounts (id, holder_id, fintech_use_num, bank_code, masked, consented_at)
       SELECT a, h, '123456789012345678901200', '088', '110-***-***00', :at
       FROM unnest(CAST(:account AS uuid[]), CAST(:holder AS uuid[])) AS x (a, h)""",
    """INSERT INTO shared.wallets (id, holder_id, lane, opened_at)
       SELECT w, h, 'lane_00', :at FROM unnest(CAST(:wallet AS uuid[]), CAST(:holder AS uuid[])) AS x (w, h)""",
    "INSERT INTO wallets (id, status, opened_at) SELECT unnest(CAST(:wallet AS uuid[])), 'OPEN', :at",
    """INSERT INTO charges (id, wallet_id, face, paid, subsidy, policy_id, status, bank_tran_id, debit_account_id,
                            requested_at, requested_on, answered_at, bank_code_given, entry_id, inquiries)
       SELECT c, w, :face, :paid, :subsidy, :policy, 'SUCCEEDED', t, a, :at, :on, :at, '000', e, 0
       FROM unnest(CAST(:charge AS uuid[]), CAST(:wallet AS uuid[]), CAST(:tran AS text[]), CAST(:account AS uuid[]),
                   CAST(:entry AS uuid[])) AS x (c, w, t, a, e)""",
    """INSERT INTO lots (id, wallet_id, account_id, source, charge_id, face, paid, subsidy, giftable, refundable,
                         created_at, expires_at)
       SELECT l, w, n, 'bought', c, :face, :paid, :subsidy, true, true, :at, :expires
       FROM unnest(CAST(:lot AS uuid[]), CAST(:wallet AS uuid[]), CAST(:lot_account AS bigint[]),
                   CAST(:charge AS uuid[])) AS x (l, w, n, c)""",
)
