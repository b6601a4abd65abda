"""What the calculator says where nothing can come back: as true as the posting, in words that people can act on."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.expiry import expire_lots, notify_expiring
from onnuri.vouchers.gifts.gift_model import GiftEnd
from onnuri.vouchers.wallets.wallet_life import Blocking, block_wallet
from onnuri.web.words import Tongue
from tests.vouchers.giving import accept, end, gift_of, send
from tests.vouchers.money_back import CANCEL, RESIDUAL, explained, give_back, seoul, word
from tests.world import OPENED, World


@pytest.fixture
def market(world: World) -> World:
    """Minji has charged 100,000 won; there are a fish shop and suho."""
    world.shop("fish")
    world.wallet("minji", 100_000)
    world.wallet("suho")
    return world


def block(world: World, kind: str) -> None:
    with world.begin() as conn:
        (office,) = register_people(conn, sealer_of(world.database.settings), [NewPerson("office")], at=OPENED)
        block_wallet(conn, Blocking(world.wallets["minji"], kind, "test", office), at=OPENED)


@pytest.mark.parametrize("kind", ["frozen", "lost"])
def test_of_a_blocked_wallet_the_calculator_says_what_the_posting_says(market: World, kind: str) -> None:
    block(market, kind)
    (told,) = explained(market, "minji")
    assert told.comes_back is None
    assert told.blocked
    for way, asked in ((told.cancel, CANCEL), (told.residual, RESIDUAL)):
        assert way.refusal is not None
        assert way.refusal.code == word(give_back(market, "minji", asked)) == "wallet_not_open"
        assert "고객센터" in way.refusal.message("ko")


def test_what_was_given_away_is_called_given_away_and_what_is_out_of_reach_is_not_promised(market: World) -> None:
    gift = gift_of(send(market, "minji", "suho", 81_000))
    (told,) = explained(market, "minji")
    assert (told.facts.used, told.facts.given_away, told.facts.expired, told.facts.left) == (0, 81_000, 0, 19_000)
    assert told.out_of_reach
    assert [way.refusal and way.refusal.code for way in (told.cancel, told.residual)] == [
        "charge_used", "refund_out_of_reach"
    ]  # fmt: skip
    assert told.cancel.refusal is not None
    assert "사용 0원, 선물 81,000원" in told.cancel.refusal.message("ko")
    assert told.residual.refusal is not None
    assert "남은 19,000원을 다 써도 환불 기준(사용 60,000원)" in told.residual.refusal.message("ko")
    assert word(give_back(market, "minji", RESIDUAL)) == "refund_out_of_reach"
    end(market, gift, "suho", GiftEnd.DECLINED)
    (told,) = explained(market, "minji")
    assert (told.residual.refusal and told.residual.refusal.code, told.out_of_reach) == ("not_used_enough", False)


def test_what_is_left_can_just_reach_it(market: World) -> None:
    accept(market, gift_of(send(market, "minji", "suho", 40_000)), "suho")
    assert word(give_back(market, "minji", RESIDUAL)) == "not_used_enough"
    accept(market, gift_of(send(market, "minji", "suho", 1)), "suho")
    assert word(give_back(market, "minji", RESIDUAL)) == "refund_out_of_reach"


def test_what_expired_was_not_given_away(market: World) -> None:
    accept(market, gift_of(send(market, "minji", "suho", 10_000)), "suho")
    at = seoul(2031, 11, 21)
    with market.begin() as conn:
        expire_lots(conn, at=at)
    (told,) = explained(market, "minji", at=at)
    assert (told.facts.given_away, told.facts.expired, told.facts.left) == (10_000, 90_000, 0)


def test_the_notice_of_an_expiry_names_the_last_day_as_the_page_does(market: World) -> None:
    with market.begin() as conn:
        notify_expiring(conn, at=seoul(2031, 11, 15))
        payload = conn.execute(text("SELECT payload FROM outbox WHERE topic = 'lot.expiring'")).scalar_one()
    assert payload["until_on"] == "2031-11-19"
    assert Tongue("ko", seoul(2031, 11, 15)).until(market.lots("minji")[0].expires_at) == "2031년 11월 19일까지"
