"""`onnuri archive …`: move the oldest transfers of a lane to a checked file, list what is away, bring it back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onnuri.ops.saying import EXIT_REFUSED, complain, print_json, say

archive = typer.Typer(help="보관  ·  Old transfers in files", no_args_is_help=True, rich_markup_mode=None)
LaneOption = Annotated[str, typer.Option(help="레인 · lane_00, lane_01, …")]


@archive.command("list")
def list_partitions(lane: LaneOption = "lane_00") -> None:
    """이 레인의 파티션과 보관된 구간을 보여 줍니다 · Show partitions that are here and ranges that are away."""
    from sqlalchemy import text

    from onnuri.kit.database import Role
    from onnuri.ledger.archive import partitions
    from onnuri.ops.reach import reach

    with reach().single(Role.OWNER, lane).connect() as conn:
        here = [{"name": name, "seq_lo": lo, "seq_hi": hi - 1} for name, lo, hi in partitions(conn)]
        rows = conn.execute(text("SELECT seq_lo, seq_hi FROM archives WHERE returned_at IS NULL ORDER BY seq_lo"))
        print_json({"lane": lane, "here": here, "away": [{"seq_lo": lo, "seq_hi": hi - 1} for lo, hi in rows]})


@archive.command("out")
def move_out(
    directory: Annotated[Path, typer.Argument(help="파일을 둘 곳 · where the file goes", exists=True, file_okay=False)],
    lane: LaneOption = "lane_00",
) -> None:
    """가장 오래된 파티션을 파일로 옮깁니다 · Move the oldest partition to a file; its days must be sealed."""
    from onnuri.kit.database import Role
    from onnuri.ledger.archive import archive_partition, partitions
    from onnuri.ops.reach import house_clock, reach

    database = reach()
    at = house_clock(database).now()
    with database.single(Role.OWNER, lane).begin() as conn:
        done = archive_partition(conn, partitions(conn)[0][0], directory=directory, at=at)
    say(
        f"이체 {done.seq_lo:,}~{done.seq_hi - 1:,}번을 {done.path}에 옮겼습니다. 사본을 두 곳에 두세요.",
        f"Transfers {done.seq_lo:,} to {done.seq_hi - 1:,} are in {done.path}; keep two copies.",
    )


@archive.command("in")
def bring_in(
    file: Annotated[Path, typer.Argument(help="보관 파일 · the file", exists=True, dir_okay=False)],
    lane: LaneOption = "lane_00",
) -> None:
    """보관 파일을 확인하고 되돌립니다 · Check a file against what was written down and bring it back."""
    from onnuri.kit.database import Role
    from onnuri.ledger.archive import return_partition
    from onnuri.ops.reach import house_clock, reach

    if not file.name.endswith(".csv.gz"):
        complain("보관 파일(.csv.gz)이 아닙니다.", "This is no archive file (.csv.gz).")
        raise typer.Exit(EXIT_REFUSED)
    database = reach()
    with database.single(Role.OWNER, lane).begin() as conn:
        done = return_partition(conn, file, at=house_clock(database).now())
    say(
        f"이체 {done.seq_lo:,}~{done.seq_hi - 1:,}번이 돌아왔습니다. `onnuri audit`을 실행하세요.",
        f"Transfers {done.seq_lo:,} to {done.seq_hi - 1:,} are back; run `onnuri audit`.",
    )
