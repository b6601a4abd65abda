"""Korea's provinces and districts, and the reading of their old or mistyped names. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_DISTRICTS: Final[dict[str, str]] = {
    "서울특별시": (
        "종로구 중구 용산구 성동구 광진구 동대문구 중랑구 성북구 강북구 도봉구 노원구 은평구 서대문구 "
        "마포구 양천구 강서구 구로구 금천구 영등포구 동작구 관악구 서초구 강남구 송파구 강동구"
    ),
    "부산광역시": (
        "중구 서구 동구 영도구 부산진구 동래구 남구 북구 해운대구 사하구 금정구 강서구 연제구 수영구 사상구 기장군"
    ),
    "대구광역시": "중구 동구 서구 남구 북구 수성구 달서구 달성군 군위군",
    "인천광역시": "중구 동구 미추홀구 연수구 남동구 부평구 계양구 서구 강화군 옹진군 제물포구 영종구 검단구",
    "광주광역시": "동구 서구 남구 북구 광산구",
    "대전광역시": "동구 중구 서구 유성구 대덕구",
    "울산광역시": "중구 남구 동구 북구 울주군",
    "세종특별자치시": "세종시",
    "경기도": (
        "수원시 성남시 의정부시 안양시 부천시 광명시 평택시 동두천시 안산시 고양시 과천시 구리시 남양주시 "
        "오산시 시흥시 군포시 의왕시 하남시 용인시 파주시 이천시 안성시 김포시 화성시 광주시 양주시 "
        "포천시 여주시 연천군 가평군 양평군"
    ),
    "강원특별자치도": (
        "춘천시 원주시 강릉시 동해시 태백시 속초시 삼척시 홍천군 횡성군 영월군 평창군 정선군 철원군 "
        "화천군 양구군 인제군 고성군 양양군"
    ),
    "충청북도": "청주시 충주시 제천시 보은군 옥천군 영동군 증평군 진천군 괴산군 음성군 단양군",
    "충청남도": (
        "천안시 공주시 보령시 아산시 서산시 논산시 계룡시 당진시 금산군 부여군 서천군 청양군 홍성군 예산군 태안군"
    ),
    "전북특별자치도": (
        "전주시 군산시 익산시 정읍시 남원시 김제시 완주군 진안군 무주군 장수군 임실군 순창군 고창군 부안군"
    ),
    "전라남도": (
        "목포시 여수시 순천시 나주시 광양시 담양군 곡성군 구례군 고흥군 보성군 화순군 장흥군 강진군 "
        "해남군 영암군 무안군 함평군 영광군 장성군 완도군 진도군 신안군"
    ),
    "경상북도": (
        "포항시 경주시 김천시 안동시 구미시 영주시 영천시 상주시 문경시 경산시 의성군 청송군 영양군 "
        "영덕군 청도군 고령군 성주군 칠곡군 예천군 봉화군 울진군 울릉군"
    ),
    "경상남도": (
        "창원시 진주시 통영시 사천시 김해시 밀양시 거제시 양산시 의령군 함안군 창녕군 고성군 남해군 "
        "하동군 산청군 함양군 거창군 합천군"
    ),
    "제주특별자치도": "제주시 서귀포시",
}

SIGUNGU: Final[dict[str, frozenset[str]]] = {sido: frozenset(names.split()) for sido, names in _DISTRICTS.items()}
"""Every 시도 and its 시군구 (those that Incheon split on 2026-07-01 stand beside the old ones)."""

_RENAMED: Final = {
    "강원도": "강원특별자치도",
    "전라북도": "전북특별자치도",
    "제주도": "제주특별자치도",
    "서울시": "서울특별시",
    "서울": "서울특별시",
    "부산": "부산광역시",
    "대구": "대구광역시",
    "인천": "인천광역시",
    "광주": "광주광역시",
    "대전": "대전광역시",
    "울산": "울산광역시",
    "세종": "세종특별자치시",
    "세종시": "세종특별자치시",
    "경기": "경기도",
    "강원": "강원특별자치도",
    "충북": "충청북도",
    "충남": "충청남도",
    "전북": "전북특별자치도",
    "전남": "전라남도",
    "경북": "경상북도",
    "경남": "경상남도",
    "제주": "제주특별자치도",
}

_MOVED: Final = {("경상북도", "군위군"): "대구광역시"}
"""Districts that changed their province: 군위군 went to 대구 on 2023-07-01."""


@dataclass(frozen=True, slots=True)
class Region:
    """A province (시도) and district (시군구) of today, and whether the text had to be put right to get there."""

    sido: str
    sigungu: str
    corrected: bool
    known: bool


def read_sido(given: str) -> str:
    """Give today's name of a province; an unknown one comes back as written."""
    return _RENAMED.get(given.strip(), given.strip())


def read_region(*texts: str) -> Region:
    """Read the region from texts that start with it (addresses, or 시도 and 시군구 joined), the best one first.

    A text that names both exactly wins over one that must be corrected. Corrected are: one wrong syllable, a district
    with the next word stuck to it, a town in the place of its district (from another text). Nothing is invented: what
    can't be told comes back as written with `known` False.
    """
    readings = [reading for text in texts if (reading := _read(text.split())) is not None]
    if not readings:
        return Region(sido="", sigungu="", corrected=False, known=False)
    return min(readings, key=lambda reading: (not reading.known, reading.corrected))


def _read(words: list[str]) -> Region | None:
    if not words:
        return None
    sido = read_sido(words[0])
    if sido == "세종특별자치시":
        return Region(sido=sido, sigungu="세종시", corrected=False, known=True)
    given = words[1] if len(words) > 1 else ""
    sido = _MOVED.get((sido, given), sido)
    if sido not in SIGUNGU:
        return Region(sido=sido, sigungu=given, corrected=False, known=False)
    if given in SIGUNGU[sido]:
        return Region(sido=sido, sigungu=given, corrected=False, known=True)
    meant = _meant(given, SIGUNGU[sido]) or _town_of(sido, given)
    return Region(sido=sido, sigungu=meant or given, corrected=meant is not None, known=meant is not None)


def _meant(given: str, names: frozenset[str]) -> str | None:
    stuck = [name for name in names if given.startswith(name)]
    if stuck:
        return max(stuck, key=len)
    near = [name for name in names if len(name) == len(given) > 2 and _differing(name, given) == 1]
    return near[0] if len(near) == 1 else None


def _differing(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


_TOWNS: Final = {("경상남도", "신등면"): "산청군", ("전라남도", "승주읍"): "순천시"}
"""Towns that the official table of 2024 writes without their district."""


def _town_of(sido: str, given: str) -> str | None:
    return _TOWNS.get((sido, given))
