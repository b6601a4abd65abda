"""Two small market days in two lanes, made by the house's own verbs: what the auditor's tests look at and then break."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import Connection, Engine, text

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.kit.database import Database, Role
from onnuri.kit.idempotency import RequestKey
from onnuri.kit.ids import new_id
from onnuri.kit.migrate import add_lane
from onnuri.kit.refusals import DomainError
from onnuri.ledger.model import BANK_TRUST, PAYOUT_IN_FLIGHT, Entry, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, reverse, take_lane
from onnuri.payments.batch import run_batch
from onnuri.payments.model import Cancel, Pay, Payee, PayeeKind
from onnuri.settlement.close import close_business_day
from onnuri.vouchers.charge import Charge, ChargeOrder, request_charge, settle_charge
from onnuri.vouchers.open_wallet import open_wallet

LANES = ("lane_00", "lane_01")
MONDAY = date(2026, 11, 16)
MORNING = datetime(2026, 11, 16, 1, tzinfo=UTC)
MARKET = UUID(int=1)
CASHIER = UUID(int=2)
SHOPS = [UUID(int=100 + place) for place in range(4)]
_SPACE = UUID(int=7)


@dataclass(slots=True)
class MarketDay:
    """The acts of the two days; every act is one transaction, a minute after the one before."""

    database: Database
    engines: dict[str, Engine] = field(default_factory=dict[str, Engine])
    now: datetime = MORNING
    acts: int = 0

    @contextmanager
    def begin(self, lane: str = LANES[0]) -> Iterator[Connection]:
        """Begin a transaction in a lane."""
        self.now += timedelta(minutes=1)
        if lane not in self.engines:
            self.engines[lane] = self.database.engine(lane=lane, pool_size=2)
        with self.engines[lane].begin() as conn:
            yield conn

    def key(self) -> RequestKey:
        """Make a fresh key."""
        self.acts += 1
        return RequestKey("tests", f"act-{self.acts}", hashlib.sha256(str(self.acts).encode()).digest())

    def wallet(self, lane: str, number: int) -> UUID:
        """Open a holder's wallet in a lane, with a bank account to charge from."""
        holder = uuid5(_SPACE, f"holder {lane} {number}")
        with self.begin(lane) as conn:
            conn.execute(text("INSERT INTO shared.people VALUES (:id, :at)"), {"id": holder, "at": self.now})
            conn.execute(
                text(
                    "INSERT INTO shared.debit_accounts (id, holder_id, fintech_use_num, bank_code, masked, consented_at)"
                    " VALUES (:id, :holder, :num, '004', '***-1234', :at)"
                ),
                {"id": uuid5(holder, "account"), "holder": holder, "num": f"fin{number}", "at": self.now},
            )
            return open_wallet(conn, holder_id=holder, lane=lane, at=self.now)

    def charge(self, lane: str, wallet: UUID, face: int, verdict: Verdict = Verdict.SUCCEEDED) -> UUID:
        """Charge a wallet; the bank answers with the verdict."""
        with self.begin(lane) as conn:
            order = ChargeOrder(self.key(), wallet, face)
            asked = request_charge(conn, order, institution_code="T990000000", at=self.now).value
        assert isinstance(asked, Charge), asked
        with self.begin(lane) as conn:
            settle_charge(conn, asked.id, Answer(verdict, "A0000", "000"), inquired=False, at=self.now)
        return asked.id

    def pay(self, lane: str, wallet: UUID, shop: int, amount: int) -> UUID | None:
        """Pay a shop; None where it was refused."""
        id = new_id(self.now)
        item = Pay(id, self.key(), wallet, Payee(PayeeKind.STALL, f"100{shop}"), amount)
        with self.begin(lane) as conn:
            (answer,) = run_batch(conn, [item], at=self.now)
        return None if isinstance(answer.value, DomainError) else id

    def cancel(self, lane: str, payment: UUID | None, shop: int, amount: int | None) -> None:
        """Cancel a payment, whole where no amount is given."""
        assert payment is not None
        shops = frozenset({SHOPS[shop]})
        item = Cancel(new_id(self.now), self.key(), payment, amount, "wrong amount", CASHIER, shops)
        with self.begin(lane) as conn:
            (answer,) = run_batch(conn, [item], at=self.now)
        assert not isinstance(answer.value, DomainError), answer.value

    def close(self, day: date) -> None:
        """Close a day in every lane, in the first minutes after it."""
        self.now = max(self.now, datetime(day.year, day.month, day.day, 15, 5, tzinfo=UTC))
        close_business_day(self.begin, day=day, at=self.now)

    def payout(self, shop: int, day: date, status: str) -> None:
        """Pay a shop its lines of a day, in every lane, until the payout has this status."""
        id = new_id(self.now)
        parts = {lane: self._payable(lane, shop, day) for lane in LANES}
        parts = {lane: won for lane, won in parts.items() if won}
        with self.begin() as conn:
            conn.execute(
                text(
                    "INSERT INTO shared.payouts (id, shop_id, shop_account_id, due_on, amount, status, bank_tran_id, bank_date,"
                    " requested_at) VALUES (:id, :shop, :account, :on, :won, :status, :tran, :on, :at)"
                ),
                {
                    "id": id, "shop": SHOPS[shop], "account": uuid5(SHOPS[shop], "account"), "on": day, "won": sum(parts.values()),
                    "status": status, "tran": f"T990000000U{self.acts:05}{shop:04}", "at": self.now,
                },
            )  # fmt: skip
        then = {"PAID": ["paid"], "REJECTED": ["failed"], "RETURNED": ["paid", "returned"]}
        for step in ["requested", *then.get(status, [])]:
            for lane, won in parts.items():
                self._step(lane, id, shop, step, won)
        for lane in parts:
            with self.begin(lane) as conn:
                if status in ("REQUESTED", "UNKNOWN", "PAID"):
                    conn.execute(
                        text("UPDATE settlement_lines SET payout_id = :id WHERE shop_id = :shop AND day = :day"),
                        {"id": id, "shop": SHOPS[shop], "day": day},
                    )
        self.acts += 1

    def _payable(self, lane: str, shop: int, day: date) -> int:
        with self.begin(lane) as conn:
            found = conn.execute(
                text(
                    "SELECT coalesce(sum(payable), 0)::bigint FROM settlement_lines WHERE shop_id = :shop AND day = :day"
                ),
                {"shop": SHOPS[shop], "day": day},
            )
            return int(found.scalar_one())

    def _step(self, lane: str, payout: UUID, shop: int, step: str, won: int) -> None:
        merchant = account_path("merchant", SHOPS[shop])
        debit, credit, code = {
            "requested": (merchant, PAYOUT_IN_FLIGHT, "payout"),
            "paid": (PAYOUT_IN_FLIGHT, BANK_TRUST, "payout_paid"),
            "failed": (PAYOUT_IN_FLIGHT, merchant, "payout_failed"),
            "returned": (BANK_TRUST, merchant, "payout_returned"),
        }[step]
        entry = self.book(lane, debit, credit, won, code)
        with self.begin(lane) as conn:
            conn.execute(
                text("INSERT INTO payout_entries VALUES (:payout, :step, :entry, :won)"),
                {"payout": payout, "step": step, "entry": entry, "won": won},
            )

    def book(self, lane: str, debit: str, credit: str, won: int, code: str) -> UUID:
        """Post an entry of one transfer."""
        id = new_id(self.now)
        with self.begin(lane) as conn:
            take_lane(conn)
            accounts = open_accounts(conn, [debit, credit], at=self.now)
            on = (self.now + timedelta(hours=9)).date()
            post(conn, [Entry(id, code, on, (Transfer(accounts[debit], accounts[credit], won, code),))], at=self.now)
        return id

    def undo(self, lane: str, entry: UUID) -> None:
        """Reverse an entry."""
        with self.begin(lane) as conn:
            take_lane(conn)
            on = (self.now + timedelta(hours=9)).date()
            reverse(conn, entry, id=new_id(self.now), on=on, reason="booked twice", at=self.now)

    def statement(self) -> None:
        """Import the bank's lines: one for each charge and payout step, and one that nobody can explain yet."""
        moves: list[tuple[str, UUID | None, int, str]] = []
        for lane in LANES:
            with self.begin(lane) as conn:
                rows = conn.execute(text("SELECT id, paid FROM charges WHERE status = 'SUCCEEDED' ORDER BY id"))
                moves += [("charge", row.id, row.paid, "in") for row in rows]
        with self.begin() as conn:
            for row in conn.execute(text("SELECT id, status, amount FROM shared.payouts ORDER BY id")):
                if row.status in ("PAID", "RETURNED"):
                    moves.append(("payout", row.id, row.amount, "out"))
                if row.status == "RETURNED":
                    moves.append(("payout_return", row.id, row.amount, "in"))
            self._import([*moves, ("", None, 777, "in")], conn)

    def _import(self, moves: list[tuple[str, UUID | None, int, str]], conn: Connection) -> None:
        closing = sum(won if direction == "in" else -won for _, _, won, direction in moves)
        conn.execute(
            text(
                "INSERT INTO shared.statement_files VALUES ('FILE-1', '\\x01', 'trust', :on, 0, :closing, :lines, :at)"
            ),
            {"on": MONDAY, "closing": closing, "lines": len(moves), "at": self.now},
        )
        for place, (kind, subject, won, direction) in enumerate(moves):
            line = conn.execute(
                text(
                    "INSERT INTO shared.statement_lines (file_id, line_ref, booked_on, amount, direction, end_to_end_id,"
                    " remitter_text) VALUES ('FILE-1', :ref, :on, :won, :direction, '', '디지털온누리') RETURNING id"
                ),
                {"ref": f"L{place}", "on": MONDAY, "won": won, "direction": direction},
            ).scalar_one()
            if kind:
                conn.execute(
                    text("INSERT INTO shared.matches VALUES (:line, :kind, :subject, :at)"),
                    {"line": line, "kind": kind, "subject": subject, "at": self.now},
                )
            else:
                conn.execute(
                    text(
                        "INSERT INTO shared.breaks (id, kind, reference, amount, opened_on, owner, explanation)"
                        " VALUES (:id, 'unknown_line', :line, :won, :on, 'finance', '누가 보낸 돈인지 모름')"
                    ),
                    {"id": new_id(self.now), "line": str(line), "won": won, "on": MONDAY},
                )


