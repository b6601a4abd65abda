"""`onnuri person …`: who may sign in. The first people of a house are made here; nobody could do it over HTTP."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from onnuri.kit.refusals import Malformed
from onnuri.ops.saying import print_json
from onnuri.people.model import SHOP_ROLES, PersonRole

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection

person = typer.Typer(help="사용자  ·  Who may sign in", no_args_is_help=True, rich_markup_mode=None)

PASSWORD_LENGTH_MIN = 8


class PasswordTooShort(Malformed):
    """Somebody guesses a short password (ours: at least eight characters)."""

    code = "password_too_short"
    ko = "비밀번호는 {length_min}자 이상이어야 합니다."
    en = "A password has at least {length_min} characters."


class ScopeWrong(Malformed):
    """Shop roles name one shop, the market office one market, the other roles neither."""

    code = "role_scope_wrong"
    ko = "{role} 역할의 대상이 올바르지 않습니다. 점포 역할은 --shop, 상인회는 --market, 나머지는 없이 씁니다."
    en = "Not a scope of {role}: shop roles take --shop, market_office takes --market, the others take neither."


@person.command()
def add(
    name: Annotated[str, typer.Argument(help="이름 · the person's name, kept sealed")],
    login: Annotated[str, typer.Option(help="아이디 · what is typed to sign in")],
    role: Annotated[list[PersonRole], typer.Option(help="역할, 여러 번 쓸 수 있음 · may be given more than once")],
    shop: Annotated[str | None, typer.Option(help="점포 shp_… · the shop of a shop role")] = None,
    market: Annotated[str | None, typer.Option(help="시장 코드 · the market of a market office")] = None,
) -> None:
    """사용자를 등록합니다. 비밀번호는 물어봅니다 · Register somebody; asks for the password or reads a pipe."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import house_clock, reach
    from onnuri.people.register import NewPerson, grant_roles, register_people
    from onnuri.people.sealing import sealer_of

    database = reach()
    at = house_clock(database).now()
    with database.single(Role.APP).begin() as conn:
        grants = [(each, _scope(conn, each, shop=shop, market=market)) for each in role]
        newcomer = NewPerson(name, None, login, _password())
        (id,) = register_people(conn, sealer_of(database.settings), [newcomer], at=at)
        grant_roles(conn, [(id, each, scope) for each, scope in grants], at=at)
    print_json({"person": f"per_{id.hex}", "login": login, "roles": [each.value for each in role]})


@person.command("list")
def list_() -> None:
    """아이디와 역할을 봅니다. 이름은 보이지 않습니다 · Logins and roles; names stay sealed."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.people.register import list_logins

    with reach().single(Role.APP).begin() as conn:
        known = list_logins(conn)
    print_json([{"person": f"per_{each.person_id.hex}", "login": each.login, "roles": each.roles} for each in known])


def _scope(conn: Connection, role: PersonRole, *, shop: str | None, market: str | None) -> UUID | None:
    from onnuri.kit.ids import parse_id
    from onnuri.merchants.queries import find_market, find_shop

    if role in SHOP_ROLES and shop is not None and market is None:
        return find_shop(conn, shop_id=parse_id("shp", shop)).id
    if role is PersonRole.MARKET_OFFICE and market is not None and shop is None:
        return find_market(conn, code=market).id
    if role in (*SHOP_ROLES, PersonRole.MARKET_OFFICE) or shop is not None or market is not None:
        raise ScopeWrong(role=role.value)
    return None


def _password() -> str:
    """Ask for it twice where somebody types; a pipe gives one line."""
    if sys.stdin.isatty():
        given = str(typer.prompt("비밀번호 · password", hide_input=True, confirmation_prompt=True, err=True))
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    if len(given) < PASSWORD_LENGTH_MIN:
        raise PasswordTooShort(length_min=PASSWORD_LENGTH_MIN)
    return given
