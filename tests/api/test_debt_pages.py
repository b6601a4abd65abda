"""What led to a debt, page by page: an operator finds any grant to take back."""

from __future__ import annotations

from onnuri.kit.ids import public_id
from tests.api.test_granting import granted, programme
from tests.api.town import Town

__all__ = ["programme"]


def test_every_grant_of_a_wallet_is_found_page_by_page(town: Town, programme: str) -> None:
    lots = [granted(town, ("suho", 10_000, name))["rows"][0]["lot_id"] for name in "abc"]
    address = f"/v1/wallets/{public_id('wal', town.world.wallets['suho'])}/debt"
    found, cursor = list[str](), None
    for left in (2, 1, 0):
        asked = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = town["operator"].get(address, params=asked).json()
        found += [each["lot_id"] for each in page["grants"]]
        assert (len(page["grants"]), page["grants_count"], page["next_cursor"] is None) == (1, 3, left == 0)
        cursor = page["next_cursor"]
    assert sorted(found) == sorted(lots)
    own = town["suho"].get("/v1/wallets/current/debt").json()
    assert ([each["lot_id"] for each in own["grants"]], own["next_cursor"]) == (found, None)
    assert town["operator"].get(address, params={"cursor": "x"}).status_code == 400