def run_market_days(database: Database) -> None:
    """Run a Monday and a Tuesday: charges, payments, cancels, refusals, closes, a debt, payouts of every ending, a statement."""
    owner = database.single(Role.OWNER, "pg_catalog")
    with owner.begin() as conn:
        add_lane(conn, LANES[1], at=MORNING)
    day = MarketDay(database)
    _register(day)
    wallets = {lane: [day.wallet(lane, number) for number in range(3)] for lane in LANES}
    first: dict[str, UUID | None] = {}
    for lane in LANES:
        minji, seojun, haneul = wallets[lane]
        day.charge(lane, minji, 100_000)
        day.charge(lane, minji, 33_000)
        day.charge(lane, seojun, 500_000)
        day.charge(lane, seojun, 20_000, Verdict.FAILED_FUNDS)
        day.charge(lane, haneul, 40_000, Verdict.UNKNOWN)
        first[lane] = day.pay(lane, minji, 0, 110_000)
        second = day.pay(lane, seojun, 1, 25_500)
        day.pay(lane, seojun, 2, 44_000)
        day.pay(lane, seojun, 0, 9_900)
        day.cancel(lane, second, 1, 5_500)
        day.cancel(lane, day.pay(lane, minji, 1, 2_000), 1, None)
        assert day.pay(lane, haneul, 0, 1_000) is None
    day.close(MONDAY)
    day.now = MORNING + timedelta(days=1)
    for lane in LANES:
        day.pay(lane, wallets[lane][1], 1, 12_000)
        third = day.pay(lane, wallets[lane][1], 3, 70_000)
        day.cancel(lane, first[lane], 0, 60_000)
        day.cancel(lane, third, 3, 30_000)
        day.undo(lane, day.book(lane, BANK_TRUST, "subsidy_receivable:digital", 1_000, "subsidy_received"))
    day.close(MONDAY + timedelta(days=1))
    day.now = MORNING + timedelta(days=2)
    day.pay(LANES[1], wallets[LANES[1]][1], 2, 8_000)
    for shop, status in enumerate(("PAID", "REJECTED", "RETURNED")):
        day.payout(shop, MONDAY, status)
    day.payout(1, MONDAY + timedelta(days=1), "UNKNOWN")
    day.payout(3, MONDAY + timedelta(days=1), "REQUESTED")
    day.payout(1, MONDAY, "PAID")
    day.statement()
    for engine in [owner, *day.engines.values()]:
        engine.dispose()


