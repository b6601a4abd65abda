"""EMVCo merchant-presented QR payloads (MPM 1.1): reading and building tag, length, value and the CRC. No I/O."""

from __future__ import annotations

import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from onnuri.kit.refusals import Malformed

WON: Final = "410"
KOREA: Final = "KR"
PAYLOAD_MAX: Final = 512
_MANDATORY: Final = ("00", "52", "53", "58", "59", "60", "63")


class QrNotEmvco(Malformed):
    """The text does not start as an EMVCo payload does: `000201`."""

    code = "qr_not_emvco"
    ko = "결제용 QR 코드가 아닙니다"
    en = "This is not a payment QR code"


class QrTruncated(Malformed):
    """A field's length points beyond the end, or is not two digits."""

    code = "qr_truncated"
    ko = "QR 코드 내용이 잘렸습니다"
    en = "The QR code's content is cut off at character {position}"


class QrCrcWrong(Malformed):
    """The check sum at the end does not fit the content."""

    code = "qr_crc_wrong"
    ko = "QR 코드가 손상되었습니다"
    en = "The QR code is damaged: its check sum does not fit"


class QrIdRepeated(Malformed):
    """A field occurs twice on one level, so readers could disagree on its value."""

    code = "qr_id_repeated"
    ko = "QR 코드의 {tag}번 항목이 두 번 나옵니다"
    en = "The QR code has field {tag} twice"


class QrCurrencyForeign(Malformed):
    """The code asks for another currency than the won."""

    code = "qr_currency_foreign"
    ko = "원화 결제용 QR 코드가 아닙니다"
    en = "This QR code is not for won but for currency {currency}"


class QrCountryForeign(Malformed):
    """The code belongs to a shop abroad."""

    code = "qr_country_foreign"
    ko = "국내 가맹점의 QR 코드가 아닙니다"
    en = "This QR code is of a shop in {country}"


@dataclass(frozen=True, slots=True)
class Payload:
    """The fields of a payload in their order, the CRC last."""

    fields: tuple[tuple[str, str], ...]

    def get(self, tag: str) -> str | None:
        """Give a field's value, or None where it is absent."""
        return next((value for name, value in self.fields if name == tag), None)

    def template(self, tag: str) -> dict[str, str] | None:
        """Read a field that consists of fields; None where it is absent, refuses one that is cut off."""
        value = self.get(tag)
        return None if value is None else dict(read_fields(value))

    def content(self, *left_out: str) -> str:
        """Write the fields again as text, without the named ones: what a signature covers."""
        return write_fields((tag, value) for tag, value in self.fields if tag not in left_out)


def parse_payload(text: str) -> Payload:
    """Read a payload; refuses what is not EMVCo, cut off, damaged, or has a field twice.

    Lengths count characters; the CRC is over the UTF-8 bytes (EMVCo QRCPS-MPM 1.1, 3.2 and 4.7.3). Empty fields, which
    the field sees although the book forbids them, are read and told by `shortfalls`.
    """
    if not text.startswith("000201"):
        raise QrNotEmvco
    if len(text) > PAYLOAD_MAX:
        raise QrTruncated(position=PAYLOAD_MAX)
    fields = read_fields(text)
    if fields[-1][0] != "63" or len(fields[-1][1]) != 4:
        raise QrCrcWrong
    if fields[-1][1].upper() != crc(text[:-4]):
        raise QrCrcWrong
    return Payload(fields=fields)


def check_korean(payload: Payload) -> None:
    """Refuse a payload for another currency than the won (410) or another country than Korea (KR)."""
    currency, country = payload.get("53"), payload.get("58")
    if currency != WON:
        raise QrCurrencyForeign(currency=currency or "-")
    if country != KOREA:
        raise QrCountryForeign(country=country or "-")


def shortfalls(payload: Payload) -> tuple[str, ...]:
    """Name where a payload falls short of the book: mandatory fields that are missing, fields that are empty."""
    missing = [f"{tag} missing" for tag in _MANDATORY if payload.get(tag) is None]
    if not any("02" <= tag <= "51" for tag, _ in payload.fields):
        missing.append("merchant account missing")
    return tuple(missing + [f"{tag} empty" for tag, value in payload.fields if not value])


def build_payload(fields: Iterable[tuple[str, str]]) -> str:
    """Write fields as a payload: the format indicator first and the CRC last are added here."""
    text = write_fields((("00", "01"), *fields)) + "6304"
    read_fields(text[:-4])
    return text + crc(text)


def read_fields(text: str) -> tuple[tuple[str, str], ...]:
    """Read a run of tag, length and value; refuses one that is cut off or has a tag twice."""
    fields: list[tuple[str, str]] = []
    seen: set[str] = set()
    position = 0
    while position < len(text):
        head = text[position : position + 4]
        if len(head) < 4 or not (head.isascii() and head.isdigit()):
            raise QrTruncated(position=position)
        tag, length = head[:2], int(head[2:])
        value = text[position + 4 : position + 4 + length]
        if len(value) < length:
            raise QrTruncated(position=position)
        if tag in seen:
            raise QrIdRepeated(tag=tag)
        seen.add(tag)
        fields.append((tag, value))
        position += 4 + length
    return tuple(fields)


def write_fields(fields: Iterable[tuple[str, str]]) -> str:
    """Write fields as tag, length in characters and value; a value has at most 99 characters."""
    parts: list[str] = []
    for tag, value in fields:
        if not (len(tag) == 2 and tag.isascii() and tag.isdigit()) or not len(value) <= 99:
            raise ValueError(f"field {tag!r} with {len(value)} characters can't be written")
        parts.append(f"{tag}{len(value):02d}{value}")
    return "".join(parts)


def crc(text: str) -> str:
    """Compute the CRC-16/CCITT-FALSE of the UTF-8 bytes as four upper-case hexadecimal digits."""
    return f"{binascii.crc_hqx(text.encode('utf-8', errors='surrogatepass'), 0xFFFF):04X}"
