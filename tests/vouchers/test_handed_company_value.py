"""Value that a company gave says so wherever it goes on: to an heir, to the heir's heir, to another lane."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from onnuri.auditor.report import audit
from onnuri.auditor.snapshot import look_through
from onnuri.kit.database import Database
from onnuri.kit.ids import new_id
from onnuri.vouchers.giving.corporate import CompanyPurchase, buy_for_company, company_source, register_company
from onnuri.vouchers.queries import givers
from tests.vouchers.giving import credit_file, run
from tests.vouchers.test_wallet_life import LATER, block, hand_over
from tests.world import OPENED, World, request_key

LANES = ("lane_00", "lane_01")


@pytest.fixture
def town(database: Database, invariants: None) -> Iterator[World]:
    """Minji has 50,000 won of a company; Jun's wallet is in her lane, Hana's in another."""
    made = World(database, lanes=LANES)
    made.wallet("minji")
    made.wallet("jun")
    made.wallet("hana", lane="lane_01")
    with made.begin() as conn:
        company = register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)
        buy = CompanyPurchase(new_id(OPENED), request_key("buy"), company, 50_000, "bank-1")
        buy_for_company(conn, [buy], at=OPENED)
        source = company_source(conn, company, at=OPENED)
    run(made, source, credit_file(made, [("minji", 50_000, "r1")]))
    block(made, "minji")
    yield made
    made.close()


def given_by(world: World, name: str) -> list[str | None]:
    """Tell who gave each lot of a wallet, as its holder sees it."""
    lots = [lot.id for lot in world.lots(name)]
    with world.begin(world.lane_of[name]) as conn:
        named = givers(conn, lots)
    return [named.get(lot) for lot in lots]


@pytest.mark.parametrize("way", [("jun",), ("hana",), ("jun", "hana"), ("hana", "jun")])
def test_an_heir_sees_which_company_gave_it(town: World, way: tuple[str, ...]) -> None:
    assert given_by(town, "minji") == ["한빛"]
    for place, (giver, heir) in enumerate(zip(("minji", *way), way, strict=False)):
        if place:
            block(town, giver, at=LATER)
        hand_over(town, giver, heir, at=LATER + timedelta(days=place))
        assert given_by(town, heir) == ["한빛"]


@pytest.mark.parametrize("heir", ["jun", "hana"])
@pytest.mark.parametrize("instead", ["NULL", "(SELECT id FROM shared.companies WHERE name = '새롬')"])
def test_the_auditor_finds_another_giver_than_the_first(
    town: World, database: Database, heir: str, instead: str
) -> None:
    hand_over(town, "minji", heir)
    with town.begin() as conn:
        register_company(conn, business_number="2208162517", name="새롬", by="op", at=OPENED)
        assert conn.execute(text("SELECT count(*) FROM shared.companies")).scalar_one() == 2
    with psycopg.connect(database.superuser_url()) as conn:
        conn.execute("SET LOCAL session_replication_role = replica")
        conn.execute(f"UPDATE {town.lane_of[heir]}.lot_origins SET company_id = {instead}".encode())
        conn.execute("SET LOCAL ROLE onnuri_auditor")
        report = audit(look_through(conn))
        conn.rollback()
    found = {check.name for check in report.checks if not check.ok}
    assert found == {"moved_lots" if heir == "jun" else "lanes_agree"}
