"""A payday as a process of its own that stops at a named point and waits to be killed there."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from datetime import datetime

from onnuri.banks.answers import Answer
from onnuri.banks.client import BankAccess, OpenBankingClient
from onnuri.banks.wire import ContractAccount, Deposit, Inquiry
from onnuri.kit.config import load_settings
from onnuri.kit.database import Role, open_cluster
from onnuri.people.sealing import sealer_of
from onnuri.settlement.payout import request_payouts
from onnuri.settlement.send import send_payouts


def stop(point: str) -> None:
    """Say where we are, and wait for the end."""
    sys.stdout.write(point + "\n")
    sys.stdout.flush()
    time.sleep(600)


@dataclass(slots=True)
class StoppingBank:
    """The real bank, reached by somebody who stops before or after the second order is sent."""

    bank: OpenBankingClient
    point: str
    orders: int = 0

    def deposit(self, order: Deposit) -> Answer:
        self.orders += 1
        if self.point == "claimed" and self.orders == 2:
            stop(self.point)
        answer = self.bank.deposit(order)
        if self.point == "sent" and self.orders == 2:
            stop(self.point)
        return answer

    def inquire(self, inquiry: Inquiry) -> Answer:
        return self.bank.inquire(inquiry)


def main() -> None:
    facts = json.loads(sys.argv[1])
    settings = load_settings()
    database = open_cluster(settings, facts["database"])
    begin = database.single(Role.APP).begin
    at = datetime.fromisoformat(facts["at"])
    contract = ContractAccount("097", facts["account"], "온누리상품권")
    access = BankAccess(facts["base_url"], "client", "secret", facts["institution"], contract)
    with OpenBankingClient(access) as bank:
        request_payouts(begin, on=at.date(), institution_code=facts["institution"], at=at)
        if facts["point"] == "requested":
            stop("requested")
        stopping = StoppingBank(bank, facts["point"])
        send_payouts(begin, stopping, sealer=sealer_of(settings), now=lambda: at, workers=1)


if __name__ == "__main__":
    main()
