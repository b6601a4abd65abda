"""A receipt of the bank counts once: in one lane, for one thing, under one name, however many try at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count
from uuid import UUID

import pytest

from onnuri.kit.database import FIRST_LANE, Database
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import RequestKey
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.claw_backs.claw_back import ClawBackOrder, claw_back
from onnuri.vouchers.claw_backs.claw_back_repay import Repayment, repay
from onnuri.vouchers.giving.corporate import CompanyPurchase, buy_for_company, register_company
from tests.vouchers.giving import credit_file, programme, run
from tests.world import OPENED, World, receipt, request_key

LANES = (FIRST_LANE, "lane_01")
HOLDERS = {FIRST_LANE: "minji", "lane_01": "suho"}


class Office:
    """A company, and a holder in each lane who owes 40,000 won after a claw-back."""

    def __init__(self, world: World) -> None:
        self.world, self._keys = world, count(1)
        with world.begin() as conn:
            self.company = register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)
            people = [NewPerson("maker"), NewPerson("checker")]
            maker, checker = register_people(conn, sealer_of(world.database.settings), people, at=OPENED)
        world.shop("fish")
        for lane, name in HOLDERS.items():
            world.wallet(name, lane=lane)
        run(world, programme(world), credit_file(world, [(name, 40_000, name) for name in HOLDERS.values()]))
        for lane, name in HOLDERS.items():
            self._owe(lane, name, maker, checker)

    def _owe(self, lane: str, name: str, maker: UUID, checker: UUID) -> None:
        (lot,) = self.world.lots(name)
        receipt(self.world.pay(name, "fish", 40_000))
        order = ClawBackOrder(request_key(name), new_id(OPENED), lot.id, None, "소득 요건 미달", maker, checker)
        with self.world.begin(lane) as conn:
            (done,) = claw_back(conn, [order], at=OPENED)
        assert not isinstance(done.value, DomainError)

    def buy(self, reference: str) -> str:
        """Count a receipt as a company's purchase."""
        item = CompanyPurchase(new_id(OPENED), self._key(), self.company, 1_000, reference)
        with self.world.begin() as conn:
            (answer,) = buy_for_company(conn, [item], at=OPENED)
        return answer.value.code if isinstance(answer.value, DomainError) else "ok"

    def repay(self, reference: str, lane: str) -> str:
        """Count a receipt against what a holder of this lane owes."""
        item = Repayment(
            self._key(), new_id(OPENED), self.world.wallets[HOLDERS[lane]], 1_000, bank_reference=reference
        )
        with self.world.begin(lane) as conn:
            (answer,) = repay(conn, [item], at=OPENED)
        return answer.value.code if isinstance(answer.value, DomainError) else "ok"

    def _key(self) -> RequestKey:
        return request_key(f"receipt {next(self._keys)}")


@pytest.fixture
def office(database: Database, invariants: None) -> Iterator[Office]:
    world = World(database, lanes=LANES)
    yield Office(world)
    world.close()


@pytest.mark.parametrize("first", ["purchase", *LANES])
def test_a_receipt_counts_once_in_whatever_lane_and_for_whatever(office: Office, first: str) -> None:
    def count_it(how: str, reference: str) -> str:
        return office.buy(reference) if how == "purchase" else office.repay(reference, how)

    assert count_it(first, "20261102-000123") == "ok"
    assert {count_it(how, "20261102-000123") for how in ("purchase", *LANES)} == {"bank_receipt_used"}
    assert count_it(first, "20261102-000124") == "ok"


@pytest.mark.parametrize("reference", ["100234567890", "L000000000016", "352-0123-4567-83"])
def test_a_reference_that_looks_like_an_account_is_no_secret_to_the_audit(office: Office, reference: str) -> None:
    assert office.buy(reference) == "ok"
    assert office.repay(reference, "lane_01") == "bank_receipt_used"  # kept with its words; the audit looks at the end


def test_another_spelling_is_the_same_receipt_or_none(office: Office) -> None:
    assert office.repay("kb-7a", "lane_01") == "ok"
    assert office.buy("KB-7A") == "bank_receipt_used"
    strange = [
        "KB-7A ",
        " KB-7A",
        "KB-7A\n",
        "KB--7A",
        "KB-7A-",
        "KB_7A",
        "\uff2b\uff22-7A",
        "KB-7\u0410",
        "ſ",
        "",
        "A" * 36,
    ]
    assert {each: office.buy(each) for each in strange} == dict.fromkeys(strange, "bank_receipt_malformed")
    assert office.buy("A" * 35) == "ok"
    assert office.world.rows("shared.bank_receipts") == 2


def test_of_many_at_once_in_two_lanes_one_counts(office: Office) -> None:
    barrier, heard = threading.Barrier(9), list[str]()

    def try_it(place: int) -> None:
        barrier.wait()
        heard.append(office.buy("SAME-1") if place % 3 == 0 else office.repay("SAME-1", LANES[place % 3 - 1]))

    threads = [threading.Thread(target=try_it, args=(place,)) for place in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == ["bank_receipt_used"] * 8 + ["ok"]
