"""The official market tables: every line accounted for, in every encoding, and one market under one code in both."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnuri.merchants.market_files import read_market_file
from onnuri.merchants.market_names import market_code, name_key, name_keys
from onnuri.merchants.official_files import OfficialFileUnknown
from onnuri.merchants.opening import parse_opening, read_opening
from onnuri.merchants.regions import read_region

_DATA = Path(__file__).parents[3] / "shared" / "data"
_ENCODINGS = ("utf-8", "utf-8-sig", "cp949")
_HEADER = "시장명,시장유형,소재지도로명주소,소재지지번주소,시장개설주기,위도,경도,점포수"


def _official(name: str, encoding: str) -> bytes:
    path = _DATA / name
    if not path.is_file():
        pytest.skip(f"the official table {name} is not beside this checkout")
    return path.read_text(encoding="utf-8-sig").encode(encoding)


@pytest.mark.parametrize("encoding", _ENCODINGS)
def test_the_standard_table_is_read_whole(encoding: str) -> None:
    report = read_market_file(_official("markets_standard.csv", encoding)).report
    assert (report.encoding, report.rows, report.markets) == (encoding, 1388, 1388)
    assert report.duplicate_name_rows == 49
    assert report.repeated_names[0] == ("중앙시장", 12)
    assert (len(report.without_coordinates), len(report.without_shop_count)) == (16, 5)
    assert (report.unreadable, report.exact_duplicates, report.differing_duplicates) == ((), (), ())
    assert (report.without_address, report.regions_unknown) == ((), ())
    assert [note.line for note in report.regions_corrected] == [367, 564, 726]


@pytest.mark.parametrize("encoding", _ENCODINGS)
def test_the_semas_table_is_read_whole_though_its_codes_belong_to_names(encoding: str) -> None:
    report = read_market_file(_official("markets_semas.csv", encoding)).report
    assert (report.encoding, report.rows, report.markets) == (encoding, 1388, 1388)
    assert report.duplicate_name_rows == 49
    assert report.official_codes_shared[0] == ("a31080002", 12)
    assert report.columns_absent == ("위도", "경도", "점포수", "시장개설주기")
    assert (report.unreadable, report.regions_unknown) == ((), ())


def test_both_official_tables_lead_to_the_same_1388_codes() -> None:
    standard = read_market_file(_official("markets_standard.csv", "utf-8")).markets
    semas = read_market_file(_official("markets_semas.csv", "cp949")).markets
    assert {market.code for market in standard} == {market.code for market in semas}
    assert len({market.code for market in standard}) == 1388


def test_opening_days_of_the_standard_table_are_all_understood() -> None:
    markets = read_market_file(_official("markets_standard.csv", "utf-8")).markets
    cycles = [market.opening.text() for market in markets if market.opening]
    assert len(cycles) == 1388
    assert cycles.count("daily") == 972
    assert sum(cycle.startswith("daily+") for cycle in cycles) == 282
    five_day = {"1,6", "2,7", "3,8", "4,9", "0,5"}
    assert {cycle for cycle in cycles if not cycle.startswith("daily")} == {*five_day, "2,4,7,9"}


def test_one_broken_line_costs_one_line() -> None:
    good = "망원시장,상설장,서울특별시 마포구 포은로8길 14,,매일,37.556,126.906,88"
    lines = [_HEADER, good, "짧은시장,상설장", good.replace("망원", "영천"), ",상설장,서울특별시 마포구,,매일,,,", "X"]
    content = "\r\n".join(lines).encode().replace("영천".encode(), b"\xff\xfe")
    file = read_market_file(content)
    assert [market.name for market in file.markets] == ["망원시장"]
    assert [f"{note.line}: {note.text}" for note in file.report.unreadable] == [
        "3: 2 fields, the header has 8",
        "4: bytes that are not text in this file's encoding",
        "5: no market name",
        "6: 1 fields, the header has 8",
    ]
    assert file.report.rows == 5


def test_a_field_beyond_all_measure_is_reported_and_reading_goes_on() -> None:
    good = "망원시장,상설장,서울특별시 마포구 포은로8길 14,,매일,37.556,126.906,88"
    file = read_market_file("\n".join([_HEADER, "가" * 200_000, good]).encode())
    assert [note.line for note in file.report.unreadable] == [2]
    assert [market.name for market in file.markets] == ["망원시장"]


def test_two_markets_of_one_district_and_name_keep_apart_and_a_repeated_line_counts_once() -> None:
    rows = [
        "중앙시장,상설장,대구광역시 북구 태전로 1,,매일,,,",
        "중앙시장,상설장,대구광역시 북구 칠성로 2,,매일,,,10",
        "중앙 시장,상설장,대구광역시 북구  칠성로 2,,매일,,,10",
    ]
    file = read_market_file("\n".join([_HEADER, *rows]).encode("cp949"))
    assert len({market.code for market in file.markets}) == 2
    assert [note.line for note in file.report.differing_duplicates] == [2, 3]
    assert [note.line for note in file.report.exact_duplicates] == [4]
    swapped = read_market_file("\n".join([_HEADER, *reversed(rows)]).encode("cp949"))
    assert {market.code for market in swapped.markets} == {market.code for market in file.markets}


def test_a_file_with_another_header_is_refused() -> None:
    for content in (
        b"",
        b'"' + b"x" * 200_000,
        b"a,b,c\n1,2,3\n",
        "이름,주소\n가,나\n".encode("cp949"),
        b"\xff\xfe\x00\x01",
    ):
        with pytest.raises(OfficialFileUnknown) as refusal:
            read_market_file(content)
        assert refusal.value.code == "official_file_unknown"


@given(st.binary(max_size=400))
def test_no_bytes_after_the_header_lose_a_line_or_break_the_reader(noise: bytes) -> None:
    content = (_HEADER + "\n").encode() + noise
    try:
        report = read_market_file(content).report
    except OfficialFileUnknown:
        return
    assert report.rows == report.markets + len(report.unreadable) + len(report.exact_duplicates)


@pytest.mark.parametrize(
    ("text", "sido", "sigungu", "corrected"),
    [
        ("강원도 강릉시 금성로 21", "강원특별자치도", "강릉시", False),
        ("전라북도 전주시 완산구", "전북특별자치도", "전주시", False),
        ("경상북도 군위군 군위읍", "대구광역시", "군위군", False),
        ("세종특별자치시 조치원읍 원리", "세종특별자치시", "세종시", False),
        ("경상북도 포항시북구 양학동", "경상북도", "포항시", True),
        ("서울특별시 동작구상도로102", "서울특별시", "동작구", True),
        ("경상남도 창운시 의창구", "경상남도", "창원시", True),
        ("경상남도 신등면 단계리", "경상남도", "산청군", True),
    ],
)
def test_old_and_mistyped_regions_are_read_as_those_of_today(
    text: str, sido: str, sigungu: str, corrected: bool
) -> None:
    region = read_region(text)
    assert (region.sido, region.sigungu, region.corrected, region.known) == (sido, sigungu, corrected, True)


def test_a_region_that_can_not_be_told_comes_back_as_written() -> None:
    assert not read_region("중구 신당동 213-67").known
    assert not read_region("서울특별시 없는구").known
    assert read_region("중구 신당동", "서울특별시 중구 신당동").sigungu == "중구"


def test_names_are_compared_without_what_people_write_differently() -> None:
    assert name_key("동문시장㈜") == name_key("동문시장(주)") == name_key(" 동문 시장") == "동문시장"
    assert name_key("Ｔｅａｍ204") == name_key("team 204")
    assert name_key("운수대통! 생거진천전통시장") == name_key("운수대통 생거진천전통시장")
    assert name_keys("목사랑시장 (목4동시장)") == ("목사랑시장목4동시장", "목사랑시장", "목4동시장")
    assert "신흥시장" in name_keys("점촌전통시장 (구 신흥시장)")


def test_a_code_depends_on_nothing_but_place_and_name() -> None:
    assert market_code("서울특별시", "마포구", "망원시장") == "m0g073dkw93"
    assert market_code("서울특별시", "마포구", "망원 시장") == market_code("서울특별시", "마포구", "망원시장")
    assert market_code("서울특별시", "중구", "중앙시장") != market_code("서울특별시", "마포구", "중앙시장")


def test_a_five_day_market_stands_on_its_days() -> None:
    five_day, both = read_opening("5일+10일", "5일장"), read_opening("2일+7일", "상설장+5일장")
    assert five_day is not None
    assert both is not None
    assert [day for day in range(1, 31) if five_day.is_open(date(2026, 11, day))] == [5, 10, 15, 20, 25, 30]
    assert both.is_open(date(2026, 11, 1))
    assert both.is_market_day(date(2026, 11, 27))
    assert not both.is_market_day(date(2026, 11, 1))
    assert parse_opening(both.text()) == both
    assert parse_opening(five_day.text()) == five_day
    assert read_opening("") is None
    assert read_opening("40일") is None
