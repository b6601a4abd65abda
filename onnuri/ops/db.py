"""`onnuri db …`: where the database is, migrate it, print its schema, open a lane, stop it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from enum import StrEnum
from typing import Annotated

import typer

from onnuri.ops.saying import EXIT_REFUSED, complain, say

db = typer.Typer(help="데이터베이스  ·  The database", no_args_is_help=True, rich_markup_mode=None)


class Who(StrEnum):
    """The database roles, as they are named on the command line."""

    APP = "app"
    OWNER = "owner"
    READER = "reader"
    AUDITOR = "auditor"


RoleOption = Annotated[Who, typer.Option("--role", help="app | owner | reader | auditor")]


@db.command()
def url(role: RoleOption = Who.APP) -> None:
    """접속 주소를 출력합니다 (필요하면 시작) · Print the URL of the running database, starting it where needed."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach

    sys.stdout.write(reach().url(Role(f"onnuri_{role.value}")) + "\n")


@db.command()
def migrate() -> None:
    """최신 구조로 올립니다 · Make roles and database where needed and bring the schema up to date."""
    from onnuri.kit.config import load_settings
    from onnuri.kit.database import open_cluster
    from onnuri.kit.migrate import migrate as bring_up_to_date

    bring_up_to_date(open_cluster(load_settings()))
    say("데이터베이스가 최신입니다.", "The database is up to date.")


@db.command()
def stop() -> None:
    """내장 데이터베이스를 멈춥니다 · Stop the embedded database; a database of your own is left alone."""
    from onnuri.kit.config import load_settings
    from onnuri.kit.database import embedded

    settings = load_settings()
    if settings.database_url is not None:
        complain("DATABASE_URL의 서버는 여기서 멈추지 않습니다.", "The server of DATABASE_URL is not ours to stop.")
        raise typer.Exit(EXIT_REFUSED)
    embedded(settings).stop()
    say("데이터베이스를 멈췄습니다.", "The database is stopped.")


@db.command()
def schema() -> None:
    """새 데이터베이스의 구조를 출력합니다 · Print the schema of a freshly migrated scratch database (pg_dump)."""
    from uuid import uuid4

    from onnuri.kit.config import load_settings
    from onnuri.kit.database import drop_database, open_cluster
    from onnuri.kit.migrate import migrate as bring_up_to_date
    from onnuri.kit.schema import schema_text

    scratch = open_cluster(load_settings(), f"schema_{uuid4().hex[:12]}")
    try:
        bring_up_to_date(scratch)
        sys.stdout.write(schema_text(scratch))
    finally:
        drop_database(scratch)


@db.command()
def psql(role: RoleOption = Who.READER) -> None:
    """psql을 엽니다 · Open psql, as the reader unless told otherwise."""
    from onnuri.kit.database import Role, embedded
    from onnuri.ops.reach import reach

    database = reach()
    program = embedded(database.settings).binary("psql")
    search_path = {"PGOPTIONS": "-c search_path=lane_00,shared,pg_catalog"}
    done = subprocess.run(
        [str(program), database.url(Role(f"onnuri_{role.value}"))], env={**os.environ, **search_path}, check=False
    )
    raise typer.Exit(done.returncode)


@db.command("add-lane")
def add_lane(name: Annotated[str, typer.Argument(help="lane_01, lane_02, …")]) -> None:
    """레인(원장 하나)을 더합니다 · Open another lane: a schema with an empty ledger."""
    from onnuri.kit.database import Role
    from onnuri.kit.migrate import add_lane as open_lane
    from onnuri.kit.migrate import lane_names
    from onnuri.ops.reach import house_clock, reach

    if not re.fullmatch(r"lane_[0-9]{2}", name):
        complain("레인 이름은 lane_01과 같은 형식입니다.", "A lane is named like lane_01.")
        raise typer.Exit(EXIT_REFUSED)
    database = reach()
    with database.single(Role.OWNER, "pg_catalog").begin() as conn:
        if name in lane_names(conn):
            complain(f"이미 있는 레인입니다: {name}", f"There is a lane {name} already.")
            raise typer.Exit(EXIT_REFUSED)
        open_lane(conn, name, at=house_clock(database).now())
    say(f"레인 {name}을 열었습니다. 서버를 다시 시작하세요.", f"Lane {name} is open. Restart the servers.")
