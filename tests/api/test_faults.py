"""When the database fails, nobody is told that they paid; when a client asks again, it happened once."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import psycopg
from psycopg import sql

from onnuri.people.model import PersonRole
from tests.api.town import Town


@contextmanager
def commits_fail(town: Town, table: str) -> Generator[None]:
    """Let every COMMIT that wrote into a table fail, as a full disk or a lost replica would."""
    with psycopg.connect(town.world.database.superuser_url(), autocommit=True) as conn:
        conn.execute(
            "CREATE FUNCTION public.refuse_commit() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'commit refused' USING ERRCODE = '53100'; END $$"
        )
        conn.execute(
            sql.SQL(
                "CREATE CONSTRAINT TRIGGER refuse_commit AFTER INSERT ON {} DEFERRABLE INITIALLY DEFERRED"
                " FOR EACH ROW EXECUTE FUNCTION public.refuse_commit()"
            ).format(sql.Identifier(*table.split(".")))
        )
        try:
            yield
        finally:
            conn.execute(sql.SQL("DROP TRIGGER refuse_commit ON {}").format(sql.Identifier(*table.split("."))))
            conn.execute("DROP FUNCTION public.refuse_commit()")


def test_a_payment_whose_commit_fails_is_never_told_as_paid(town: Town) -> None:
    with commits_fail(town, "lane_00.payments"):
        answer = town.pay(15_000, key="k")
        assert answer.status_code in (500, 503), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["money_moved"] == "unknown"
    assert town.world.earned("fish") == 0
    assert town.pay(15_000, key="k").status_code == 201
    assert town.world.earned("fish") == 15_000


def test_a_poisoned_neighbour_does_not_hurt_the_others(town: Town) -> None:
    tofu: list[int] = []
    fish: list[int] = []
    with psycopg.connect(town.world.database.superuser_url(), autocommit=True) as conn:
        shop = town.world.shops["tofu"].id
        conn.execute(
            sql.SQL("ALTER TABLE lane_00.payments ADD CONSTRAINT poison CHECK (shop_id <> {}) NOT VALID").format(
                sql.Literal(shop)
            )
        )
        threads = [
            threading.Thread(target=lambda: tofu.append(town.pay(100, shop="tofu").status_code)) for _ in range(4)
        ] + [threading.Thread(target=lambda: fish.append(town.pay(100).status_code)) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        conn.execute("ALTER TABLE lane_00.payments DROP CONSTRAINT poison")
    assert fish == [201] * 12
    assert set(tofu) <= {500, 503}
    assert len(tofu) == 4


def test_anything_else_whose_commit_fails_is_never_told_as_done(town: Town) -> None:
    hana = town.person("hana", (PersonRole.HOLDER, None))
    with commits_fail(town, "shared.wallets"):
        answer = hana.post("/v1/wallets", json={"birth_date": "1990-05-01"})
        assert answer.status_code == 503, answer.text
        assert answer.json()["code"] == "outcome_unknown"
    assert hana.get("/v1/wallets/current").status_code == 404
    assert hana.post("/v1/wallets", json={"birth_date": "1990-05-01"}).status_code == 201


def test_a_lost_database_says_so_and_comes_back(town: Town) -> None:
    with psycopg.connect(town.world.database.superuser_url(), autocommit=True) as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'onnuri_app' AND datname = %s",
            (town.world.database.name,),
        )
    assert town.pay(1_000, key="k").status_code == 201
    assert town["minji"].get("/v1/wallets/current").json()["balance"] == 99_000


def test_a_caller_who_hangs_up_has_still_paid_once(town: Town) -> None:
    body = {"payee": town.world.shops["fish"].stall_number, "amount": 15_000}
    with psycopg.connect(town.world.database.superuser_url()) as conn:
        conn.execute("SELECT * FROM lane_00.lane FOR UPDATE")
        try:
            town["minji"].post("/v1/payments", json=body, headers={"Idempotency-Key": "k"}, timeout=0.3)
        except httpx.ReadTimeout:
            pass
        else:
            raise AssertionError("the lane is held, nothing can be answered")
        conn.rollback()
    again = town["minji"].post("/v1/payments", json=body, headers={"Idempotency-Key": "k"})
    assert again.status_code == 201
    assert town.world.earned("fish") == 15_000
