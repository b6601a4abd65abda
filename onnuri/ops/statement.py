"""`onnuri statement …`: take in the bank's statement of the safeguarding account and match it with the books."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onnuri.ops.dates import read_day
from onnuri.ops.saying import notes, say

statement = typer.Typer(help="은행 거래명세  ·  The bank's statements", no_args_is_help=True, rich_markup_mode=None)


@statement.command("import")
def import_file(file: Annotated[Path, typer.Argument(help="camt.053")]) -> None:
    """명세 파일을 가져와 맞춥니다 · Import a statement file and match it; the same file twice changes nothing."""
    _take_in({file.name: file.read_bytes()})


@statement.command()
def fetch(day: Annotated[str, typer.Argument(help="은행 날짜 · bank date, YYYY-MM-DD")]) -> None:
    """은행에서 명세를 받아 맞춥니다 · Fetch a bank date's statement files and match them."""
    from onnuri.banks.mailbox import StatementMailbox
    from onnuri.kit.config import load_settings
    from onnuri.ops.bank import bank_access, bank_address

    on = read_day(day)
    settings = load_settings()
    with bank_address(settings) as address:
        mailbox = StatementMailbox(address)
        names = mailbox.names(bank_access(settings, address).contract.account_num, on=on)
        files = {name: mailbox.fetch(name) for name in names}
    _take_in(files)


def _take_in(files: dict[str, bytes]) -> None:
    from onnuri.kit.clock import seoul_date
    from onnuri.kit.config import load_settings
    from onnuri.kit.database import Role
    from onnuri.ops.bank import bank_access
    from onnuri.ops.reach import house_clock, reach
    from onnuri.settlement.breaks import list_open_breaks
    from onnuri.settlement.match import match_statements
    from onnuri.settlement.statement import import_statement

    database = reach(load_settings())
    at = house_clock(database).now()
    account = bank_access(database.settings, "").contract.account_num
    with database.single(Role.APP).begin() as conn:
        for name, content in files.items():
            done = import_statement(conn, content, account=account, at=at)
            before = "  (이미 가져옴 · known before)" if done.already else ""
            notes.print(f"{name}  {done.booked_on}  {done.lines:,}줄 lines  잔액 closing {done.closing:,}원{before}")
        match_statements(conn, at=at)
        waiting = list_open_breaks(conn, on=seoul_date(at), limit=1000)
    for each in waiting:
        notes.print(
            f"불일치 break  {each.kind}  {each.amount:,}원  {each.owner}  {each.age_days}일  {each.explanation}"
        )
    say("맞췄습니다.", "Matched.")
