"""The verbs of the command line: what they print, what they refuse, how they end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from onnuri.kit.config import Settings
from onnuri.kit.database import Database, Role, embedded
from onnuri.merchants.import_markets import import_markets
from onnuri.merchants.register import ShopOpening, open_shops
from onnuri.merchants.sample_markets import sample_markets
from tests.ops.conftest import Command
from tests.world import OPENED, World

HEADER = "시장명,시장유형,소재지도로명주소,소재지지번주소,시장개설주기,위도,경도,점포수\n"
MARKET = "망원시장,상설장,서울특별시 마포구 포은로8길 14,,매일,37.556,126.906,80\n"


@pytest.mark.parametrize("role", list(Role))
def test_db_url_connects_as_the_role(onnuri: Command, house: dict[str, str], role: Role) -> None:
    said = onnuri("db", "url", "--role", role.value.removeprefix("onnuri_"), env=house)
    assert said.returncode == 0, said.stderr
    (url,) = said.stdout.splitlines()
    with psycopg.connect(url) as conn:
        assert conn.execute("SELECT current_user").fetchone() == (role.value,)


def test_db_url_starts_what_does_not_run_and_leaves_it_running(
    onnuri: Command, environment: dict[str, str], tmp_path: Path
) -> None:
    alone = {name: value for name, value in environment.items() if name != "DATABASE_URL"}
    alone["ONNURI_DATA_DIR"] = str(tmp_path)
    server = embedded(Settings(tmp_path, None, None, b"", sandbox=True, bank_url=None))
    try:
        said = onnuri("db", "url", "--role", "reader", env=alone)
        assert said.returncode == 0, said.stderr
        with psycopg.connect(said.stdout.strip()) as conn:
            assert conn.execute("SELECT count(*) FROM shared.policies").fetchone() != (0,)
        assert onnuri("db", "stop", env=alone).returncode == 0
        assert not server.running()
    finally:
        server.stop("immediate")


def test_db_stop_leaves_a_database_of_ones_own_alone(onnuri: Command, house: dict[str, str]) -> None:
    assert onnuri("db", "stop", env=house).returncode == 3


def test_a_lane_is_added_once(onnuri: Command, house: dict[str, str]) -> None:
    assert onnuri("db", "add-lane", "lane_01", env=house).returncode == 0
    assert onnuri("db", "add-lane", "lane_01", env=house).returncode == 3
    assert onnuri("db", "add-lane", "lane; DROP", env=house).returncode == 3


def test_an_audit_of_a_whole_house_finds_nothing(onnuri: Command, house: dict[str, str], world: World) -> None:
    world.wallet("minji", 50_000)
    said = onnuri("audit", "--json", env=house)
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    assert told["ok"] is True
    assert all(set(check) == {"name", "ok", "rows", "loss"} for check in told["checks"])


def test_an_audit_that_finds_something_ends_with_one(
    onnuri: Command, house: dict[str, str], database: Database
) -> None:
    with psycopg.connect(database.superuser_url()) as conn:
        conn.execute("SET session_replication_role = replica")
        conn.execute("UPDATE lane_00.lane SET last_seq = 7")
    said = onnuri("audit", "--json", env=house)
    assert said.returncode == 1
    assert json.loads(said.stdout)["ok"] is False


def test_markets_are_imported_with_a_report(onnuri: Command, house: dict[str, str], tmp_path: Path) -> None:
    table = tmp_path / "markets.csv"
    table.write_bytes((HEADER + MARKET).encode("cp949"))
    dry = onnuri("import", "markets", str(table), "--dry-run", env=house)
    assert dry.returncode == 0, dry.stderr
    assert "아무것도 저장하지 않았습니다" in dry.stderr
    assert onnuri("import", "markets", str(table), env=house).returncode == 0
    again = onnuri("import", "markets", str(table), "--dry-run", env=house)
    assert "unchanged" in again.stderr
    assert not dry.stdout


def test_a_close_is_done_and_done_again(onnuri: Command, house: dict[str, str], world: World) -> None:
    world.wallet("minji", 50_000)
    said = onnuri("close", "2026-11-20", env=house)
    assert said.returncode == 0, said.stderr
    assert "closed before" in onnuri("close", "2026-11-20", env=house).stderr


@pytest.mark.parametrize("form", ["beancount", "hledger", "csv"])
def test_the_journal_is_exported(
    onnuri: Command, house: dict[str, str], world: World, form: str, tmp_path: Path
) -> None:
    world.wallet("minji", 50_000)
    out = tmp_path / "journal"
    said = onnuri("export", "journal", "--format", form, env=house)
    assert said.returncode == 0, said.stderr
    assert onnuri("export", "journal", "--format", form, "--out", str(out), env=house).returncode == 0
    assert out.read_text(encoding="utf-8").splitlines() == said.stdout.splitlines()
    assert "46500" in said.stdout.replace(",", "")


def test_stickers_of_a_market_are_drawn(
    onnuri: Command, house: dict[str, str], database: Database, tmp_path: Path
) -> None:
    market = sample_markets()[0]
    with database.single(Role.APP).begin() as conn:
        import_markets(conn, markets=[market], source="sample", at=OPENED)
        market_id = conn.exec_driver_sql("SELECT id FROM shared.markets").scalar_one()
        open_shops(conn, openings=[ShopOpening(market_id, "망원 생선", "1018112341")], at=OPENED, by="test")
    said = onnuri("stickers", str(tmp_path / "out"), "--market", market.code, env=house)
    assert said.returncode == 0, said.stderr
    drawn = list((tmp_path / "out").glob("*.svg"))
    assert len(drawn) == _shops(database) == 1


def _shops(database: Database) -> int:
    with database.single(Role.APP).begin() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM shared.shops").scalar_one())


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("close", "tomorrow"), 3, "date_not_read"),
        (("close", "2999-01-01"), 3, "day_not_over"),
        (("statement", "import", "/nonexistent/file"), 4, "FileNotFoundError"),
        (("nonsense",), 2, "No such command"),
        (("demo", "--merchants", "1"), 2, "--merchants"),
        (("worker",), 4, "ONNURI_BANK_URL"),
    ],
)
def test_what_is_expected_to_go_wrong_ends_with_plain_lines(
    onnuri: Command, house: dict[str, str], arguments: tuple[str, ...], code: int, words: str
) -> None:
    said = onnuri(*arguments, env=house)
    assert said.returncode == code, said.stderr
    assert words in said.stderr
    assert "Traceback" not in said.stderr
    assert not said.stdout


def test_a_database_that_is_not_there_is_said_so(onnuri: Command, house: dict[str, str], tmp_path: Path) -> None:
    gone = {**house, "DATABASE_URL": f"postgresql://nobody@/nothing?host={tmp_path}"}
    said = onnuri("audit", "--json", env=gone)
    assert said.returncode == 4
    assert "데이터베이스" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("module", ["onnuri.ops", "onnuri.ops.serve"])
def test_python_without_its_assertions_is_refused(house: dict[str, str], module: str) -> None:
    said = subprocess.run(
        [sys.executable, "-O", "-m", module, *(["db", "url"] if module == "onnuri.ops" else [])],
        env=house, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert said.returncode == 4
    assert "python -O" in said.stderr


def test_help_is_korean_and_english(onnuri: Command, house: dict[str, str]) -> None:
    said = onnuri("--help", env=house)
    assert said.returncode == 0
    verbs = ("up", "worker", "demo", "db", "import", "close", "payout", "statement", "audit", "export", "stickers")
    assert all(f"  {verb} " in said.stdout for verb in verbs)


def test_shops_are_paid_and_the_statement_is_matched(
    onnuri: Command, house: dict[str, str], world: World, tmp_path: Path
) -> None:
    alone = {**house, "ONNURI_BANK_URL": ""}
    world.wallet("minji", 50_000)
    paid = onnuri("payout", env=alone)
    assert paid.returncode == 0, paid.stderr
    assert "requested  0건" in paid.stderr
    fetched = onnuri("statement", "fetch", "2026-11-20", env=alone)
    assert fetched.returncode == 0, fetched.stderr
    assert "Matched" in fetched.stderr
    assert "line_missing" in fetched.stderr


def test_the_schema_is_printed_from_a_fresh_database(onnuri: Command, environment: dict[str, str]) -> None:
    said = onnuri("db", "schema", env=environment)
    assert said.returncode == 0, said.stderr
    assert "CREATE TABLE lane_00.transfers" in said.stdout
