"""Finance's pages over real HTTP: an open and a closed day, lanes summed, breaks, lines down to the transfers."""

from __future__ import annotations

import ast
import re
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from onnuri.kit.clock import SystemClock, seoul_date
from onnuri.kit.database import Database
from onnuri.kit.ids import public_id
from onnuri.merchants.status import ShopStatus
from onnuri.settlement import explain, record
from onnuri.settlement.breaks import open_breaks
from onnuri.settlement.model import NewBreak, PayoutStatus
from onnuri.web import finance_words
from tests.web.street import Street, serve_street
from tests.world import OPENED, World, receipt


def cells(page: str) -> list[str]:
    """Read the cells of a page's tables as text."""
    return [
        " ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", page, re.S)
    ]


def trade(street: Street) -> tuple[date, str]:
    """Let minji pay 32,500 yesterday, 2,500 of it cancelled; give the day and the cancel's entry."""
    yesterday = SystemClock().now() - timedelta(days=1)
    paid = receipt(street.world.pay("minji", "망원수산", 32_500, at=yesterday))
    taken_back = street.world.cancel(paid, 2_500, at=yesterday).value
    entry = getattr(taken_back, "entry_id", None)
    assert entry is not None
    return seoul_date(yesterday), public_id("ent", entry)


def test_a_day_is_summed_while_open_and_after_its_close(street: Street) -> None:
    finance, world = street.visitor("finance"), street.world
    day, _ = trade(street)
    before = finance.get("/finance", params={"day": str(day)}).text
    assert "진행 중" in before
    assert {"32,500", "-2,500", "30,000"} <= set(cells(before))
    world.close_day(day, at=SystemClock().now())
    after = finance.get("/finance", params={"day": str(day)}).text
    assert "마감됨" in after
    assert "계좌 없음 30,000원" in cells(after)
    assert "보호 예금" in after


def test_a_line_opens_down_to_its_transfers(street: Street) -> None:
    auditor, world = street.visitor("auditor"), street.world
    day, entry = trade(street)
    market = auditor.get(f"/finance/markets/{public_id('mkt', world.market_id)}", params={"day": str(day)}).text
    shop = world.shops["망원수산"].id
    assert f"/finance/shops/{public_id('shp', shop)}?day={day}" in market
    line = auditor.get(f"/finance/shops/{public_id('shp', shop)}", params={"day": str(day)}).text
    assert f"/finance/entries/{entry}" in line
    transfers = cells(auditor.get(f"/finance/entries/{entry}").text)
    (lot,) = [lot for lot in world.lots("minji") if lot.left < lot.face]
    assert any(f"merchant:{shop.hex}" in cell for cell in transfers)
    assert any(f"lot:{lot.id.hex}" in cell for cell in transfers)
    assert "2,500" in transfers


def test_an_open_break_is_shown_with_owner_and_age(street: Street) -> None:
    at = SystemClock().now() - timedelta(days=3)
    found = NewBreak("statement_gap", "file:7", -1_000, "finance", "모르는 <출금> / An unknown withdrawal")
    with street.world.begin() as conn:
        open_breaks(conn, [found], at=at)
    page = street.visitor("finance").get("/finance").text
    assert "모르는 &lt;출금&gt;" in page
    assert {"-1,000", "정산", "3일"} <= set(cells(page))
    assert "An unknown withdrawal" not in page


def test_a_day_is_the_sum_of_its_lanes(database: Database, invariants: None) -> None:
    world = World(database, lanes=("lane_00", "lane_01"))
    with serve_street(world) as street:
        now = SystemClock().now()
        world.wallet("jun", 30_000, lane="lane_01", at=now)
        world.pay("minji", "망원수산", 1_000, at=now)
        world.pay("jun", "망원수산", 2_000, at=now)
        finance = street.visitor("finance")
        assert "3,000" in cells(finance.get("/finance").text)
        shop = public_id("shp", world.shops["망원수산"].id)
        assert {"1,000", "2,000"} <= set(cells(finance.get(f"/finance/shops/{shop}").text))
    world.close()


def written_in_code() -> set[str]:
    """Read which kinds and owners of breaks stand as words where the rooms that settle make one."""
    words: list[ast.expr] = []
    for path in Path(explain.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "NewBreak",
                "_found",
                "_of_line",
                "_look",
            ):
                words += [*node.args, *(word.value for word in node.keywords if word.arg in ("kind", "owner"))]
            elif (isinstance(node, ast.keyword) and node.arg == "look") or (
                isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "look"
            ):
                words.append(node.value)
    texts = [each.value for word in words for each in ast.walk(word) if isinstance(each, ast.Constant)]
    return {each for each in texts if isinstance(each, str) and re.fullmatch("[a-z_]{6,}", each)}


def test_every_break_and_desk_has_a_name_in_both_languages() -> None:
    assert set(finance_words.BREAK_KINDS) == {*explain.OWNERS, *record.LOOK_KINDS}
    assert set(finance_words.BREAK_OWNERS) == set(explain.OWNERS.values())
    named = {**finance_words.BREAK_KINDS, **finance_words.BREAK_OWNERS}
    written = written_in_code()
    assert {"paid_after_failed", "payout_never_arrives", "payout_request_wrong", "operator", "unknown_line"} <= written
    assert written <= set(named)
    assert all(korean != english != key for key, (korean, english) in named.items() if "_" in key)


@pytest.mark.parametrize("kind", record.LOOK_KINDS)
def test_what_a_person_must_look_at_is_named_on_the_page(common_street: Street, kind: str) -> None:
    korean, english = finance_words.BREAK_KINDS[kind]
    with common_street.world.begin() as conn:
        open_breaks(conn, [NewBreak(kind, f"payout:{UUID(int=1).hex}", 0, "operator", "확인 / Look")], at=OPENED)
    finance = common_street.visitor("finance")
    page = finance.get("/finance").text
    assert korean in page
    assert kind not in page
    finance.cookies.set("onnuri_language", "en")
    assert english in finance.get("/finance").text


def test_every_account_status_and_step_has_a_name_in_both_languages() -> None:
    assert set(finance_words.SHOP_STATUSES) == set(ShopStatus)
    assert set(finance_words.PAYOUT_STATUSES) == set(PayoutStatus)


def test_every_kind_of_account_has_its_words(world: World) -> None:
    with world.begin() as conn:
        kinds = conn.exec_driver_sql("SELECT kind FROM shared.account_kinds").scalars().all()
    assert set(finance_words.ACCOUNT_KINDS) == set(kinds)
