"""Any way of cutting a sequence of requests into batches gives the same answers and the same books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from onnuri.kit.idempotency import freeze
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.merchants.status import ShopStatus
from onnuri.merchants.sticker import sticker_keys
from onnuri.merchants.stickers import IssuedSticker, add_aliases, issue_stickers, revoke_sticker
from onnuri.payments.batch import Item, run_batch
from onnuri.payments.model import Cancel, Pay, Payee, PayeeKind
from tests.world import OPENED, AnyAnswer, World, receipt, request_key

_KEYS = sticker_keys("k1", Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
_EFFECTS = {
    "transfers": """SELECT t.seq, d.path, c.path, t.amount, t.code, t.effective_on, e.kind
                    FROM transfers t JOIN entries e ON e.id = t.entry_id JOIN accounts d ON d.id = t.debit_account
                    JOIN accounts c ON c.id = t.credit_account ORDER BY t.seq""",
    "balances": """SELECT a.path, b.debits, b.credits FROM accounts a JOIN balances b ON b.account_id = a.id
                   ORDER BY a.path""",
    "payments": "SELECT id, wallet_id, shop_id, amount, client_reference, sticker_id FROM payments ORDER BY id",
    "cancels": "SELECT id, payment_id, amount, business_date FROM cancels ORDER BY id",
    "outcomes": """SELECT caller, key, body_hash, kind, subject_id, refusal, refusal_number FROM outcomes
                   ORDER BY caller, key""",
    "outbox": "SELECT position, topic, subject_id, payload FROM outbox ORDER BY position",
}


@dataclass(frozen=True)
class Stall:
    """A world prepared once: who may pay whom, and the payments that exist already."""

    engine: Engine
    wallets: tuple[UUID, ...]
    payees: tuple[Payee, ...]
    payments: tuple[UUID, ...]
    shops: tuple[UUID, ...]


@pytest.fixture
def stall(world: World) -> Stall:
    """Three wallets, one of them empty; stalls and stickers in every state; three payments made before."""
    world.wallet("minji", 10_000, at=OPENED - timedelta(days=40))
    world.charge("minji", 20_000, at=OPENED - timedelta(days=3))
    world.charge("minji", 30_000)
    world.wallet("junho", 15_000)
    world.wallet("empty")
    for name in ("fish", "rice"):
        world.shop(name)
    world.shop("waiting", status=ShopStatus.APPLIED)
    shops = [shop.id for shop in world.shops.values()]
    with world.begin() as conn:
        issued = issue_stickers(conn, shop_ids=[shops[0]] * 2, keys=_KEYS, at=OPENED)
        ended = issue_stickers(conn, shop_ids=shops[:1], keys=_KEYS, at=OPENED, expires_on=date(2026, 11, 19))
        good, revoked, expired = (each.id for each in [*issued, *ended] if isinstance(each, IssuedSticker))
        revoke_sticker(conn, sticker_id=revoked, at=OPENED)
        add_aliases(conn, aliases={"OLD-1": good}, source="before", at=OPENED)
    made = [receipt(world.pay(name, "fish", amount)).id for name, amount in (("minji", 12_000), ("junho", 5_000))]
    world.run([world.payment("minji", "rice", 1_000, reference="used")])
    return Stall(
        engine=world.engines["lane_00"],
        wallets=(*world.wallets.values(), UUID(int=1)),
        payees=(
            *(Payee(PayeeKind.STALL, shop.stall_number) for shop in world.shops.values()),
            Payee(PayeeKind.STALL, "0000000"),
            *(Payee(PayeeKind.STICKER, id) for id in (good, revoked, expired, "OLD-1", "UNKNOWN")),
        ),
        payments=(*made, UUID(int=2)),
        shops=tuple(shops),
    )


@dataclass(frozen=True)
class Wish:
    """A request before it has ids: numbers that pick among what there is."""

    kind: str
    who: int
    whom: int
    amount: int
    key: int | None
    extra: int


wishes = st.lists(
    st.builds(
        Wish,
        kind=st.sampled_from(["pay", "pay", "pay", "cancel", "cancel", "again", "other body"]),
        who=st.sampled_from([0, 0, 0, 1, 1, 2, 3]),
        whom=st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8]),
        amount=st.sampled_from([1, 700, 5_000, 9_999, 15_000, 20_000, 33_000, 2_000_001]),
        key=st.none() | st.integers(0, 3),
        extra=st.integers(0, 30),
    ),
    min_size=1,
    max_size=25,
)
cuts = st.lists(st.integers(1, 8), min_size=1, max_size=25)


def requests(stall: Stall, wished: Sequence[Wish]) -> list[Item]:
    """Give wishes their ids and keys: some keys come twice, some with another body, some as another kind."""
    items: list[Item] = []
    for place, wish in enumerate(wished):
        if wish.kind in ("again", "other body") and items:
            earlier = items[wish.extra % len(items)]
            other = request_key(earlier.request.key, "another body", caller=earlier.request.caller)
            request = earlier.request if wish.kind == "again" else other
            items.append(replace(earlier, id=new_id(OPENED), request=request))
            continue
        key = f"shared-{wish.key}" if wish.key is not None and wish.extra % 5 == 0 else f"own-{place}"
        request = request_key(key, repr(wish))
        if wish.kind == "pay":
            reference = {0: "used", 1: "ticket-1", 2: "ticket-2"}.get(wish.extra % 9)
            payee = stall.payees[wish.whom]
            items.append(Pay(new_id(OPENED), request, stall.wallets[wish.who], payee, wish.amount, reference))
        else:
            made = [*stall.payments, *(item.id for item in items if isinstance(item, Pay))]
            shops = frozenset(stall.shops if wish.whom % 4 else stall.shops[1:2])
            amount = None if wish.extra % 3 == 0 else wish.amount
            items.append(
                Cancel(new_id(OPENED), request, made[-1 - wish.extra % len(made)], amount, "r", UUID(int=7), shops)
            )
    return items


def told(answer: AnyAnswer) -> tuple[object, ...]:
    """Say an answer without the entry's random id; a refusal with its facts as they are shown."""
    if isinstance(answer.value, DomainError):
        return (type(answer.value), freeze(answer.value), answer.replayed)
    return (replace(answer.value, entry_id=UUID(int=0)), answer.replayed)


