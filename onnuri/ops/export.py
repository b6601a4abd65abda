"""`onnuri export …`: the books in forms that other accounting programs read."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

export = typer.Typer(help="내보내기  ·  Export the books", no_args_is_help=True, rich_markup_mode=None)


class Form(StrEnum):
    """The forms a journal is written in."""

    BEANCOUNT = "beancount"
    HLEDGER = "hledger"
    CSV = "csv"


@export.callback()
def _nouns() -> None:
    """Keep `journal` a word of its own: other things to export follow."""


@export.command()
def journal(
    form: Annotated[Form, typer.Option("--format", help="beancount | hledger | csv")] = Form.BEANCOUNT,
    out: Annotated[Path | None, typer.Option("--out", help="파일 · a file; stdout where left out")] = None,
) -> None:
    """분개장을 내보냅니다 · Export the journal of every lane."""
    from onnuri.kit.database import Role
    from onnuri.ledger.export import export_journal
    from onnuri.ops.reach import reach

    engine = reach().single(Role.READER)
    with engine.begin() as conn:
        lines = export_journal(conn, form.value)
        if out is None:
            for line in lines:
                sys.stdout.write(line)
            sys.stdout.flush()
        else:
            with out.open("w", encoding="utf-8", newline="") as file:
                file.writelines(lines)
