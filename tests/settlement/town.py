"""A small market with a real bank behind it: charges, payouts and statements go over HTTP to the simulator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import text

from onnuri.banks.client import OpenBankingClient
from onnuri.banks.mailbox import StatementMailbox
from onnuri.banks.wire import Withdrawal
from onnuri.kit.clock import SEOUL
from onnuri.kit.database import FIRST_LANE
from onnuri.merchants.settlement_account import NewShopAccount, register_shop_accounts
from onnuri.people.sealing import Sealer, sealer_of
from onnuri.settlement.breaks import list_open_breaks
from onnuri.settlement.close import close_business_day
from onnuri.settlement.inquire import inquire_payouts
from onnuri.settlement.match import MatchReport, match_statements
from onnuri.settlement.model import LaneClose, PayoutRequests, PayoutResults
from onnuri.settlement.payout import request_payouts
from onnuri.settlement.safeguarding import BankComparison, compare_bank, safeguarding
from onnuri.settlement.send import send_payouts
from onnuri.settlement.statement import ImportedStatement, import_statement
from onnuri.vouchers.charging.charge import request_charge, settle_charge
from tests.world import OPENED, World, settled

FRIDAY = date(2026, 11, 20)
TUESDAY = date(2026, 11, 24)
"""Two bank days later: what is sold on Friday is paid then."""


def seoul(on: date, hour: int, minute: int = 0) -> datetime:
    """Tell an instant by the clock on the wall in Seoul."""
    return datetime.combine(on, time(hour, minute), SEOUL).astimezone(UTC)


@dataclass(slots=True)
class Town:
    """The verbs of a settlement, with short arguments."""

    world: World
    bank: OpenBankingClient
    base_url: str

    @property
    def mailbox(self) -> StatementMailbox:
        return StatementMailbox(self.base_url)

    @property
    def account(self) -> str:
        return self.bank.contract.account_num

    @property
    def sealer(self) -> Sealer:
        return sealer_of(self.world.database.settings)

    def wallet(self, name: str, face: int, *, lane: str = FIRST_LANE, at: datetime = OPENED) -> None:
        """Open a wallet and charge it from the bank."""
        self.world.wallet(name, lane=lane, at=at)
        self.charge(name, face, at=at)

    def charge(self, name: str, face: int, *, at: datetime = OPENED) -> None:
        """Charge through the bank: request, withdraw, settle."""
        lane = self.world.lane_of[name]
        with self.world.begin(lane) as conn:
            asked = settled(
                request_charge(conn, self.world.order(name, face), institution_code=self.bank.institution_code, at=at)
            )
        order = Withdrawal(asked.bank_tran_id, asked.fintech_use_num, asked.paid, name, "HOLDER1", "온누리충전", at)
        answer = self.bank.withdraw(order)
        with self.world.begin(lane) as conn:
            settle_charge(conn, asked.id, answer, inquired=False, at=at)

    def shop(self, name: str, account_number: str | None = "1100000000", *, at: datetime = OPENED) -> None:
        """Register a shop, and its settlement account where a number is given: its last two digits choose its fate."""
        self.world.shop(name)
        if account_number is not None:
            self.register(name, account_number, at=at)

    def register(self, name: str, account_number: str, *, at: datetime = OPENED) -> None:
        """Register a settlement account."""
        with self.world.begin() as conn:
            new = NewShopAccount(self.world.shops[name].id, "088", account_number, "홍길동")
            register_shop_accounts(conn, self.sealer, [new], at=at)

    def close(self, day: date = FRIDAY) -> list[LaneClose]:
        """Close a day five minutes after it ended."""
        return close_business_day(self.world.begin, day=day, at=seoul(day + timedelta(days=1), 0, 5))

    def request(self, on: date = TUESDAY, *, hour: int = 10) -> PayoutRequests:
        """Request what is due."""
        code = self.bank.institution_code
        return request_payouts(self.world.begin, on=on, institution_code=code, at=seoul(on, hour))

    def send(self, on: date = TUESDAY, *, hour: int = 10) -> PayoutResults:
        """Send what is requested."""
        return send_payouts(self.world.begin, self.bank, sealer=self.sealer, now=lambda: seoul(on, hour), workers=4)

    def inquire(self, at: datetime) -> PayoutResults:
        """Ask for what is unknown."""
        return inquire_payouts(self.world.begin, self.bank, at=at)

    def fetch(self, *days: date, only: int | None = None) -> list[ImportedStatement]:
        """Import the bank's files of some dates; `only` takes the file with this place."""
        imported: list[ImportedStatement] = []
        for day in days:
            for place, name in enumerate(self.mailbox.names(self.account, on=day)):
                if only is None or place == only:
                    with self.world.begin() as conn:
                        content = self.mailbox.fetch(name)
                        at = seoul(day + timedelta(days=1), 7)
                        imported.append(import_statement(conn, content, account=self.account, at=at))
        return imported

    def match(self, on: date = TUESDAY) -> MatchReport:
        """Match what was imported, on the morning after a date."""
        with self.world.begin() as conn:
            return match_statements(conn, at=seoul(on + timedelta(days=1), 8))

    def breaks(self) -> Sequence[tuple[str, int]]:
        """List open breaks as kind and amount."""
        with self.world.begin() as conn:
            return [(each.kind, each.amount) for each in list_open_breaks(conn, on=TUESDAY)]

    def statuses(self) -> dict[str, str]:
        """Tell each shop's last payout's status."""
        names = {shop.id: name for name, shop in self.world.shops.items()}
        with self.world.begin() as conn:
            rows = conn.execute(text("SELECT shop_id, status FROM shared.payouts ORDER BY id"))
            return {names[row.shop_id]: row.status for row in rows}

    def bank_comparison(self) -> BankComparison:
        """Compare the bank's balance with the books."""
        with self.world.begin() as conn:
            found = compare_bank(conn)
        assert found is not None
        return found

    def balanced(self) -> bool:
        """Tell whether the safeguarding equation holds and the bank's balance is explained to the won."""
        with self.world.begin() as conn:
            difference, bank = safeguarding(conn).difference, compare_bank(conn)
        return difference == 0 and (bank is None or bank.unexplained == 0)