def effects(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Read all that a run left behind, apart from random ids."""
    return {name: [tuple(row) for row in conn.execute(text(query))] for name, query in _EFFECTS.items()}


def batches(items: Sequence[Item], sizes: Sequence[int]) -> Iterator[Sequence[Item]]:
    """Cut a sequence into batches of these sizes, over and over."""
    start = place = 0
    while start < len(items):
        yield items[start : start + sizes[place % len(sizes)]]
        start, place = start + sizes[place % len(sizes)], place + 1


def outcome(stall: Stall, items: Sequence[Item], sizes: Sequence[int]) -> tuple[list[tuple[object, ...]], object]:
    """Run the items cut in one way; leave no trace."""
    with stall.engine.connect() as conn:
        answers = [told(answer) for batch in batches(items, sizes) for answer in run_batch(conn, batch, at=OPENED)]
        left = effects(conn)
        conn.rollback()
    return answers, left


def test_every_cut_of_a_sequence_answers_the_same(stall: Stall) -> None:
    seen: set[str] = set()

    @given(wished=wishes, sizes=cuts)
    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=5 * settings().max_examples)
    def check(wished: list[Wish], sizes: list[int]) -> None:
        items = requests(stall, wished)
        alone = outcome(stall, items, [1])
        assert outcome(stall, items, [len(items)]) == alone
        assert outcome(stall, items, sizes) == alone
        seen.update(str(answer[0]) for answer in alone[0])

    check()
    words = " ".join(seen)
    for refusal in ("BalanceInsufficient", "KeyReused", "CancelTooMuch", "PaymentUnknown", "ReferenceUsed"):
        assert refusal in words, f"the sequences never led to {refusal}"


def test_a_payment_and_its_cancel_in_one_batch_leave_the_lot_for_the_next(stall: Stall, world: World) -> None:
    first = world.payment("junho", "fish", 10_000)
    items: list[Item] = [
        first,
        world.payment("junho", "fish", 1),
        world.cancel_of(first.id, 4_000),
        world.payment("junho", "rice", 4_000),
    ]
    answers, left = outcome(stall, items, [4])
    assert (answers, left) == outcome(stall, items, [1])
    assert "BalanceInsufficient" in str(answers[1])
    assert "BalanceInsufficient" not in str(answers[3])
