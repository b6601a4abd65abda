"""Issue and revoke stickers, and find the shop that a scanned code, a typed stall number or an old code means."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Row, text

from onnuri.kit.refusals import DomainError, NotFound
from onnuri.merchants.categories import merchant_category
from onnuri.merchants.queries import SHOP_COLUMNS, Shop, shop_of
from onnuri.merchants.stall_number import StallNumberWrong, parse_stall_number
from onnuri.merchants.status import ShopUnknown
from onnuri.merchants.sticker import (
    CodeNotOurs,
    CodeUnknown,
    StickerFace,
    StickerKeys,
    check_sticker_holds,
    read_sticker,
    sticker_payload,
)


class StickerUnknown(NotFound):
    """No sticker has this id."""

    code = "sticker_unknown"
    ko = "스티커를 찾을 수 없습니다: {sticker_id}"
    en = "There is no such sticker: {sticker_id}"


class Via(StrEnum):
    """How a shop was named: its sticker, an earlier operator's code, or the typed number."""

    STICKER = "sticker"
    ALIAS = "alias"
    STALL_NUMBER = "stall_number"


@dataclass(frozen=True, slots=True)
class IssuedSticker:
    """A sticker that was issued: its id and the text inside the code."""

    id: str
    shop_id: UUID
    payload: str


@dataclass(frozen=True, slots=True)
class NamedShop:
    """The shop that a code or number means; whether it may be paid is `status.check_may_be_paid`'s to say."""

    shop: Shop
    via: Via
    sticker_id: str | None


def issue_stickers(
    conn: Connection,
    *,
    shop_ids: Sequence[UUID],
    keys: StickerKeys,
    at: datetime,
    expires_on: date | None = None,
) -> list[IssuedSticker | DomainError]:
    """Issue a signed sticker for each shop, in the order given; earlier stickers keep working until revoked."""
    rows = conn.execute(
        text("""SELECT shops.id, shops.stall_number, shops.name, shops.goods, markets.sigungu
                FROM shared.shops JOIN shared.markets ON markets.id = shops.market_id
                WHERE shops.id = ANY(CAST(:ids AS uuid[]))"""),
        {"ids": list(shop_ids)},
    )
    faces = {row.id: row for row in rows}
    answers: list[IssuedSticker | DomainError] = []
    for shop_id in shop_ids:
        if shop_id in faces:
            answers.append(_sticker(faces[shop_id], keys))
        else:
            answers.append(ShopUnknown(given=str(shop_id)))
    issued = [answer for answer in answers if isinstance(answer, IssuedSticker)]
    conn.execute(
        text("""INSERT INTO shared.stickers (id, shop_id, payload, key_id, issued_at, expires_on)
                SELECT issued.*, CAST(:key_id AS text), CAST(:at AS timestamptz), CAST(:expires_on AS date)
                FROM unnest(CAST(:ids AS text[]), CAST(:shop_ids AS uuid[]), CAST(:payloads AS text[])) AS issued"""),
        {
            "ids": [sticker.id for sticker in issued],
            "shop_ids": [sticker.shop_id for sticker in issued],
            "payloads": [sticker.payload for sticker in issued],
            "key_id": keys.current,
            "at": at,
            "expires_on": expires_on,
        },
    )
    return answers


def revoke_sticker(conn: Connection, *, sticker_id: str, at: datetime) -> None:
    """Withdraw a sticker from `at` on; a second time changes nothing; refuses an unknown one."""
    found = conn.execute(
        text("""UPDATE shared.stickers SET revoked_at = coalesce(revoked_at, :at)
                WHERE id = :id RETURNING id"""),
        {"id": sticker_id, "at": at},
    ).one_or_none()
    if found is None:
        raise StickerUnknown(sticker_id=sticker_id)


def add_aliases(conn: Connection, *, aliases: Mapping[str, str], source: str, at: datetime) -> int:
    """Let old codes (their id or whole text) stand for stickers of ours; give how many were new.

    Refuses an unknown sticker, and then adds none. An old code keeps the sticker it was first given.
    """
    known = conn.execute(
        text("SELECT id FROM shared.stickers WHERE id = ANY(CAST(:ids AS text[]))"), {"ids": list(aliases.values())}
    )
    missing = sorted(set(aliases.values()) - set(known.scalars()))
    if missing:
        raise StickerUnknown(sticker_id=missing[0])
    added = conn.execute(
        text("""INSERT INTO shared.sticker_aliases (old_id, sticker_id, source, added_at)
                SELECT given.*, CAST(:source AS text), CAST(:at AS timestamptz)
                FROM unnest(CAST(:old_ids AS text[]), CAST(:sticker_ids AS text[])) AS given
                ON CONFLICT DO NOTHING RETURNING old_id"""),
        {"old_ids": list(aliases), "sticker_ids": list(aliases.values()), "source": source, "at": at},
    )
    return len(added.all())


