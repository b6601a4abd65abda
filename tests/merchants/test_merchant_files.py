"""The official merchant table: every line accounted for, in the encodings of 2024 and 2025."""

from __future__ import annotations

import pytest

from onnuri.merchants.market_files import market_file_of
from onnuri.merchants.merchant_files import MerchantFile, read_merchant_file
from onnuri.merchants.official_files import OfficialFileUnknown, read_official_file, told

HEADER = "가맹점명,소속 시장명,소재지,취급품목,지류형 가맹 여부,디지털형 가맹 여부,등록년도"
LINES = (
    "은하떡집,망원시장,서울특별시 마포구 망원동 411-1,떡,Y,Y,2021",
    '"바다, 그리고 생선",자갈치시장,부산광역시 중구 남포동4가 37-1,수산물,Y,N,2019',
    "은하떡집,망원시장,서울특별시 마포구 망원동 411-1,떡,Y,Y,2021",
    "남문약재,중앙시장,강원도 강릉시 성남동 50,약초,N,Y,2020년",
    "읍내국밥,전의왕의물시장,세종특별자치시,음식점,Y,Y,",
    "모퉁이가게,,서울특별시,잡화,Y,Y,2022",
    "잘린줄,망원시장",
)


def _read(encoding: str) -> MerchantFile:
    return read_merchant_file("\r\n".join([HEADER, *LINES, ""]).encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_the_merchant_table_is_read_whole(encoding: str) -> None:
    report = _read(encoding).report
    assert (report.encoding, report.rows, report.merchants, report.takes_digital) == (encoding, 7, 5, 4)
    assert told(report.exact_duplicates) == "line 4: 은하떡집, as line 2"
    assert told(report.unreadable) == "line 8: 2 fields, the header has 7"
    assert told(report.without_market) == "line 7: 모퉁이가게"
    assert told(report.without_year) == "line 6: 읍내국밥"
    assert (report.regions_unknown, report.regions_corrected) == ((), ())


def test_a_row_says_where_the_shop_is_today() -> None:
    shops = {shop.name: shop for shop in _read("cp949").merchants}
    assert (shops["남문약재"].sido, shops["남문약재"].sigungu) == ("강원특별자치도", "강릉시")
    assert (shops["읍내국밥"].sido, shops["읍내국밥"].sigungu) == ("세종특별자치시", "세종시")
    assert (shops["모퉁이가게"].sido, shops["모퉁이가게"].sigungu) == ("서울특별시", "")
    assert not shops["바다, 그리고 생선"].takes_digital
    assert shops["남문약재"].registered_year == 2020


def test_a_table_of_the_other_kind_is_refused() -> None:
    markets = "시장명,시장유형,소재지도로명주소,소재지지번주소,시장개설주기,위도,경도,점포수\n".encode()
    with pytest.raises(OfficialFileUnknown):
        read_merchant_file(markets)
    with pytest.raises(OfficialFileUnknown):
        market_file_of(read_official_file("\n".join([HEADER, *LINES]).encode()))


def test_a_field_left_open_by_a_quote_is_reported_with_its_lines() -> None:
    content = "\n".join([HEADER, LINES[0], '"열린따옴표,망원시장', LINES[1], LINES[3]]).encode()
    file = read_merchant_file(content)
    assert [shop.name for shop in file.merchants] == ["은하떡집", "남문약재"]
    assert len(file.report.unreadable) == 1
    assert file.report.unreadable[0].line == 3
    assert "over" in file.report.unreadable[0].text
