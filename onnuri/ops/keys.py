"""`onnuri key …`: show the public keys, and put the next signing key in use."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from onnuri.ops.saying import print_json, say

key = typer.Typer(help="서명 키  ·  Signing keys", no_args_is_help=True, rich_markup_mode=None)


class Purpose(StrEnum):
    """What a key signs."""

    SEAL = "seal"
    STICKER = "sticker"


@key.command("list")
def list_keys() -> None:
    """공개 키를 보여 줍니다 (검증하는 사람에게 알릴 것) · Show the public keys: what whoever verifies must have."""
    from sqlalchemy import text

    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach

    with reach().single(Role.READER).connect() as conn:
        rows = conn.execute(
            text("SELECT key_id, purpose, public_key, used_from, retired_at FROM shared.public_keys ORDER BY used_from")
        ).mappings()
        print_json([{**row, "public_key": bytes(row["public_key"]).hex()} for row in rows])


@key.command()
def rotate(purpose: Annotated[Purpose, typer.Argument(help="seal | sticker")]) -> None:
    """다음 키를 쓰기 시작합니다 · Retire the key in use and publish the next; what it signed stays verifiable."""
    from onnuri.kit.database import Role
    from onnuri.kit.signing import rotate_signer
    from onnuri.ops.reach import house_clock, reach

    database = reach()
    with database.single(Role.APP).begin() as conn:
        signer = rotate_signer(conn, database.settings, purpose.value, at=house_clock(database).now())
    say(
        f"이제 {signer.key_id}로 서명합니다. 공개 키를 알리세요: {signer.public_key().hex()}",
        f"{signer.key_id} signs from now on; publish its public key: {signer.public_key().hex()}",
    )
