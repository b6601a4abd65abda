"""A small market for tests: holders, wallets and shops by short names, made and moved through the real verbs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.kit.database import FIRST_LANE, Database, Role
from onnuri.kit.idempotency import freeze
from onnuri.kit.ids import new_id
from onnuri.kit.migrate import add_lane
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered, RequestKey
from onnuri.ledger.model import account_path
from onnuri.ledger.read import balances
from onnuri.merchants.import_markets import import_markets
from onnuri.merchants.queries import find_market
from onnuri.merchants.register import OpenedShop, ShopOpening, open_shops
from onnuri.merchants.sample_markets import sample_markets
from onnuri.merchants.sample_shops import sample_shops
from onnuri.merchants.status import ShopStatus
from onnuri.merchants.tax_registration import register_for_tax
from onnuri.payments.batch import Item, run_batch
from onnuri.payments.model import Cancel, CancelReceipt, Pay, Payee, PayeeKind, Receipt
from onnuri.people.debit_accounts import NewDebitAccount, register_debit_accounts
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.settlement.close import close_business_day
from onnuri.settlement.model import LaneClose
from onnuri.vouchers.charging.charge import request_charge, settle_charge
from onnuri.vouchers.lots import Lot
from onnuri.vouchers.model import Charge, ChargeOrder
from onnuri.vouchers.queries import all_lots
from onnuri.vouchers.wallets.open_wallet import open_wallet

OPENED = datetime(2026, 11, 20, 1, tzinfo=UTC)
"""A Friday, ten in the morning in Seoul."""

INSTITUTION = "T991234567"
PAID = Answer(Verdict.SUCCEEDED, bank_rsp_code="000")
NO_FUNDS = Answer(Verdict.FAILED_FUNDS, bank_rsp_code="455", message="잔액 부족")
SILENCE = Answer(Verdict.UNKNOWN, trouble="time-out")

AnyAnswer = Answered[Receipt | CancelReceipt]


def request_key(key: str, body: str = "", *, caller: str = "test") -> RequestKey:
    """Make a request's key; another `body` under the same key is another request."""
    return RequestKey(caller, key, hashlib.sha256(f"{key} {body}".encode()).digest())


def settled(answer: Answered[Charge]) -> Charge:
    """Expect a charge that came to something."""
    assert isinstance(answer.value, Charge), answer.value
    return answer.value


def receipt(answer: AnyAnswer) -> Receipt:
    """Expect a payment."""
    assert isinstance(answer.value, Receipt), answer.value
    return answer.value


def cancelled(answer: AnyAnswer) -> CancelReceipt:
    """Expect a cancel."""
    assert isinstance(answer.value, CancelReceipt), answer.value
    return answer.value


def code(answer: Answered[Charge] | AnyAnswer) -> str:
    """Say what an answer was in one word: `ok`, or the code of the refusal."""
    return answer.value.code if isinstance(answer.value, DomainError) else "ok"


def said(answer: Answered[Charge] | AnyAnswer) -> object:
    """Give what an answer says, to compare with another: the thing, or the refusal as it is shown."""
    return freeze(answer.value) if isinstance(answer.value, DomainError) else answer.value


def facts(answer: Answered[Charge] | AnyAnswer) -> Mapping[str, object]:
    """Give the facts of a refusal."""
    assert isinstance(answer.value, DomainError), answer.value
    return answer.value.facts


