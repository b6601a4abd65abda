"""The built-in markets and shops stand every check that real ones stand."""

from __future__ import annotations

from onnuri.merchants.business_number import parse_business_number
from onnuri.merchants.regions import SIGUNGU
from onnuri.merchants.sample_markets import sample_markets
from onnuri.merchants.sample_shops import sample_shops


def test_there_are_more_than_forty_sample_markets_all_over_the_country() -> None:
    markets = sample_markets()
    assert len({market.code for market in markets}) == len(markets) == 54
    assert {market.sido for market in markets} == set(SIGUNGU) - {"세종특별자치시"}
    assert all(market.sigungu in SIGUNGU[market.sido] for market in markets)
    assert all(market.opening is not None and market.latitude_e7 and market.longitude_e7 for market in markets)


def test_sample_shops_differ_and_pass_the_check() -> None:
    shops = sample_shops(2000)
    assert len({shop.name for shop in shops}) == len({shop.business_number for shop in shops}) == 2000
    assert all(parse_business_number(shop.business_number) == shop.business_number for shop in shops)
    assert sample_shops(10, first=1990) == shops[1990:]
