"""/v1/…/proof: what outsiders check without us: inclusion proofs, the log of sealed days, the public keys."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from sqlalchemy import text

from onnuri.api.auth import Caller
from onnuri.api.books import LanePath, LaneUnknown
from onnuri.api.forms import Instant, View, noun_router, path_id, read_id
from onnuri.api.house import House, HouseDep
from onnuri.api.payments import visible_payment
from onnuri.kit.merkle import root_hash
from onnuri.ledger.proof import NothingToProve, log_hashes, prove_consistency, prove_entry
from onnuri.ledger.seal import seals
from onnuri.people.model import OVERSIGHT_ROLES

router = noun_router("", 404, 409)


class SealView(View):
    """A sealed day: the signed statement and its signature, hexadecimal."""

    number: int
    day: str
    statement: str
    key_id: str
    signature: str


class LogView(View):
    """The log of sealed days of a lane and the root over it."""

    lane: str
    root: str
    data: list[SealView]


class PublicKeyView(View):
    """A published key; a retired one still verifies what it signed."""

    key_id: str
    purpose: str
    public_key: str
    used_from: Instant
    retired_at: Instant | None


class PublicKeys(View):
    """All published keys."""

    data: list[PublicKeyView]


@router.get("/payments/{payment_id}/proof", operation_id="provePayment")
def payment(payment_id: Annotated[str, path_id("pay")], house: HouseDep, caller: Caller) -> dict[str, Any]:
    """Prove a payment: every transfer of it is in the signed day. To its holder, its shop, finance and auditors."""
    receipt, _, _ = visible_payment(house, caller, read_id("pay", payment_id))
    return _prove(house, receipt.entry_id)


@router.get("/entries/{entry_id}/proof", operation_id="proveEntry")
def entry(entry_id: Annotated[str, path_id("ent")], house: HouseDep, caller: Caller) -> dict[str, Any]:
    """Prove an entry: every transfer of it is in the signed day."""
    caller.need(*OVERSIGHT_ROLES)
    return _prove(house, read_id("ent", entry_id))


@router.get("/lanes/{lane}/seals", operation_id="listSeals")
def log(lane: LanePath, house: HouseDep) -> LogView:
    """List the sealed days of a lane; public."""
    if lane not in house.lanes:
        raise LaneUnknown(lane=lane)
    with house.begin(lane) as conn:
        found = seals(conn)
        root = root_hash(log_hashes(conn))
    return LogView(
        lane=lane,
        root=root.hex(),
        data=[
            SealView(
                number=seal.number,
                day=seal.day.isoformat(),
                statement=seal.statement,
                key_id=seal.key_id,
                signature=seal.signature.hex(),
            )
            for seal in found
        ],
    )


@router.get("/lanes/{lane}/seals/consistency", operation_id="proveConsistency")
def consistency(
    lane: LanePath,
    house: HouseDep,
    before: Annotated[int, Query(ge=1, le=1_000_000)],
    after: Annotated[int, Query(ge=1, le=1_000_000)],
) -> dict[str, Any]:
    """Prove that the log of the first `before` days is the beginning of that of the first `after`; public."""
    if lane not in house.lanes:
        raise LaneUnknown(lane=lane)
    with house.begin(lane) as conn:
        return prove_consistency(conn, before=before, after=after)


@router.get("/public_keys", operation_id="listPublicKeys")
def keys(house: HouseDep) -> PublicKeys:
    """List the published keys; public."""
    with house.begin() as conn:
        rows = conn.execute(
            text("SELECT key_id, purpose, public_key, used_from, retired_at FROM shared.public_keys ORDER BY key_id")
        ).all()
    return PublicKeys(
        data=[
            PublicKeyView(
                key_id=row.key_id,
                purpose=row.purpose,
                public_key=bytes(row.public_key).hex(),
                used_from=row.used_from,
                retired_at=row.retired_at,
            )
            for row in rows
        ]
    )


def _prove(house: House, entry_id: UUID) -> dict[str, Any]:
    """Find the lane that holds the entry and prove it there. Refuses `NothingToProve`, `NotSealedYet`."""
    for lane in house.lanes:
        with house.begin(lane) as conn:
            try:
                return prove_entry(conn, entry_id)
            except NothingToProve:
                continue
    raise NothingToProve
