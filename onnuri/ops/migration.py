"""`onnuri migration …`: take over wallets from another operator: check, stage, approve, post, open."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onnuri.ops.saying import EXIT_REFUSED, print_json, progress, say

if TYPE_CHECKING:
    from onnuri.vouchers.moving_in.migrate_in import Reconciled

migration = typer.Typer(
    help="다른 사업자에게서 이관  ·  Moving in from another operator", no_args_is_help=True, rich_markup_mode=None
)
LotsArgument = Annotated[Path, typer.Argument(help="보유분 CSV · lots", exists=True, dir_okay=False)]
ControlArgument = Annotated[Path, typer.Argument(help="합계 CSV · totals", exists=True, dir_okay=False)]
MigrationArgument = Annotated[str, typer.Argument(help="mig_…")]
By = Annotated[str, typer.Option("--by", help="처리자 per_… · who does it")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="아무것도 쓰지 않습니다 · write nothing")]


@migration.command()
def stage(
    lots: LotsArgument,
    control: ControlArgument,
    operator: Annotated[str, typer.Option(help="이전 사업자 · the other operator")],
    by: By,
    dry_run: DryRun = False,
) -> None:
    """파일을 올리고 합계와 맞는지 봅니다 · Stage a file and compare it with its totals."""
    from onnuri.kit.database import Role
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.moving_in.migrate_in import MovedFile, reconcile, stage_migration

    database = reach()
    with lots.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").digest()
    with database.single(Role.APP).connect() as conn, lots.open(encoding="utf-8-sig", newline="") as lines:
        at = house_clock(database).now()
        who = acting(conn, by, "stage a migration")
        made = stage_migration(conn, lines, MovedFile(operator, sha256), by=who, at=at)
        proof = reconcile(conn, made.id, _totals(control))
        conn.rollback() if dry_run else conn.commit()
    print_json({"migration": f"mig_{made.id.hex}", "dry_run": dry_run, "sha256": sha256.hex()} | _proof(proof))
    if not proof.balances:
        raise typer.Exit(EXIT_REFUSED)


@migration.command()
def approve(migration_id: MigrationArgument, control: ControlArgument, by: By) -> None:
    """합계가 맞으면 승인합니다 · Approve a file that adds up, never one's own."""
    from onnuri.kit.database import Role
    from onnuri.kit.ids import parse_id
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.moving_in.migrate_in import approve_migration

    database = reach()
    with database.single(Role.APP).begin() as conn:
        at = house_clock(database).now()
        who = acting(conn, by, "approve a migration")
        done = approve_migration(conn, parse_id("mig", migration_id), _totals(control), by=who, at=at)
    print_json({"migration": migration_id, "status": done.status})


@migration.command()
def run(migration_id: MigrationArgument) -> None:
    """장부에 적고, 다 맞으면 엽니다 · Post it unseen, then open it; goes on after a stop."""
    from onnuri.kit.database import Role
    from onnuri.kit.ids import parse_id
    from onnuri.kit.migrate import lane_names
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.moving_in.migrate_open import open_moved_in, switch_migration
    from onnuri.vouchers.moving_in.migrate_post import post_migration_chunk

    database = reach()
    clock, id = house_clock(database), parse_id("mig", migration_id)
    with database.single(Role.APP).begin() as conn:
        lanes = lane_names(conn)
    with progress() as bars:
        task = bars.add_task("이관", total=None)
        for lane in lanes:
            posted = 1
            while posted:
                with database.single(Role.APP, lane).begin() as conn:
                    posted = post_migration_chunk(conn, id, at=clock.now())
                bars.advance(task, posted)
    with database.single(Role.APP).begin() as conn:
        told = switch_migration(conn, id, at=clock.now())
    with progress() as bars:
        task = bars.add_task("지갑 열기", total=None)
        for lane in lanes:
            opened = 1
            while opened:
                with database.single(Role.APP, lane).begin() as conn:
                    opened = open_moved_in(conn, at=clock.now())
                bars.advance(task, opened)
    say("모두 열었습니다.", "Everything is open.")
    print_json({
        "migration": migration_id, "lots": sum(lane.lots for lane in told), "left": sum(lane.left for lane in told),
        "lanes": [
            {"lane": lane.lane, "lots": lane.lots, "left": lane.left, "seq": [lane.first_seq, lane.last_seq]}
            for lane in told
        ],
    })  # fmt: skip


@migration.command()
def received(
    migration_id: MigrationArgument,
    reference: Annotated[str, typer.Option(help="입금 거래번호 · the bank's reference of the receipt")],
    by: By,
) -> None:
    """이전 사업자가 보낸 돈을 적습니다 · Count what the other operator paid for it."""
    from onnuri.kit.database import Role
    from onnuri.kit.ids import parse_id
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.moving_in.migrate_paid import migration_paid

    database = reach()
    with database.single(Role.APP).begin() as conn:
        at = house_clock(database).now()
        who = acting(conn, by, "approve a migration")
        won = migration_paid(conn, parse_id("mig", migration_id), reference=reference, by=who, at=at)
    print_json({"migration": migration_id, "reference": reference.upper(), "amount": won})


@migration.command()
def reject(migration_id: MigrationArgument, by: By) -> None:
    """장부에 적기 전에 반려합니다 · Give a file up before anything of it is in the books."""
    from onnuri.kit.database import Role
    from onnuri.kit.ids import parse_id
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.moving_in.migrate_list import reject_migration

    database = reach()
    with database.single(Role.APP).begin() as conn:
        at = house_clock(database).now()
        done = reject_migration(conn, parse_id("mig", migration_id), by=acting(conn, by, "approve a migration"), at=at)
    print_json({"migration": migration_id, "status": done.status})


@migration.command(name="list")
def list_all() -> None:
    """이관 작업을 봅니다 · List migrations, the newest first."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.vouchers.moving_in.migrate_list import migrations
    from onnuri.vouchers.moving_in.migrate_paid import money_awaited

    with reach().single(Role.APP).begin() as conn:
        found = migrations(conn)
        awaited = money_awaited(conn, [each.id for each in found])
    rows = [
        {
            "migration": f"mig_{each.id.hex}", "operator": each.operator, "status": each.status,
            "sha256": each.sha256.hex(), "staged_at": each.staged_at.isoformat(),
            "money_awaited": awaited.get(each.id, 0),
        }
        for each in found
    ]  # fmt: skip
    print_json({"migrations": rows})


def _totals(control: Path) -> Any:
    from onnuri.vouchers.moving_in.migration_file import read_control

    with _open(control) as lines:
        return read_control(lines)


@contextmanager
def _open(path: Path) -> Generator[Any]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield lines


def _proof(proof: Reconciled) -> dict[str, object]:
    return {
        "balances": proof.balances, "lots": proof.lots, "left": proof.left,
        "in_transit": [{"line": row.line, "lot": row.reference, "left": row.left} for row in proof.in_transit],
        "differences": [
            {
                "what": each.what, "name": each.name,
                "control": [each.control.lots, each.control.left, each.control.paid],
                "counted": [each.counted.lots, each.counted.left, each.counted.paid],
            }
            for each in proof.differences
        ],
        "bad_lines": [{"line": row.line, "lot": row.reference, "problem": row.problem} for row in proof.bad_lines],
    }  # fmt: skip
