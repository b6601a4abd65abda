"""What a shop sells as the four digits that payment codes want (MCC, ISO 18245). No I/O."""

from __future__ import annotations

from typing import Final

OTHER_SHOP: Final = "5999"

_CATEGORIES: Final = (
    ("5462", ("떡", "빵", "제과")),
    ("5422", ("축산", "정육", "수산", "생선", "건어물", "젓갈")),
    ("5814", ("분식", "간식", "치킨")),
    ("5812", ("음식", "식당", "국밥", "국수", "회")),
    ("5912", ("약국",)),
    ("5661", ("신발", "구두")),
    ("5699", ("의류", "한복", "옷")),
    ("5949", ("포목", "원단", "침구", "이불")),
    ("5719", ("그릇", "주방", "가정용품", "생활")),
    ("5992", ("꽃", "화훼")),
    ("5944", ("귀금속", "시계")),
    ("5411", ("반찬", "식품", "마트", "식료")),
    ("5499", ("농산", "과일", "청과", "채소", "야채", "곡물", "약초", "인삼", "참기름")),
)


def merchant_category(goods: str | None) -> str:
    """Give the category of what a shop says it sells; 5999 (other shops) where nothing fits."""
    said = goods or ""
    return next((mcc for mcc, words in _CATEGORIES if any(word in said for word in words)), OTHER_SHOP)
