"""Bring markets of an official table or of the built-in sample into the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

from onnuri.kit.ids import new_id
from onnuri.merchants.market_files import MarketRow
from onnuri.merchants.market_names import name_key

_TRADITIONAL: Final = "전통시장"
_OPENING_KINDS: Final = frozenset({"상설장", "상설장+5일장", "5일장"})


@dataclass(frozen=True, slots=True)
class MarketImport:
    """What an import did, or in a dry run would do: the codes of markets it adds, changes and leaves as they are."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    dry_run: bool


@dataclass(frozen=True, slots=True)
class _Stated:
    code: str
    name: str
    join_name: str
    sido: str
    sigungu: str
    kind: str
    address: str | None
    opening_cycle: str
    latitude_e7: int | None
    longitude_e7: int | None
    shop_count: int | None


_COLUMNS: Final = tuple(_Stated.__dataclass_fields__)
_TYPES: Final = {"latitude_e7": "bigint", "longitude_e7": "bigint", "shop_count": "integer"}
_ARRAYS: Final = ", ".join(f"CAST(:{column} AS {_TYPES.get(column, 'text')}[])" for column in _COLUMNS)


def import_markets(
    conn: Connection,
    *,
    markets: Sequence[MarketRow],
    source: str,
    at: datetime,
    dry_run: bool = False,
) -> MarketImport:
    """Add and update markets by their codes; the same markets twice change nothing.

    What a table does not say (None) does not erase what an earlier one said: the two official tables complete each
    other. Neither tells which markets the tax service knows: an operator records that.
    """
    stated = {market.code: _stated(market) for market in markets}
    known = _known(conn, list(stated))
    merged = {code: _merged(known.get(code), market) for code, market in stated.items()}
    added = [market for code, market in merged.items() if code not in known]
    changed = [market for code, market in merged.items() if code in known and known[code] != market]
    if not dry_run:
        _add(conn, added, source=source, at=at)
        _change(conn, changed, source=source, at=at)
    touched = {market.code for market in (*added, *changed)}
    return MarketImport(
        added=tuple(market.code for market in added),
        changed=tuple(market.code for market in changed),
        unchanged=tuple(code for code in merged if code not in touched),
        dry_run=dry_run,
    )


def _stated(market: MarketRow) -> _Stated:
    """Both official tables list traditional markets; the standard one writes the opening kind in the kind's place."""
    return _Stated(
        code=market.code,
        name=market.name,
        join_name=name_key(market.name),
        sido=market.sido,
        sigungu=market.sigungu,
        kind=_TRADITIONAL if market.kind in _OPENING_KINDS else market.kind,
        address=market.address,
        opening_cycle=market.opening.text() if market.opening else "",
        latitude_e7=market.latitude_e7,
        longitude_e7=market.longitude_e7,
        shop_count=market.shop_count,
    )


def _merged(before: _Stated | None, stated: _Stated) -> _Stated:
    if before is None:
        return stated
    return replace(
        stated,
        address=stated.address or before.address,
        opening_cycle=stated.opening_cycle or before.opening_cycle,
        latitude_e7=before.latitude_e7 if stated.latitude_e7 is None else stated.latitude_e7,
        longitude_e7=before.longitude_e7 if stated.longitude_e7 is None else stated.longitude_e7,
        shop_count=before.shop_count if stated.shop_count is None else stated.shop_count,
    )


def _known(conn: Connection, codes: list[str]) -> dict[str, _Stated]:
    rows = conn.execute(
        text(f"""SELECT {", ".join(_COLUMNS)} FROM shared.markets
                 WHERE code = ANY(CAST(:codes AS text[])) ORDER BY code FOR NO KEY UPDATE"""),
        {"codes": codes},
    )
    return {row["code"]: _Stated(**row) for row in rows.mappings()}


def _add(conn: Connection, markets: list[_Stated], *, source: str, at: datetime) -> None:
    conn.execute(
        text(f"""INSERT INTO shared.markets (id, {", ".join(_COLUMNS)}, source, imported_at)
                 SELECT stated.*, CAST(:source AS text), CAST(:at AS timestamptz)
                 FROM unnest(CAST(:ids AS uuid[]), {_ARRAYS}) AS stated
                 ON CONFLICT DO NOTHING"""),
        {
            **_arrays(markets),
            "ids": [new_id(at) for _ in markets],
            "source": source,
            "at": at,
        },
    )


def _change(conn: Connection, markets: list[_Stated], *, source: str, at: datetime) -> None:
    settings = ", ".join(f"{column} = stated.{column}" for column in _COLUMNS if column != "code")
    conn.execute(
        text(f"""UPDATE shared.markets SET {settings}, source = :source, imported_at = :at
                 FROM unnest({_ARRAYS}) AS stated ({", ".join(_COLUMNS)})
                 WHERE markets.code = stated.code"""),
        {**_arrays(markets), "source": source, "at": at},
    )


def _arrays(markets: list[_Stated]) -> dict[str, object]:
    rows = [asdict(market) for market in markets]
    return {column: [row[column] for row in rows] for column in _COLUMNS}