def name_shops(
    conn: Connection, *, scanned: Sequence[str], trusted: Mapping[str, Ed25519PublicKey], on: date
) -> list[NamedShop | DomainError]:
    """Find the shop each scanned or typed text means, in the order given; two queries for the whole batch.

    Refused are code_unreadable, code_not_ours, code_forged, code_unknown, code_revoked, code_expired (on the Seoul date
    `on`), stall_number_wrong and shop_unknown. A code of another scheme is first looked up among the old codes.
    """
    meant = [_meant(given, trusted) for given in scanned]
    stickers = _stickers(conn, [key for via, key, _ in meant if via is not Via.STALL_NUMBER])
    stalls = _stalls(conn, [key for via, key, _ in meant if via is Via.STALL_NUMBER])
    answers: list[NamedShop | DomainError] = []
    for via, key, refusal in meant:
        if via is Via.STALL_NUMBER:
            shop = stalls.get(key)
            named = NamedShop(shop, via, None) if shop else None
            answers.append(named or refusal or ShopUnknown(given=key))
        else:
            row = stickers.get((via, key))
            answers.append((refusal or CodeUnknown()) if row is None else _named(row, via, on))
    return answers


def _sticker(row: Row[Any], keys: StickerKeys) -> IssuedSticker:
    face = StickerFace(
        sticker_id=secrets.token_hex(8),
        stall_number=row.stall_number,
        mcc=merchant_category(row.goods),
        shop_name=row.name,
        city=row.sigungu,
    )
    return IssuedSticker(id=face.sticker_id, shop_id=row.id, payload=sticker_payload(face, keys))


def _meant(given: str, trusted: Mapping[str, Ed25519PublicKey]) -> tuple[Via, str, DomainError | None]:
    """Say by what a text names a shop, and the refusal that stands if nothing is found under it."""
    short = given.replace(" ", "").replace("-", "")
    if 0 < len(short) <= 8 and short.isascii() and short.isdigit():
        try:
            return Via.STALL_NUMBER, parse_stall_number(given), None
        except StallNumberWrong as refusal:
            return Via.STALL_NUMBER, "", refusal
    try:
        return Via.STICKER, read_sticker(given, trusted).sticker_id, None
    except CodeNotOurs as refusal:
        return Via.ALIAS, given.strip(), refusal
    except DomainError as refusal:
        return Via.STICKER, "", refusal


def _stickers(conn: Connection, keys: list[str]) -> dict[tuple[Via, str], Row[Any]]:
    """Read stickers by their id and by the old codes that stand for them."""
    if not keys:
        return {}
    rows = conn.execute(
        text(f"""WITH named AS (
                     SELECT 'sticker' AS via, id AS key, id AS sticker_id
                     FROM shared.stickers WHERE id = ANY(CAST(:keys AS text[]))
                     UNION ALL
                     SELECT 'alias', old_id, sticker_id
                     FROM shared.sticker_aliases WHERE old_id = ANY(CAST(:keys AS text[])))
                 SELECT named.via, named.key, stickers.id AS sticker_id, stickers.expires_on, stickers.revoked_at,
                        {SHOP_COLUMNS}
                 FROM named
                 JOIN shared.stickers ON stickers.id = named.sticker_id
                 JOIN shared.shops ON shops.id = stickers.shop_id
                 JOIN shared.markets ON markets.id = shops.market_id"""),
        {"keys": keys},
    )
    return {(Via(row.via), row.key): row for row in rows}


def _stalls(conn: Connection, stall_numbers: list[str]) -> dict[str, Shop]:
    if not stall_numbers:
        return {}
    rows = conn.execute(
        text(f"""SELECT {SHOP_COLUMNS} FROM shared.shops JOIN shared.markets ON markets.id = shops.market_id
                 WHERE shops.stall_number = ANY(CAST(:stall_numbers AS text[]))"""),
        {"stall_numbers": stall_numbers},
    )
    return {row.stall_number: shop_of(row) for row in rows}


def _named(row: Row[Any], via: Via, on: date) -> NamedShop | DomainError:
    try:
        check_sticker_holds(revoked=row.revoked_at is not None, expires_on=row.expires_on, on=on)
    except DomainError as refusal:
        return refusal
    return NamedShop(shop=shop_of(row), via=via, sticker_id=row.sticker_id)
