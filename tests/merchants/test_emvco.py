"""EMVCo payloads: the vectors of many countries' schemes, what is refused, and that building and reading agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnuri.kit.refusals import DomainError
from onnuri.merchants import emvco
from onnuri.merchants.emvco import build_payload, check_korean, crc, parse_payload, read_fields, shortfalls

_VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "emvco_mpm.json"
_THAI = "00020101021129370016A000000677010111011300668012345675802TH530376463046197"
_WON = [("52", "5411"), ("53", "410"), ("58", "KR"), ("59", "MANGWON"), ("60", "SEOUL")]


def _vectors() -> list[dict[str, Any]]:
    return json.loads(_VECTORS.read_text(encoding="utf-8"))["vectors"] if _VECTORS.is_file() else []


@pytest.mark.skipif(not _VECTORS.is_file(), reason="the vectors are not beside this checkout")
def test_the_vectors_are_all_there() -> None:
    assert len(_vectors()) == 22


@pytest.mark.parametrize("vector", _vectors(), ids=lambda vector: str(vector["id"]))
def test_every_vector_is_read_as_its_source_says(vector: dict[str, Any]) -> None:
    if not vector["expected_crc_valid"]:
        with pytest.raises(emvco.QrCrcWrong):
            parse_payload(vector["payload"])
        return
    payload = parse_payload(vector["payload"])
    assert payload.fields == tuple(tuple(field) for field in vector["root"])
    for tag, fields in vector["nested"].items():
        assert payload.template(tag) == dict(fields)
    expected = [f"{tag} missing" for tag in vector["missing_mandatory"]]
    expected += [f"{issue.split()[0]} empty" for issue in vector["length_issues"]]
    assert list(shortfalls(payload)) == expected
    assert build_payload(payload.fields[1:-1]) == vector["payload"]


def test_the_check_sum_is_ccitt_false() -> None:
    assert crc("123456789") == "29B1"
    assert crc("") == "FFFF"


def test_lengths_count_characters_and_the_check_sum_bytes() -> None:
    text = build_payload([*_WON, ("64", "0002ko0104망원떡집")])
    assert parse_payload(text).template("64") == {"00": "ko", "01": "망원떡집"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "qr_not_emvco"),
        ("https://example.com/pay", "qr_not_emvco"),
        ("hQVDUFYwMQ==", "qr_not_emvco"),
        (_THAI[:-1] + "8", "qr_crc_wrong"),
        (_THAI[:-8], "qr_crc_wrong"),
        (_THAI[:40], "qr_truncated"),
        (_THAI[:-2], "qr_truncated"),
        ("000201" + "01０211", "qr_truncated"),
        ("000201" + "9" * 600, "qr_truncated"),
        ("000201010211010212630400AA", "qr_id_repeated"),
    ],
)
def test_what_is_not_whole_is_refused_with_its_own_code(text: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        parse_payload(text)
    assert refusal.value.code == code


def test_other_currencies_and_countries_are_refused() -> None:
    with pytest.raises(emvco.QrCurrencyForeign):
        check_korean(parse_payload(_THAI))
    with pytest.raises(emvco.QrCountryForeign):
        check_korean(parse_payload(build_payload([("53", "410"), ("58", "TH")])))
    with pytest.raises(emvco.QrCurrencyForeign):
        check_korean(parse_payload(build_payload([("58", "KR")])))
    check_korean(parse_payload(build_payload(_WON)))


def test_a_value_longer_than_99_characters_or_a_repeated_tag_is_never_written() -> None:
    with pytest.raises(ValueError, match="can't be written"):
        build_payload([("59", "x" * 100)])
    with pytest.raises(emvco.QrIdRepeated):
        build_payload([("59", "x"), ("59", "y")])


_TAGS = st.integers(1, 99).filter(lambda tag: tag != 63).map(lambda tag: f"{tag:02d}")
_FIELDS = st.dictionaries(_TAGS, st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=10)


@given(_FIELDS)
def test_what_is_built_is_read_back(fields: dict[str, str]) -> None:
    payload = parse_payload(build_payload(fields.items()))
    assert payload.fields[1:-1] == tuple(fields.items())


@given(_FIELDS, st.data())
def test_one_changed_ascii_character_never_passes(fields: dict[str, str], data: st.DataObject) -> None:
    text = build_payload(fields.items())
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    changed = text[:place] + other + text[place + 1 :]
    if ord(text[place]) < 128 and changed.upper() != text.upper():
        with pytest.raises(DomainError):
            parse_payload(changed)


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    for attempt in (text, "000201" + text):
        try:
            payload = parse_payload(attempt)
        except DomainError:
            continue
        assert read_fields(attempt) == payload.fields
