"""/v1/events: everything that happened, lane by lane in commit order, for whoever tells holders, shops and offices."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.feed import Positions, read_positions, write_positions
from onnuri.api.forms import Instant, LimitQuery, View, noun_router
from onnuri.api.house import House, HouseDep
from onnuri.kit.ids import public_id
from onnuri.ledger.events import Happening, events_after, last_event
from onnuri.people.model import OVERSIGHT_ROLES, PersonRole

router = noun_router("events")
LOOKED_THROUGH: Final = 10_000
"""Positions that one page looks through at most, so that a rare topic costs no more than a frequent one."""

SUBJECTS: Final[dict[str, str | None]] = {
    "auto_charge": "acg",
    "charge": "chg",
    "claw_back": "rpm",
    "company": "cpu",
    "credit_list": "crl",
    "credits": None,
    "day": None,
    "gift": "gft",
    "grant": "clb",
    "lot": "lot",
    "migration": "mig",
    "payment": "pay",
    "refund": "rfd",
    "unclaimed": "rfd",
    "wallet": "wal",
}
"""What an event's subject is, by the first word of its type; null for what has no public id."""

_FACTS: Final = {
    "by": "per", "cancel_id": "cnl", "charge_id": "chg", "company_id": "com", "gift_id": "gft", "handover_id": "hov",
    "shop_id": "shp", "wallet_id": "wal",
}  # fmt: skip


class EventView(View):
    """Something that happened; docs/events.md lists every type and its facts. Amounts in won."""

    position: Annotated[str, Field(description="Where it is: lane and place.", examples=["lane_00:17"])]
    type: Annotated[str, Field(examples=["lot.expiring"])]
    subject: Annotated[
        str | None, Field(description="What it is about.", examples=["lot_0192f0c1a2b37c4d8e5f60718293a4b5"])
    ]
    at: Instant
    facts: dict[str, object]


class EventPage(View):
    """Events, and from where to ask on; `caught_up` says that nothing later had happened."""

    data: list[EventView]
    next: Annotated[str, Field(examples=["lane_00:17,lane_01:4"])]
    caught_up: bool


@router.get("", operation_id="listEvents")
def listing(
    house: HouseDep,
    caller: Caller,
    after: Annotated[str | None, Query(max_length=2000, description="`next` of the page before.")] = None,
    types: Annotated[str | None, Query(max_length=1000, description="Some types only, with commas.")] = None,
    limit: LimitQuery = 100,
) -> EventPage:
    """List events after a place, none twice and none skipped; without a place, from the first one on.

    Ask again with `next`. A page may be empty and not the last: one looks through so many events only.
    """
    caller.need(PersonRole.OPERATOR, PersonRole.MACHINE, *OVERSIGHT_ROLES)
    known = dict.fromkeys(house.lanes, 0) | (read_positions(after) if after else {})
    topics = [each for each in (types or "").split(",") if each]
    return _page(house, known, topics, limit)


def _page(house: House, known: Positions, topics: list[str], limit: int) -> EventPage:
    found: list[EventView] = []
    caught_up = True
    for lane in house.lanes:
        with house.begin(lane) as conn:
            last = last_event(conn)
            upto = min(last, known[lane] + LOOKED_THROUGH)
            room = limit - len(found)
            read = events_after(conn, known[lane], upto=upto, topics=topics, limit=room) if room else []
        if room and len(read) < room:
            known[lane] = max(known[lane], upto)
        elif read:
            known[lane] = read[-1].position
        caught_up = caught_up and known[lane] >= last
        found += [_view(lane, each) for each in read]
    return EventPage(data=found, next=write_positions({lane: known[lane] for lane in house.lanes}), caught_up=caught_up)


def _view(lane: str, happened: Happening) -> EventView:
    prefix = SUBJECTS.get(_first_word(happened.topic))
    facts = {
        name: public_id(_FACTS[name], UUID(hex=value)) if name in _FACTS and isinstance(value, str) else value
        for name, value in happened.facts.items()
    }
    return EventView(
        position=f"{lane}:{happened.position}",
        type=happened.topic,
        subject=public_id(_subject_prefix(happened.topic, prefix), happened.subject_id) if prefix else None,
        at=happened.at,
        facts=facts,
    )


def _first_word(topic: str) -> str:
    return topic.partition(".")[0]


def _subject_prefix(topic: str, prefix: str) -> str:
    """A payment that was not made has no id: its event is about the wallet."""
    return "wal" if topic == "payment.not_made" else prefix
