"""Who someone is: roles with their scopes, and the principal behind a request. Pure: no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from onnuri.kit.refusals import Forbidden


class PersonRole(StrEnum):
    """What someone may do; shop and market roles are limited to one shop or market each."""

    HOLDER = "holder"
    SHOP_OWNER = "shop_owner"
    SHOP_CLERK = "shop_clerk"
    MARKET_OFFICE = "market_office"
    OPERATOR = "operator"
    FINANCE_MAKER = "finance_maker"
    FINANCE_CHECKER = "finance_checker"
    AUDITOR = "auditor"
    MACHINE = "machine"


SHOP_ROLES = (PersonRole.SHOP_OWNER, PersonRole.SHOP_CLERK)
FINANCE_ROLES = (PersonRole.FINANCE_MAKER, PersonRole.FINANCE_CHECKER)
OVERSIGHT_ROLES = (*FINANCE_ROLES, PersonRole.AUDITOR)


class RoleMissing(Forbidden):
    """The caller has none of the roles this needs."""

    code = "role_missing"
    ko = "이 작업을 할 권한이 없습니다."
    en = "You may not do this."


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, for one shop or market or for none in particular."""

    role: PersonRole
    scope_id: UUID | None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling: the person, the roles, and the wallet with its lane where there is one."""

    person_id: UUID
    grants: frozenset[Grant]
    wallet_id: UUID | None
    lane: str | None

    def has(self, *roles: PersonRole) -> bool:
        """Tell whether the caller has any of these roles, whatever the scope."""
        return any(grant.role in roles for grant in self.grants)

    def scopes(self, *roles: PersonRole) -> frozenset[UUID]:
        """Give the shops or markets for which the caller has any of these roles."""
        return frozenset(g.scope_id for g in self.grants if g.role in roles and g.scope_id is not None)

    def need(self, *roles: PersonRole) -> None:
        """Refuse a caller without any of these roles."""
        if not self.has(*roles):
            raise RoleMissing(needed=", ".join(roles))

    def works_for(self, shop_id: UUID) -> bool:
        """Tell whether the caller is owner or clerk of this shop."""
        return shop_id in self.scopes(*SHOP_ROLES)
