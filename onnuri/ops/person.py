"""`onnuri person …`: who may sign in. The first people of a house are made here; nobody could do it over HTTP."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from onnuri.kit.refusals import Conflict, Malformed
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


class RoleNotHeld(Conflict):
    """Nobody can lose a role they do not have."""

    code = "role_not_held"
    ko = "그 사람에게는 {role} 역할이 없습니다."
    en = "That person does not have the role {role}."


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a role is limited to, as it was typed."""

    shop: str | None
    market: str | None


By = Annotated[str, typer.Option("--by", help="처리자 per_… · who does it")]
PersonArgument = Annotated[str, typer.Argument(help="per_… · the person")]
RoleOption = Annotated[PersonRole, typer.Option(help="역할 · which role")]
ShopOption = Annotated[str | None, typer.Option(help="점포 shp_… · the shop of a shop role")]
MarketOption = Annotated[str | None, typer.Option(help="시장 코드 · the market of a market office")]


@person.command()
def add(
    name: Annotated[str, typer.Argument(help="이름 · the person's name, kept sealed")],
    login: Annotated[str, typer.Option(help="아이디 · what is typed to sign in")],
    role: Annotated[list[PersonRole], typer.Option(help="역할, 여러 번 쓸 수 있음 · may be given more than once")],
    shop: ShopOption = None,
    market: MarketOption = None,
    by: Annotated[str | None, typer.Option("--by", help="처리자 per_…, 첫 사람들은 없이 · who does it")] = None,
) -> None:
    """사용자를 등록합니다. 비밀번호는 물어봅니다 · Register somebody; asks for the password or reads a pipe."""
    from onnuri.kit.database import Role
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.people.register import NewPerson, grant_roles, register_people
    from onnuri.people.sealing import sealer_of

    database = reach()
    at = house_clock(database).now()
    with database.single(Role.APP).begin() as conn:
        who = None if by is None else acting(conn, by, "change roles")
        grants = [(each, _scope(conn, each, shop=shop, market=market)) for each in role]
        newcomer = NewPerson(name, None, login, _password())
        (id,) = register_people(conn, sealer_of(database.settings), [newcomer], at=at)
        grant_roles(conn, [(id, each, scope) for each, scope in grants], at=at, by=who)
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


@person.command()
def grant(
    person_id: PersonArgument, role: RoleOption, by: By, shop: ShopOption = None, market: MarketOption = None
) -> None:
    """역할을 줍니다 · Give somebody a role; who did it is kept."""
    _change(person_id, role, by, _Scope(shop, market), taken=False)


@person.command()
def take(
    person_id: PersonArgument, role: RoleOption, by: By, shop: ShopOption = None, market: MarketOption = None
) -> None:
    """역할을 거둡니다 · Take a role away; who did it is kept."""
    _change(person_id, role, by, _Scope(shop, market), taken=True)


@person.command()
def roles(person_id: PersonArgument) -> None:
    """누가 언제 역할을 주고 거두었는지 봅니다 · Roles that were granted and taken, by whom and when."""
    from onnuri.kit.database import Role
    from onnuri.kit.ids import parse_id, public_id
    from onnuri.ops.reach import reach
    from onnuri.people.register import role_changes

    with reach().single(Role.APP).begin() as conn:
        found = role_changes(conn, parse_id("per", person_id))
    print_json([
        {"role": each.role, "scope": each.scope_id and each.scope_id.hex, "change": each.change,
         "by": each.changed_by and public_id("per", each.changed_by), "at": each.changed_at}
        for each in found
    ])  # fmt: skip


def _change(person_id: str, role: PersonRole, by: str, scope: _Scope, *, taken: bool) -> None:
    from onnuri.kit.database import Role
    from onnuri.ops.acting import acting, known_person
    from onnuri.ops.reach import house_clock, reach
    from onnuri.people.register import grant_roles, revoke_role

    database = reach()
    at = house_clock(database).now()
    with database.single(Role.APP).begin() as conn:
        who = acting(conn, by, "change roles")
        given = (known_person(conn, person_id), role, _scope(conn, role, shop=scope.shop, market=scope.market))
        if not taken:
            grant_roles(conn, [given], at=at, by=who)
        elif not revoke_role(conn, given, by=who, at=at):
            raise RoleNotHeld(role=role.value)
    print_json({"person": person_id, "role": role.value, "change": "taken" if taken else "granted", "by": by})


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
