"""Markets come into the register: twice the same changes nothing, and the two official tables complete each other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from onnuri.merchants.import_markets import MarketImport, import_markets
from onnuri.merchants.market_files import read_market_file
from onnuri.merchants.queries import MarketUnknown, find_market, list_markets
from onnuri.merchants.sample_markets import sample_markets

_AT = datetime(2026, 11, 20, 1, tzinfo=UTC)
_DATA = Path(__file__).parents[3] / "shared" / "data"


def _counts(done: MarketImport) -> tuple[int, int, int]:
    return len(done.added), len(done.changed), len(done.unchanged)


def _imported(conn: Connection, name: str, *, dry_run: bool = False) -> tuple[int, int, int]:
    path = _DATA / name
    if not path.is_file():
        pytest.skip(f"the official table {name} is not beside this checkout")
    markets = read_market_file(path.read_bytes()).markets
    return _counts(import_markets(conn, markets=markets, source=name, at=_AT, dry_run=dry_run))


def test_the_sample_twice_changes_nothing(conn: Connection) -> None:
    first = import_markets(conn, markets=sample_markets(), source="sample", at=_AT)
    again = import_markets(conn, markets=sample_markets(), source="sample", at=_AT)
    assert (_counts(first), _counts(again)) == ((54, 0, 0), (0, 0, 54))
    mangwon = next(market for market in sample_markets() if market.name == "망원시장")
    found = find_market(conn, code=mangwon.code)
    assert (found.name, found.sigungu, found.opening_cycle) == ("망원시장", "마포구", "daily")


def test_a_dry_run_tells_the_same_and_writes_nothing(conn: Connection) -> None:
    dry = import_markets(conn, markets=sample_markets(), source="sample", at=_AT, dry_run=True)
    assert dry.dry_run
    assert list_markets(conn) == []
    done = import_markets(conn, markets=sample_markets(), source="sample", at=_AT)
    assert done.added == dry.added


def test_both_official_tables_come_in_and_complete_each_other(conn: Connection) -> None:
    assert _imported(conn, "markets_standard.csv", dry_run=True) == (1388, 0, 0)
    assert _imported(conn, "markets_standard.csv") == (1388, 0, 0)
    assert _imported(conn, "markets_standard.csv") == (0, 0, 1388)
    added, changed, unchanged = _imported(conn, "markets_semas.csv")
    assert (added, changed + unchanged) == (0, 1388)
    assert _imported(conn, "markets_semas.csv") == (0, 0, 1388)
    kept = conn.execute(
        text("""SELECT count(*) AS markets, count(latitude_e7) AS points, count(shop_count) AS counts,
                       count(*) FILTER (WHERE opening_cycle = '') AS closed, count(address) AS addresses,
                       count(DISTINCT kind) AS kinds FROM shared.markets""")
    ).one()
    assert tuple(kept) == (1388, 1372, 1383, 0, 1388, 1)


def test_the_official_table_meets_the_sample_under_the_same_codes(conn: Connection) -> None:
    import_markets(conn, markets=sample_markets(), source="sample", at=_AT)
    added, changed, unchanged = _imported(conn, "markets_standard.csv")
    assert added < 1388
    assert (added + changed + unchanged) == 1388
    assert changed + unchanged > 40


def test_lists_are_read_page_by_page(conn: Connection) -> None:
    import_markets(conn, markets=sample_markets(), source="sample", at=_AT)
    first = list_markets(conn, at_most=30)
    rest = list_markets(conn, after=first[-1].code, at_most=30)
    codes = [market.code for market in (*first, *rest)]
    assert len(codes) == 54
    assert codes == sorted(codes)
    with pytest.raises(MarketUnknown):
        find_market(conn, code="m0000000000")
