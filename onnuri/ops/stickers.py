"""`onnuri stickers DIRECTORY`: draw the QR stickers of a market's shops as files to print."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from onnuri.ops.saying import progress, say


class Drawing(StrEnum):
    """How a sticker is drawn."""

    SVG = "svg"
    PNG = "png"


def stickers(
    directory: Annotated[Path, typer.Argument(help="저장할 폴더 · where to put the files")],
    market: Annotated[str, typer.Option("--market", help="시장 코드 · code of the market")],
    form: Annotated[Drawing, typer.Option("--format", help="svg | png")] = Drawing.SVG,
) -> None:
    """시장의 QR 스티커를 그립니다 · Draw the stickers of a market; shops without one are issued theirs."""
    from onnuri.kit.clock import seoul_date
    from onnuri.kit.database import Role
    from onnuri.merchants.drawing import Sticker, sticker_png, sticker_svg
    from onnuri.merchants.queries import Shop, find_market, shops_of_market
    from onnuri.merchants.shown_sticker import sticker_of
    from onnuri.merchants.signing import sticker_keys_of
    from onnuri.merchants.stickers import StickerUnknown, issue_stickers
    from onnuri.ops.reach import house_clock, reach

    database = reach()
    at = house_clock(database).now()
    keys = sticker_keys_of(database.settings)
    directory.mkdir(parents=True, exist_ok=True)
    shops: list[Shop] = []
    with progress() as bars, database.single(Role.APP).begin() as conn:
        chosen = find_market(conn, code=market)
        while page := shops_of_market(conn, market_id=chosen.id, after=shops[-1].id if shops else None):
            shops += page
        for shop in bars.track(shops, description="스티커"):
            try:
                issued = sticker_of(conn, shop_id=shop.id, on=seoul_date(at))
            except StickerUnknown:
                issue_stickers(conn, shop_ids=[shop.id], keys=keys, at=at)
                issued = sticker_of(conn, shop_id=shop.id, on=seoul_date(at))
            drawn = Sticker(issued.payload, shop.name, shop.market_name, shop.stall_number)
            file = directory / f"{shop.stall_number}.{form.value}"
            file.write_bytes(sticker_png(drawn) if form is Drawing.PNG else sticker_svg(drawn).encode())
    say(f"스티커 {len(shops):,}장을 그렸습니다: {directory}", f"{len(shops):,} stickers are in {directory}.")
