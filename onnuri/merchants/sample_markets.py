"""Well-known traditional markets as facts, for users who have no official table at hand. No I/O."""

from __future__ import annotations

from typing import Final

from onnuri.merchants.market_files import MarketRow
from onnuri.merchants.market_names import market_code
from onnuri.merchants.opening import read_opening

_MARKETS: Final = """
망원시장 | 서울특별시 마포구 | 포은로8길 14 | 매일 | 37.556 126.906
광장시장 | 서울특별시 종로구 | 창경궁로 88 | 매일 | 37.570 127.000
통인시장 | 서울특별시 종로구 | 자하문로15길 18 | 매일 | 37.581 126.970
남대문시장 | 서울특별시 중구 | 남대문시장4길 21 | 매일 | 37.559 126.978
경동시장 | 서울특별시 동대문구 | 고산자로36길 3 | 매일 | 37.579 127.039
청량리전통시장 | 서울특별시 동대문구 | - | 매일 | 37.580 127.041
영천시장 | 서울특별시 서대문구 | 통일로 189-1 | 매일 | 37.570 126.962
공덕시장 | 서울특별시 마포구 | 만리재로 19 | 매일 | 37.545 126.953
암사종합시장 | 서울특별시 강동구 | - | 매일 | 37.551 127.129
신원시장 | 서울특별시 관악구 | - | 매일 | 37.482 126.928
남구로시장 | 서울특별시 구로구 | - | 매일 | 37.489 126.886
수유시장 | 서울특별시 강북구 | - | 매일 | 37.632 127.021
자갈치시장 | 부산광역시 중구 | 자갈치해안로 52 | 매일 | 35.097 129.031
국제시장 | 부산광역시 중구 | 신창동4가 | 매일 | 35.101 129.028
부평깡통시장 | 부산광역시 중구 | - | 매일 | 35.102 129.026
부전시장 | 부산광역시 부산진구 | - | 매일 | 35.161 129.062
해운대시장 | 부산광역시 해운대구 | - | 매일 | 35.162 129.161
구포시장 | 부산광역시 북구 | - | 매일, 3일+8일 | 35.210 129.003
서문시장 | 대구광역시 중구 | 큰장로26길 45 | 매일 | 35.869 128.581
칠성시장 | 대구광역시 북구 | - | 매일 | 35.877 128.604
관문시장 | 대구광역시 남구 | - | 매일 | 35.836 128.559
소래포구전통어시장 | 인천광역시 남동구 | - | 매일 | 37.398 126.738
신포국제시장 | 인천광역시 중구 | - | 매일 | 37.471 126.627
양동시장 | 광주광역시 서구 | 천변좌로 238 | 매일 | 35.154 126.902
대인시장 | 광주광역시 동구 | - | 매일 | 35.154 126.918
말바우시장 | 광주광역시 북구 | - | 매일, 2일+4일+7일+9일 | 35.173 126.921
1913송정역시장 | 광주광역시 광산구 | - | 매일 | 35.138 126.794
대전중앙시장 | 대전광역시 동구 | - | 매일 | 36.330 127.431
한민시장 | 대전광역시 서구 | - | 매일 | 36.335 127.384
신정시장 | 울산광역시 남구 | - | 매일 | 35.542 129.310
못골종합시장 | 경기도 수원시 | - | 매일 | 37.277 127.018
지동시장 | 경기도 수원시 | - | 매일 | 37.278 127.019
모란시장 | 경기도 성남시 | - | 매일, 4일+9일 | 37.431 127.129
중앙시장 | 강원특별자치도 강릉시 | 금성로 21 | 매일 | 37.754 128.898
속초관광수산시장 | 강원특별자치도 속초시 | 중앙로147번길 12 | 매일 | 38.204 128.590
춘천중앙시장 | 강원특별자치도 춘천시 | - | 매일 | 37.880 127.727
정선아리랑시장 | 강원특별자치도 정선군 | - | 매일, 2일+7일 | 37.380 128.665
북평민속시장 | 강원특별자치도 동해시 | - | 3일+8일 | 37.482 129.126
육거리종합시장 | 충청북도 청주시 | - | 매일 | 36.630 127.488
단양구경시장 | 충청북도 단양군 | - | 매일, 1일+6일 | 36.983 128.367
천안중앙시장 | 충청남도 천안시 | 사직로 7 | 매일 | 36.801 127.150
강경젓갈시장 | 충청남도 논산시 | - | 매일 | 36.158 127.012
전주남부시장 | 전북특별자치도 전주시 | - | 매일 | 35.812 127.147
군산공설시장 | 전북특별자치도 군산시 | - | 매일 | 35.983 126.716
목포종합수산시장 | 전라남도 목포시 | - | 매일 | 34.789 126.388
여수수산물특화시장 | 전라남도 여수시 | - | 매일 | 34.737 127.731
죽도시장 | 경상북도 포항시 | - | 매일 | 36.036 129.366
안동구시장 | 경상북도 안동시 | - | 매일 | 36.566 128.727
마산어시장 | 경상남도 창원시 | - | 매일 | 35.207 128.577
진주중앙시장 | 경상남도 진주시 | - | 매일 | 35.195 128.083
통영중앙전통시장 | 경상남도 통영시 | - | 매일 | 34.845 128.425
동문시장 | 제주특별자치도 제주시 | 관덕로14길 20 | 매일 | 33.512 126.528
제주시민속오일시장 | 제주특별자치도 제주시 | - | 2일+7일 | 33.497 126.475
서귀포매일올레시장 | 제주특별자치도 서귀포시 | 중앙로62번길 18 | 매일 | 33.250 126.563
"""
"""Name, region, street where known, opening days, a point in the market to a hundred metres or so."""


def sample_markets() -> tuple[MarketRow, ...]:
    """Give the built-in markets; an official table imported later meets them under the same codes where names agree."""
    lines = [line for line in _MARKETS.splitlines() if line]
    return tuple(_market(number, line) for number, line in enumerate(lines, start=1))


def _market(number: int, line: str) -> MarketRow:
    name, region, street, cycle, point = line.split(" | ")
    sido, sigungu = region.split()
    latitude_e7, longitude_e7 = (int(degrees.replace(".", "")) * 10_000 for degrees in point.split())
    return MarketRow(
        line=number,
        code=market_code(sido, sigungu, name),
        name=name,
        sido=sido,
        sigungu=sigungu,
        road_address=None if street == "-" else f"{region} {street}",
        lot_address=None,
        kind=_kind(cycle),
        opening=read_opening(cycle),
        latitude_e7=latitude_e7,
        longitude_e7=longitude_e7,
        shop_count=None,
        official_code=None,
    )


def _kind(cycle: str) -> str:
    if "," in cycle:
        return "상설장+5일장"
    return "상설장" if cycle == "매일" else "5일장"
