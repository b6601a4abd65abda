"""`onnuri drill`: break a scratch copy of the books cell by cell, and show which check finds each break."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from onnuri.ops.saying import EXIT_FINDING, EXIT_REFUSED, complain, print_json, progress, say

if TYPE_CHECKING:
    from onnuri.auditor.drill import Drill
    from onnuri.kit.database import Database

_COPY_SECONDS_MAX = 3600


def drill(
    as_json: Annotated[bool, typer.Option("--json", help="JSON 하나만 · exactly one JSON object on stdout")] = False,
    day: Annotated[
        bool, typer.Option("--day", help="작은 장날을 새로 만들어서 · on a small market day made for it")
    ] = False,
    seed: Annotated[int, typer.Option(help="같은 씨앗, 같은 줄 · the same seed breaks the same rows")] = 1,
) -> None:
    """장부 사본을 한 칸씩 망가뜨려 봅니다 · Break a copy cell by cell; exit code 1 where a break stays unseen.

    The copy is of the current database, or of a small market day where that one is empty; it is dropped at the end.
    """
    from onnuri.auditor.drill import NotInOrder, run_drill

    with ExitStack() as stack:
        copy = stack.enter_context(_copy(stack.enter_context(_source(day=day))))
        with progress(quiet=as_json) as bars:
            task = bars.add_task("망가뜨려 보기 · breaking", total=None)
            try:
                done = run_drill(
                    copy.superuser_url(),
                    seed=seed,
                    progress=lambda tried, total, _: bars.update(task, completed=tried, total=total),
                )
            except NotInOrder as refused:
                complain(
                    "사본의 감사가 이미 실패합니다. 먼저 `onnuri audit`을 보세요.",
                    f"The copy is not in order before anything was broken: {refused}",
                )
                raise typer.Exit(EXIT_REFUSED) from None
    if as_json:
        print_json(done.as_json())
    else:
        sys.stdout.write(as_text(done) + "\n")
    if not done.ok:
        raise typer.Exit(EXIT_FINDING)


def as_text(done: Drill) -> str:
    """Write the drill for people: what was broken and who found it, what is free and why, what nobody saw."""
    lines = [f"{'망가뜨린 것 · broken':<60} 찾은 점검 · found by"]
    for each in done.tried:
        for first in each.found_by[:1]:
            others = f" (+{len(each.found_by) - 1})" if len(each.found_by) > 1 else ""
            lines.append(f"{each.table + '.' + each.what:<60} {first}{others}")
    lines.append("\n보지 않아도 되는 칸 · free, for a reason")
    lines += [
        f"{each.table + '.' + each.what:<60} {each.free}" for each in done.tried if each.free and not each.found_by
    ]
    if done.empty:
        lines.append(f"\n빈 표 · tables without a row to break: {', '.join(done.empty)}")
    lines += ["", *(f"못 찾음 · UNSEEN  {each.table}.{each.what}" for each in done.unseen)]
    found = sum(1 for each in done.tried if each.found_by)
    free = sum(1 for each in done.tried if each.free and not each.found_by)
    lines.append(f"{len(done.tried)} broken, {found} found, {free} free, {len(done.unseen)} unseen")
    return "\n".join(lines)


@contextmanager
def _source(*, day: bool) -> Generator[Database]:
    """Give the current database where there is something in its books, else play a small market day."""
    from onnuri.ops.demo.command import played_day
    from onnuri.ops.reach import reach

    if not day:
        current = reach()
        if _moved(current):
            yield current
            return
        say("장부가 비어 있어 작은 장날을 만듭니다.", "The books are empty: a small market day is made.")
    with played_day(seed=7, merchants=12, payments=150) as made:
        yield made


def _moved(database: Database) -> bool:
    from sqlalchemy import text

    from onnuri.kit.database import Role

    with database.single(Role.READER).connect() as conn:
        return bool(conn.execute(text("SELECT last_seq > 0 FROM lane")).scalar_one())


@contextmanager
def _copy(source: Database) -> Generator[Database]:
    """Copy a database that may be in use, by a dump, into a scratch one beside it."""
    import os
    from uuid import uuid4

    from onnuri.kit.database import drop_database, embedded, ensure_database

    copy = source.named(f"drill_{uuid4().hex[:12]}")
    tools = embedded(source.settings)
    ensure_database(copy)
    try:
        with subprocess.Popen(
            [str(tools.binary("pg_dump")), "--format=custom", "--dbname", source.superuser_url()],
            stdout=subprocess.PIPE,
        ) as dump:
            subprocess.run(
                [str(tools.binary("pg_restore")), "--exit-on-error", "--dbname", copy.superuser_url()],
                stdin=dump.stdout, check=True, timeout=_COPY_SECONDS_MAX, env=dict(os.environ),
            )  # fmt: skip
        yield copy
    finally:
        drop_database(copy)
