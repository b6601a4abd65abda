"""Only what is approved is credited, by the worker or by anybody, and whatever is wrong with another list."""

from __future__ import annotations

from typing import cast

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from onnuri.banks.client import OpenBankingClient
from onnuri.ops.work import Bench, work_once
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.giving.credit_progress import run_stretch
from onnuri.vouchers.giving.credit_run import CreditEdge, run_list
from onnuri.vouchers.giving.credit_upload import CreditList, approve_list, credit_list, keep_list
from tests.auditor.acting_bank import ActingBank
from tests.vouchers.giving import credit_file, digest, programme, uploaded
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


def test_what_no_approved_list_says_is_not_credited_whoever_asks_the_database(world: World) -> None:
    world.wallet("minji")
    source, edge = programme(world), CreditEdge(world.begin, lambda: OPENED, lambda _: None)
    longer = credit_file(world, [("minji", 1_000, f"r{n}") for n in range(101)])
    file = longer[:-1]

    def refused(rows: list[str]) -> str:
        with pytest.raises(IntegrityError, match="is of no approved list") as caught:
            list(run_list(edge, source, digest(file), rows))
        return str(caught.value.orig)

    assert "unit 0 of" in refused(file)
    kept = uploaded(world, source, file)
    assert "unit 0 of" in refused(file)
    with world.begin() as conn:
        (checker,) = register_people(conn, sealer_of(world.database.settings), [NewPerson("checker")], at=OPENED)
        approve_list(conn, kept.id, by=checker, at=OPENED)
    assert "unit 1 of" in refused(longer)
    assert run_stretch(edge, kept.id).status == "DONE"
    assert world.rows("lots") == 100
