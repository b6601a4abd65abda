"""The sticker: signed, read back from a picture, and refused when foreign, forged or damaged."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lxml import etree
from PIL import Image

from onnuri.kit.refusals import DomainError
from onnuri.merchants import drawing, emvco
from onnuri.merchants.drawing import Sticker, code_modules, sticker_png, sticker_svg
from onnuri.merchants.emvco import build_payload, parse_payload, shortfalls
from onnuri.merchants.romanise import romanise
from onnuri.merchants.stall_number import stall_number
from onnuri.merchants.sticker import GUID, StickerFace, StickerKeys, read_sticker, sticker_keys, sticker_payload

_FACE = StickerFace(
    sticker_id="0192aa55bb66cc77",
    stall_number=stall_number(123_456),
    mcc="5462",
    shop_name="망원 할머니 떡집",
    city="마포구",
)


def _keys(key_id: str = "k1", seed: int = 1, **earlier: Ed25519PrivateKey) -> StickerKeys:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return sticker_keys(key_id, private, **{name: key.public_key() for name, key in earlier.items()})


def _code(text: str, keys: StickerKeys) -> str:
    with pytest.raises(DomainError) as refusal:
        read_sticker(text, keys.trusted)
    return refusal.value.code


def test_a_sticker_says_whose_it_is_and_breaks_no_rule_of_the_book() -> None:
    keys = _keys()
    text = sticker_payload(_FACE, keys)
    assert text.isascii()
    assert shortfalls(parse_payload(text)) == ()
    assert [tag for tag, _ in parse_payload(text).fields] == "00 01 26 52 53 58 59 60 62 80 63".split()
    reading = read_sticker(text, keys.trusted)
    assert (reading.sticker_id, reading.stall_number, reading.key_id) == ("0192aa55bb66cc77", _FACE.stall_number, "k1")
    assert parse_payload(text).get("59") == "Mangwon Halmeoni Tteokjip"


def test_a_korean_name_can_go_along_for_readers_that_take_it() -> None:
    text = sticker_payload(_FACE, _keys(), name_ko=_FACE.shop_name)
    assert read_sticker(text, _keys().trusted).shop_name == "망원 할머니 떡집"


def test_stickers_of_an_earlier_key_keep_working_after_rotation() -> None:
    first = _keys("k1", 1)
    old = sticker_payload(_FACE, first)
    rotated = _keys("k2", 2, k1=first.private)
    assert read_sticker(old, rotated.trusted).key_id == "k1"
    assert read_sticker(sticker_payload(_FACE, rotated), rotated.trusted).key_id == "k2"
    assert _code(old, _keys("k2", 2)) == "code_forged"


@pytest.mark.parametrize("tag", ["52", "59", "60", "62", "26"])
def test_a_changed_field_with_a_right_check_sum_is_forged(tag: str) -> None:
    fields = [
        (name, value.replace("0192", "0193") if name == tag == "26" else value[:-1] + "1" if name == tag else value)
        for name, value in parse_payload(sticker_payload(_FACE, _keys())).fields[1:-1]
    ]
    assert _code(build_payload(fields), _keys()) == "code_forged"


def test_a_code_signed_by_somebody_else_or_not_at_all_is_forged() -> None:
    text = sticker_payload(_FACE, _keys("k1", 9))
    assert _code(text, _keys("k1", 1)) == "code_forged"
    unsigned = [field for field in parse_payload(text).fields[1:-1] if field[0] != "80"]
    assert _code(build_payload(unsigned), _keys()) == "code_forged"
    garbage = emvco.write_fields([("00", GUID), ("01", "떡" * 80)])
    assert _code(build_payload([*unsigned, ("80", garbage)]), _keys()) == "code_forged"


def test_a_signature_of_another_sticker_does_not_fit() -> None:
    keys = _keys()
    mine, other = (
        parse_payload(sticker_payload(face, keys)) for face in (_FACE, replace(_FACE, sticker_id="ffff000011112222"))
    )
    mixed = [field if field[0] != "80" else ("80", other.get("80") or "") for field in mine.fields[1:-1]]
    assert _code(build_payload(mixed), keys) == "code_forged"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "code_unreadable"),
        ("  ", "code_unreadable"),
        ("https://example.com", "code_not_ours"),
        ("00020101021129370016A000000677010111011300668012345675802TH530376463046197", "code_not_ours"),
        ("00020101021129370016A000000677010111011300668012345675802TH530376463046198", "code_unreadable"),
        (build_payload([("01", "11"), ("26", "0007KR.ZERO"), ("53", "410"), ("58", "KR")]), "code_not_ours"),
        (build_payload([("01", "11"), ("26", "0099KR"), ("53", "410"), ("58", "KR")]), "code_unreadable"),
        (build_payload([("01", "12"), ("26", "0009KR.ONNURI"), ("53", "410"), ("58", "KR")]), "code_not_ours"),
        (build_payload([("01", "11"), ("26", "0009KR.ONNURI"), ("53", "410"), ("58", "KR")]), "code_forged"),
    ],
)
def test_every_other_text_has_its_own_answer(text: str, code: str) -> None:
    assert _code(text, _keys()) == code


def test_the_picture_decodes_to_the_payload() -> None:
    text = sticker_payload(_FACE, _keys())
    picture = Image.open(io.BytesIO(sticker_png(_sticker(text))))
    assert picture.size == (1050, 1480)
    found = zxingcpp.read_barcodes(picture)
    assert [(code.text, code.symbology_identifier) for code in found] == [(text, "]Q1")]


def test_a_payload_with_a_korean_name_decodes_too() -> None:
    text = sticker_payload(_FACE, _keys(), name_ko=_FACE.shop_name)
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(sticker_png(_sticker(text)))))
    assert [code.text for code in found] == [text]


def test_without_a_korean_font_the_picture_is_drawn_in_latin_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "korean_font", lambda: None)
    text = sticker_payload(_FACE, _keys())
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(sticker_png(_sticker(text)))))
    assert [code.text for code in found] == [text]


def test_a_font_may_be_given() -> None:
    font = drawing.korean_font()
    if font is None:
        pytest.skip("this machine has no Korean font where systems keep them")
    assert sticker_png(_sticker("X"), font_file=Path(font)) == sticker_png(_sticker("X"))


def test_the_drawing_holds_names_number_and_every_dark_module() -> None:
    text = sticker_payload(_FACE, _keys())
    svg = sticker_svg(replace(_sticker(text), shop_name='떡 & "죽" <집>'))
    root = etree.fromstring(svg.encode())
    words = [element.text for element in root.iter("{*}text")]
    assert words == [
        "온누리상품권 결제",
        "망원시장",
        '떡 & "죽" <집>',
        "점포 번호",
        f"{_FACE.stall_number[:3]} {_FACE.stall_number[3:]}",
    ]
    path = next(root.iter("{*}path")).get("d") or ""
    lengths = [int(part.split("h")[1].split("v")[0]) for part in path.split("M")[1:]]
    rows = code_modules(text)
    scale = 850 // len(rows)
    assert sum(lengths) == scale * sum(module for row in rows for module in row)


def test_a_long_name_is_pressed_into_the_sheet() -> None:
    svg = sticker_svg(replace(_sticker("X"), shop_name="가" * 30))
    assert 'textLength="970"' in svg
    assert sticker_png(replace(_sticker("X"), shop_name="가" * 30))


def test_korean_names_are_romanised_for_the_fields_of_the_code() -> None:
    assert romanise("통영 중앙시장", 25) == "Tongyeong Jungangsijang"
    assert romanise("ＡＢＣ마트 ☆ 1호점", 25) == "ABCmateu 1hojeom"
    assert len(romanise("가" * 40, 25)) == 25


def _sticker(text: str) -> Sticker:
    return Sticker(payload=text, shop_name=_FACE.shop_name, market_name="망원시장", stall_number=_FACE.stall_number)
