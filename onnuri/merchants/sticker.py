"""The static sticker of a shop: a signed EMVCo payload, and the reading of one that somebody scanned. No I/O."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from onnuri.kit.refusals import Malformed, NotFound, Refused
from onnuri.merchants import emvco
from onnuri.merchants.romanise import romanise

GUID: Final = "KR.ONNURI"
_DOMAIN: Final = b"onnuri sticker 1\x00"
_ACCOUNT: Final = "26"
_SIGNATURE: Final = "80"
_STATIC: Final = "11"


class CodeUnreadable(Malformed):
    """The scanned text is damaged, cut off or empty."""

    code = "code_unreadable"
    ko = "QR 코드를 읽을 수 없습니다. 다시 비춰 주세요"
    en = "The code can't be read ({reason}); please scan it again"


class CodeNotOurs(Refused):
    """The scanned code is whole, but of another scheme, country or currency."""

    code = "code_not_ours"
    ko = "온누리상품권 가맹점의 QR 코드가 아닙니다"
    en = "This is not the code of an Onnuri shop ({reason})"


class CodeForged(Refused):
    """The code claims to be ours, but no key of ours signed this content."""

    code = "code_forged"
    ko = "위조된 QR 코드입니다. 결제하지 말고 가게에 알려 주세요"
    en = "This code was not issued by Onnuri: do not pay, tell the shop"


class CodeUnknown(NotFound):
    """The code is well signed, but the register does not know it."""

    code = "code_unknown"
    ko = "등록되지 않은 QR 코드입니다. 돈은 움직이지 않았습니다."
    en = "This code is not in the register. No money moved."


class CodeRevoked(Refused):
    """The sticker was withdrawn: lost, stolen, or replaced for cause."""

    code = "code_revoked"
    ko = "폐기된 QR 코드입니다. 가게에 새 코드를 요청해 주세요. 돈은 움직이지 않았습니다."
    en = "This code was withdrawn; ask the shop for its new one. No money moved."


class CodeExpired(Refused):
    """The sticker's last day is over."""

    code = "code_expired"
    ko = "유효기간이 지난 QR 코드입니다. 돈은 움직이지 않았습니다."
    en = "This code has expired. No money moved."


@dataclass(frozen=True, slots=True)
class StickerFace:
    """What a sticker says: its own id, the shop's stall number, kind of business (MCC), name and town."""

    sticker_id: str
    stall_number: str
    mcc: str
    shop_name: str
    city: str


@dataclass(frozen=True, slots=True)
class StickerKeys:
    """The signing keys: new stickers use `current`; `trusted` also holds the public keys of earlier ones (rotation)."""

    current: str
    private: Ed25519PrivateKey
    trusted: Mapping[str, Ed25519PublicKey]


@dataclass(frozen=True, slots=True)
class StickerReading:
    """A genuine sticker of ours: whose it says it is; whether it still holds is for the register to say."""

    sticker_id: str
    stall_number: str
    key_id: str
    shop_name: str


def sticker_keys(key_id: str, private: Ed25519PrivateKey, **earlier: Ed25519PublicKey) -> StickerKeys:
    """Put together the current key and the public keys of earlier ones by their ids."""
    return StickerKeys(current=key_id, private=private, trusted={**earlier, key_id: private.public_key()})


def sticker_payload(face: StickerFace, keys: StickerKeys, *, name_ko: str | None = None) -> str:
    """Write the signed payload of a static sticker.

    All fields are ASCII, so any camera reads it; `name_ko` adds the Korean name in template 64, for readers that
    are known to take UTF-8. Ed25519 over everything but the signature itself and the CRC, which only finds misreading.
    """
    fields = [
        ("01", _STATIC),
        (_ACCOUNT, emvco.write_fields([("00", GUID), ("01", face.sticker_id), ("02", keys.current)])),
        ("52", face.mcc),
        ("53", emvco.WON),
        ("58", emvco.KOREA),
        ("59", romanise(face.shop_name, 25) or face.stall_number),
        ("60", romanise(face.city, 15) or "KOREA"),
        ("62", emvco.write_fields([("07", face.stall_number)])),
    ]
    if name_ko:
        fields.append(("64", emvco.write_fields([("00", "ko"), ("01", name_ko[:25])])))
    signed = emvco.write_fields([("00", "01"), *fields])
    signature = base64.b85encode(keys.private.sign(_DOMAIN + signed.encode())).decode()
    return emvco.build_payload([*fields, (_SIGNATURE, emvco.write_fields([("00", GUID), ("01", signature)]))])


def read_sticker(text: str, trusted: Mapping[str, Ed25519PublicKey]) -> StickerReading:
    """Read a scanned static sticker; refuses damaged, foreign and forged ones, each with its own code."""
    payload = parse_scanned(text)
    account = _template(payload, _ACCOUNT)
    if payload.get("01") != _STATIC:
        raise CodeNotOurs(reason="not a static code")
    sticker_id, key_id = account.get("01", ""), account.get("02", "")
    signature = _template(payload, _SIGNATURE).get("01", "")
    if not sticker_id or not _genuine(trusted.get(key_id), payload.content(_SIGNATURE, "63"), signature):
        raise CodeForged
    return StickerReading(
        sticker_id=sticker_id,
        stall_number=_template(payload, "62").get("07", ""),
        key_id=key_id,
        shop_name=_template(payload, "64").get("01") or payload.get("59") or "",
    )


def check_sticker_holds(*, revoked: bool, expires_on: date | None, on: date) -> None:
    """Refuse a sticker that was withdrawn, or whose last day is before the Seoul date `on`."""
    if revoked:
        raise CodeRevoked
    if expires_on is not None and expires_on < on:
        raise CodeExpired(expires_on=expires_on)


def parse_scanned(text: str) -> emvco.Payload:
    """Read scanned text as a payload of this scheme; refuses an unreadable one and one that is not ours."""
    try:
        payload = emvco.parse_payload(text.strip())
    except emvco.QrNotEmvco as refusal:
        if not text.strip():
            raise CodeUnreadable(reason="empty") from refusal
        raise CodeNotOurs(reason=refusal.code) from refusal
    except Malformed as refusal:
        raise CodeUnreadable(reason=refusal.code) from refusal
    try:
        emvco.check_korean(payload)
    except Malformed as refusal:
        raise CodeNotOurs(reason=refusal.code) from refusal
    if _template(payload, _ACCOUNT).get("00") != GUID:
        raise CodeNotOurs(reason="another scheme")
    return payload


def _template(payload: emvco.Payload, tag: str) -> dict[str, str]:
    try:
        return payload.template(tag) or {}
    except Malformed as refusal:
        raise CodeUnreadable(reason=refusal.code) from refusal


def _genuine(key: Ed25519PublicKey | None, content: str, signature: str) -> bool:
    if key is None:
        return False
    try:
        key.verify(base64.b85decode(signature), _DOMAIN + content.encode())
    except (InvalidSignature, ValueError, UnicodeEncodeError):
        return False
    return True
