"""Gifts, grants and claw-backs by short names, for the stories of this room."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

from onnuri.kit.ids import new_id, public_id
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.gifts.gift import end_gifts, return_due_gifts, send_gifts
from onnuri.vouchers.gifts.gift_model import EndGift, Gift, GiftEnd, SendGift
from onnuri.vouchers.giving.credit_list import CreditSource
from onnuri.vouchers.giving.credit_progress import run_stretch
from onnuri.vouchers.giving.credit_run import CreditEdge, CreditReport, run_list
from onnuri.vouchers.giving.credit_upload import CreditList, approve_list, keep_list
from onnuri.vouchers.giving.grant import ProgrammeDraft, decide_programme, grant_source, propose_programme
from tests.world import OPENED, World, request_key

_keys = count(1)


def send(
    world: World, sender: str, receiver: str, amount: int, *, key: str | None = None, at: datetime = OPENED
) -> Answered[Gift]:
    """Send a gift: a batch of one."""
    request = request_key(key or f"gift-{next(_keys)}", f"{sender} {receiver} {amount}")
    order = SendGift(new_id(at), request, world.wallets[sender], world.wallets[receiver], amount)
    with world.begin(world.lane_of[sender]) as conn:
        (answer,) = send_gifts(conn, [order], at=at)
    return answer


def end(
    world: World, gift: Gift, who: str, how: GiftEnd, *, key: str | None = None, at: datetime = OPENED
) -> Answered[Gift]:
    """Accept, decline or withdraw a gift: a batch of one."""
    request = request_key(key or f"end-{next(_keys)}", f"{gift.id} {how}")
    with world.begin(world.lane_of[who]) as conn:
        (answer,) = end_gifts(conn, [EndGift(request, gift.id, world.wallets[who], how)], at=at)
    return answer


def accept(world: World, gift: Gift, who: str, *, at: datetime = OPENED) -> Answered[Gift]:
    """Accept a gift."""
    return end(world, gift, who, GiftEnd.ACCEPTED, at=at)


def gift_of(answer: Answered[Gift]) -> Gift:
    """Expect a gift."""
    assert isinstance(answer.value, Gift), answer.value
    return answer.value


def said(answer: Answered[Gift]) -> str:
    """Say an answer in one word: `ok`, or the code of the refusal."""
    return answer.value.code if isinstance(answer.value, DomainError) else "ok"


def return_due(world: World, *, at: datetime) -> list[Gift]:
    """Return what is due in every lane."""
    returned: list[Gift] = []
    for lane in world.engines:
        with world.begin(lane) as conn:
            returned += return_due_gifts(conn, at=at)
    return returned


def programme(
    world: World, name: str = "payback", *, days: int = 90, at: datetime = OPENED, until: datetime | None = None
) -> CreditSource:
    """Open a grant programme whose lots expire after so many days, or at an instant."""
    with world.begin() as conn:
        sealer = sealer_of(world.database.settings)
        maker, checker = register_people(conn, sealer, [NewPerson("maker"), NewPerson("checker")], at=at)
        ends = until or at + timedelta(days=days)
        draft = ProgrammeDraft(name, "상생페이백", at - timedelta(days=1), at + timedelta(days=30), ends, "test")
        propose_programme(conn, draft, by=maker, at=at)
        decide_programme(conn, name, approved=True, by=checker, at=at)
        return grant_source(conn, name, at=at)


def credit_file(world: World, rows: Sequence[tuple[str, int, str]]) -> list[str]:
    """Write a list of credits: wallet by name, amount, reference."""
    return ["wallet,amount,reference"] + [
        f"{public_id('wal', world.wallets[name]) if name in world.wallets else name},{amount},{reference}"
        for name, amount, reference in rows
    ]


def run(world: World, source: CreditSource, file: Sequence[str], *, at: datetime = OPENED) -> CreditReport:
    """Let one person upload a list and another approve it, and run it to its end; the last report."""
    edge = CreditEdge(world.begin, lambda: at, lambda _: None)
    kept = approved(world, source, file, at=at)
    *_, last = run_list(edge, source, digest(file), file)
    while run_stretch(edge, kept.id).status != "DONE":
        pass
    return last


def approved(world: World, source: CreditSource, file: Sequence[str], *, at: datetime = OPENED) -> CreditList:
    """Let one person upload a list and another one approve it, unless that was done before."""
    kept = uploaded(world, source, file, at=at)
    with world.begin() as conn:
        (checker,) = register_people(conn, sealer_of(world.database.settings), [NewPerson("checker")], at=at)
        return approve_list(conn, kept.id, by=checker, at=at) if kept.status == "CHECKED" else kept


def uploaded(world: World, source: CreditSource, file: Sequence[str], *, at: datetime = OPENED) -> CreditList:
    """Let one person upload a list, unless that was done before."""
    with world.begin() as conn:
        (maker,) = register_people(conn, sealer_of(world.database.settings), [NewPerson("maker")], at=at)
        kept = keep_list(conn, source, digest(file), file, by=maker, at=at).value
    assert isinstance(kept, CreditList), kept
    return kept


def digest(file: Sequence[str]) -> str:
    """SHA-256 of a file's lines."""
    return hashlib.sha256("\n".join(file).encode()).hexdigest()
