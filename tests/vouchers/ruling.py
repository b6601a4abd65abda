"""New rules for tests, approved by two people, so that a story can stand on a limit to the won or on a budget."""

from __future__ import annotations

from datetime import datetime

from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.policies.policy_change import PolicyDraft, approve_policy, propose_policy
from onnuri.vouchers.policies.policy_terms import Term
from tests.vouchers.money_back import seoul
from tests.world import OPENED, World

RULED = seoul(2027, 1, 4, 10)
"""A Monday on which new rules hold; a month and more after they were announced."""


def rule(world: World, *, start: datetime = RULED, name: str = "ruled", **terms: Term) -> None:
    """Let rules begin that differ from those of the domain sheet in these terms."""
    with world.begin() as conn:
        maker, checker = register_people(
            conn, sealer_of(world.database.settings), [NewPerson("maker"), NewPerson("checker")], at=OPENED
        )
        made = propose_policy(conn, PolicyDraft(name, terms, start, None, "test"), by=maker, at=OPENED)
        approve_policy(conn, made.id, by=checker, at=OPENED)


def rule_to_the_won(world: World) -> None:
    """Let any amount from one won on be charged, so that limits can be met and missed by a single won."""
    rule(world, name="won", charge_unit=1, charge_min=1)