class World:
    """Everything a test needs to move money, with short names instead of ids."""

    def __init__(self, database: Database, *, lanes: Sequence[str] = (FIRST_LANE,)) -> None:
        self.database = database
        owner = database.single(Role.OWNER)
        for lane in lanes:
            if lane != FIRST_LANE:
                with owner.begin() as conn:
                    add_lane(conn, lane, at=OPENED)
            with owner.begin() as conn:  # marks as close together as small books need to have some
                conn.execute(text(f"UPDATE {lane}.lane SET mark_every = 4"))
        self.engines = {lane: database.engine(lane=lane, pool_size=5) for lane in lanes}
        self.wallets: dict[str, UUID] = {}
        self.holders: dict[str, UUID] = {}
        self.lane_of: dict[str, str] = {}
        self.shops: dict[str, OpenedShop] = {}
        self._keys = count(1)
        with self.begin() as conn:
            market = sample_markets()[0]
            import_markets(conn, markets=[market], source="sample", at=OPENED)
            self.market, self.market_id = market.code, find_market(conn, code=market.code).id
            (self.clerk,) = register_people(conn, sealer_of(database.settings), [NewPerson("clerk")], at=OPENED)
            register_for_tax(conn, codes=[market.code], by=self.clerk, at=OPENED)

    def close(self) -> None:
        """Give the connections back."""
        for engine in self.engines.values():
            engine.dispose()

    def begin(self, lane: str = FIRST_LANE) -> AbstractContextManager[Connection]:
        """Begin a transaction of the application in a lane."""
        return self.engines[lane].begin()

    def wallet(self, name: str, *faces: int, lane: str = FIRST_LANE, at: datetime = OPENED) -> UUID:
        """Register a holder with a bank account and a wallet, charged so many times."""
        with self.begin(lane) as conn:
            (holder,) = register_people(conn, sealer_of(self.database.settings), [NewPerson(name)], at=at)
            register_debit_accounts(conn, [NewDebitAccount(holder, f"{len(self.wallets):024d}", "097", "***")], at=at)
            wallet = open_wallet(conn, holder_id=holder, lane=lane, at=at)
        self.wallets[name], self.holders[name], self.lane_of[name] = wallet, holder, lane
        for face in faces:
            settled(self.charge(name, face, at=at))
        return wallet

    def account(self, name: str, *, ending: str = "00", at: datetime = OPENED) -> None:
        """Register another bank account of a holder; its last digits choose its fate at the simulated bank."""
        number = f"{len(self.wallets):022d}{ending}"
        with self.begin() as conn:
            register_debit_accounts(conn, [NewDebitAccount(self.holders[name], number, "097", "***")], at=at)

    def shop(self, name: str, *, status: ShopStatus = ShopStatus.ACTIVE) -> OpenedShop:
        """Register a shop."""
        number = sample_shops(1, first=len(self.shops))[0].business_number
        with self.begin() as conn:
            opening = ShopOpening(self.market_id, name, number)
            (opened,) = open_shops(conn, openings=[opening], at=OPENED, by="test", status=status)
        assert isinstance(opened, OpenedShop), opened
        self.shops[name] = opened
        return opened

    def order(self, name: str, face: int, *, key: str | None = None) -> ChargeOrder:
        """Write the order of a charge."""
        return ChargeOrder(request_key(key or f"charge-{next(self._keys)}", f"{name} {face}"), self.wallets[name], face)

    def charge(
        self, name: str, face: int, *, key: str | None = None, at: datetime = OPENED, bank: Answer = PAID
    ) -> Answered[Charge]:
        """Charge a wallet; the bank says what it is told to say."""
        lane = self.lane_of[name]
        with self.begin(lane) as conn:
            asked = request_charge(conn, self.order(name, face, key=key), institution_code=INSTITUTION, at=at)
        if asked.replayed or isinstance(asked.value, DomainError):
            return asked
        with self.begin(lane) as conn:
            return Answered(settle_charge(conn, asked.value.id, bank, inquired=False, at=at))

    def payment(
        self, name: str, shop: str, amount: int, *, key: str | None = None, reference: str | None = None
    ) -> Pay:
        """Write a request to pay a shop by its stall number."""
        opened = self.shops.get(shop)
        payee = Payee(PayeeKind.STALL, opened.stall_number if opened else shop)
        request = request_key(key or f"pay-{next(self._keys)}", f"{name} {shop} {amount} {reference}")
        return Pay(new_id(OPENED), request, self.wallets[name], payee, amount, reference)

    def cancel_of(
        self, payment_id: UUID, amount: int | None = None, *, key: str | None = None, shop: str | None = None
    ) -> Cancel:
        """Write a request to cancel a payment, by a shop or by whoever has them all."""
        shops = [self.shops[shop]] if shop else list(self.shops.values())
        request = request_key(key or f"cancel-{next(self._keys)}", f"{payment_id} {amount} {shop}")
        return Cancel(
            new_id(OPENED), request, payment_id, amount, "손님 요청", UUID(int=7), frozenset(each.id for each in shops)
        )

    def run(self, items: Sequence[Item], *, at: datetime = OPENED, lane: str = FIRST_LANE) -> list[AnyAnswer]:
        """Run one batch in one transaction, and answer after its commit."""
        with self.begin(lane) as conn:
            return run_batch(conn, items, at=at)

    def pay(self, name: str, shop: str, amount: int, *, key: str | None = None, at: datetime = OPENED) -> AnyAnswer:
        """Pay a shop: a batch of one."""
        (answer,) = self.run([self.payment(name, shop, amount, key=key)], at=at, lane=self.lane_of[name])
        return answer

    def cancel(
        self, payment: Receipt, amount: int | None = None, *, key: str | None = None, at: datetime = OPENED
    ) -> AnyAnswer:
        """Cancel a payment, whole or in part: a batch of one."""
        lane = next(self.lane_of[name] for name, wallet in self.wallets.items() if wallet == payment.wallet_id)
        (answer,) = self.run([self.cancel_of(payment.id, amount, key=key)], at=at, lane=lane)
        return answer

    def close_day(self, day: date, *, at: datetime) -> list[LaneClose]:
        """Close a business day in every lane."""
        return close_business_day(self.begin, day=day, at=at)

    def lots(self, name: str) -> list[Lot]:
        """List a wallet's lots, the oldest first."""
        with self.begin(self.lane_of[name]) as conn:
            return all_lots(conn, self.wallets[name])[::-1]

    def left(self, name: str) -> list[int]:
        """Tell what is left of each lot, the oldest first; won."""
        return [lot.left for lot in self.lots(name)]

    def earned(self, shop: str) -> int:
        """Tell what a shop's account holds over all lanes, won."""
        return self.balance(account_path("merchant", self.shops[shop].id))

    def balance(self, path: str) -> int:
        """Tell a balance summed over the lanes, won."""
        total = 0
        for lane in self.engines:
            with self.begin(lane) as conn:
                total += balances(conn, [path])[path]
        return total

    def rows(self, query: str, *, lane: str = FIRST_LANE) -> int:
        """Count the rows of a table or query."""
        with self.begin(lane) as conn:
            return int(conn.execute(text(f"SELECT count(*) FROM {query}")).scalar_one())

    def aliases(self, lane: str = FIRST_LANE) -> Iterator[tuple[str, str]]:
        """Give each account's path with its readable name: `lot:minji/1`, `merchant:fish`."""
        for name, opened in self.shops.items():
            for kind in ("merchant", "merchant_receivable", "merchant_held"):
                yield account_path(kind, opened.id), f"{kind}:{name}"
        for name in self.wallets:
            if self.lane_of[name] == lane:
                for place, lot in enumerate(self.lots(name), 1):
                    yield account_path("lot", lot.id), f"lot:{name}/{place}"
