"""`onnuri up`: the database, a bank where none is named, the worker and the server, all in one command."""

from __future__ import annotations

from typing import Annotated

import typer

from onnuri.ops.saying import notes, say


def up(
    host: Annotated[str, typer.Option(help="어느 주소에서 · which address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0이면 빈 포트 · 0 takes a free one")] = 8080,
) -> None:
    """모두 시작합니다: 데이터베이스, 은행 모의기, 작업자, 서버 · Start everything; Ctrl-C ends it."""
    from onnuri.kit.config import load_settings
    from onnuri.kit.database import Role
    from onnuri.ops.bank import bank_address, bank_client
    from onnuri.ops.reach import reach
    from onnuri.ops.serve import address_of, listen, serve
    from onnuri.ops.work import working
    from onnuri.people.register import list_logins

    settings = load_settings()
    listener = listen(host, port)
    say("데이터베이스를 준비합니다 …", "Preparing the database …")
    database = reach(settings)
    with (
        bank_address(settings) as bank_url,
        bank_client(settings, bank_url) as bank,
        working(database, bank),
    ):

        def ready() -> None:
            address = address_of(listener)
            notes.print(f"화면  pages      {address}/")
            notes.print(f"API   docs       {address}/openapi.json")
            notes.print(f"은행  bank       {bank_url}" + ("" if settings.bank_url else "  (모의기 simulator)"))
            with database.single(Role.APP).begin() as conn:
                if not list_logins(conn):
                    say("아직 사용자가 없습니다: onnuri person add", "Nobody can sign in yet: docs/first-steps.md")
            say("Ctrl-C로 끝냅니다.", "Ctrl-C ends it.")

        serve(database, bank, listener, ready=ready)
    say("끝났습니다. 데이터베이스는 계속 실행됩니다 (onnuri db stop).", "Done; the database keeps running.")