def _register(day: MarketDay) -> None:
    with day.begin() as conn:
        conn.execute(text("INSERT INTO shared.people VALUES (:id, :at)"), {"id": CASHIER, "at": day.now})
        conn.execute(
            text(
                "INSERT INTO shared.markets (id, code, name, join_name, sido, sigungu, kind, opening_cycle, tax_registered, source,"
                " imported_at) VALUES (:id, 'M1', '망원시장', '망원시장', '서울특별시', '마포구', '전통시장', 'daily', true, 'test', :at)"
            ),
            {"id": MARKET, "at": day.now},
        )
        for place, shop in enumerate(SHOPS):
            conn.execute(
                text(
                    "INSERT INTO shared.shops (id, stall_number, market_id, name, business_number, status, registered_at)"
                    " VALUES (:id, :stall, :market, :name, '1208800767', 'ACTIVE', :at)"
                ),
                {"id": shop, "stall": f"100{place}", "market": MARKET, "name": f"가게 {place}", "at": day.now},
            )
            conn.execute(
                text(
                    "INSERT INTO shared.shop_accounts (id, shop_id, bank_code, account_number_sealed, masked,"
                    " account_holder_sealed, registered_at) VALUES (:id, :shop, '004', '\\x00', '***-5678', '\\x00', :at)"
                ),
                {"id": uuid5(shop, "account"), "shop": shop, "at": day.now},
            )
