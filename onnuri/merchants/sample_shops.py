"""Invented shops for samples and the demo, whose numbers pass the check digit. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from onnuri.merchants.business_number import with_check_digit

_TRADES: Final = (
    ("떡집", "떡", "5462"),
    ("반찬", "반찬", "5411"),
    ("수산", "수산물", "5422"),
    ("정육점", "축산물", "5422"),
    ("청과", "과일", "5499"),
    ("야채", "채소", "5499"),
    ("건어물", "건어물", "5422"),
    ("방앗간", "참기름", "5499"),
    ("분식", "음식점", "5814"),
    ("칼국수", "음식점", "5812"),
    ("한복", "의류", "5699"),
    ("이불", "침구", "5719"),
    ("그릇", "가정용품", "5719"),
    ("신발", "신발", "5661"),
    ("두부", "가공식품", "5499"),
    ("꽃집", "화훼", "5992"),
    ("약재", "약초", "5499"),
)
_OWNERS: Final = tuple(
    "할머니 형제 자매 순이네 영자네 한마음 복많은 새벽 원조 아침 햇살 옛날 우리 대박 정든 고향 사랑 장터 엄마손".split()
)


@dataclass(frozen=True, slots=True)
class SampleShop:
    """A shop that does not exist: name, goods, business number (valid form) and merchant category (MCC)."""

    name: str
    goods: str
    business_number: str
    mcc: str


def sample_shops(count: int, *, first: int = 0) -> tuple[SampleShop, ...]:
    """Invent `count` shops, the same ones every time; `first` continues a row begun earlier."""
    return tuple(_shop(number) for number in range(first, first + count))


def _shop(number: int) -> SampleShop:
    trade, goods, mcc = _TRADES[number % len(_TRADES)]
    owner = _OWNERS[number * 7 % len(_OWNERS)]
    series = number // (len(_TRADES) * len(_OWNERS))
    name = f"{owner} {trade}" + (f" {series + 1}호" if series else "")
    return SampleShop(
        name=name,
        goods=goods,
        business_number=with_check_digit(f"{101 + number // 10_000 % 800:03d}99{number % 10_000:04d}"),
        mcc=mcc,
    )
