"""Who would take a wallet over may be stopped or gone before the handover is decided: it waits, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from onnuri.kit.database import Database
from onnuri.kit.refusals import DomainError
from onnuri.vouchers.wallets.handover import HandoverDraft, approve_handover, propose_handover, reject_handover
from tests.books import last_seq
from tests.vouchers.test_wallet_life import LATER, block, close, hand_over, lift, person
from tests.world import World


@pytest.fixture
def two_lanes(database: Database, invariants: None) -> Iterator[World]:
    """Minji's frozen wallet with 100,000 won; Jun's is in her lane, Hana's in another."""
    made = World(database, lanes=("lane_00", "lane_01"))
    made.wallet("minji", 100_000)
    made.wallet("jun")
    made.wallet("hana", lane="lane_01")
    block(made, "minji")
    yield made
    made.close()


@pytest.mark.parametrize("heir", ["jun", "hana"])
@pytest.mark.parametrize("leaves", [False, True])
def test_what_an_heir_can_no_longer_take_stays_where_it_is_and_can_go_to_another(
    two_lanes: World, heir: str, *, leaves: bool
) -> None:
    maker, checker = person(two_lanes, "maker"), person(two_lanes, "checker")
    draft = HandoverDraft(two_lanes.wallets["minji"], two_lanes.wallets[heir], "inheritance", "상속 서류 확인")
    with two_lanes.begin() as conn:
        proposed = propose_handover(conn, draft, by=maker, at=LATER)
    if leaves:
        close(two_lanes, heir, at=LATER)
    else:
        block(two_lanes, heir, at=LATER)
    before = [last_seq(two_lanes, lane=lane) for lane in ("lane_00", "lane_01")]
    with two_lanes.begin() as conn, pytest.raises(DomainError) as refused:
        approve_handover(conn, proposed.id, by=checker, at=LATER)
    assert refused.value.code == "handover_receiver_not_open"
    assert "받는 지갑" in refused.value.message("ko")
    assert [last_seq(two_lanes, lane=lane) for lane in ("lane_00", "lane_01")] == before
    assert two_lanes.left("minji") == [100_000]
    if not leaves:
        lift(two_lanes, heir, "frozen", at=LATER)
        with two_lanes.begin() as conn:
            assert approve_handover(conn, proposed.id, by=checker, at=LATER).amount == 100_000
        assert (two_lanes.left("minji"), two_lanes.left(heir)) == ([0], [100_000])
        return
    with two_lanes.begin() as conn:
        assert reject_handover(conn, proposed.id, by=checker, at=LATER).status == "REJECTED"
    other = "hana" if heir == "jun" else "jun"
    assert hand_over(two_lanes, "minji", other).amount == 100_000
    assert (two_lanes.left("minji"), two_lanes.left(other)) == ([0], [100_000])
