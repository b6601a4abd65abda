"""The worker credits what is approved, whatever is wrong with another list."""

from __future__ import annotations

from typing import cast

import psycopg
from sqlalchemy import text

from onnuri.banks.client import OpenBankingClient
from onnuri.ops.work import Bench, work_once
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.credit_upload import CreditList, approve_list, credit_list, keep_list
from tests.auditor.acting_bank import ActingBank
from tests.vouchers.giving import credit_file, digest, programme
from tests.world import OPENED, World


def test_one_list_that_can_t_be_run_keeps_no_other_waiting(world: World) -> None:
    world.wallet("minji")
    source = programme(world)
    with world.begin() as conn:
        maker, checker = register_people(
            conn, sealer_of(world.database.settings), [NewPerson("maker"), NewPerson("checker")], at=OPENED
        )
        lists: list[CreditList] = []
        for name in ("a", "b"):
            file = credit_file(world, [("minji", 1_000, name), ("nobody", 1, "x")])
            kept = keep_list(conn, source, digest(file), file, by=maker, at=OPENED).value
            assert isinstance(kept, CreditList)
            lists.append(approve_list(conn, kept.id, by=checker, at=OPENED))
    with psycopg.connect(world.database.superuser_url(), autocommit=True) as owner:
        owner.execute("UPDATE shared.credit_list_findings SET facts = '7' WHERE list_id = %s", (lists[0].id,))
    work_once(Bench(world.engines, cast("OpenBankingClient", ActingBank()), lambda: OPENED))
    with world.begin() as conn:
        assert [credit_list(conn, each.id).status for each in lists] == ["APPROVED", "DONE"]
        assert conn.execute(text("SELECT count(*) FROM lots")).scalar_one() == 1
