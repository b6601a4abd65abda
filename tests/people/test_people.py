"""People: what is sealed stays sealed, tokens end, failures block, consents can be withdrawn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from onnuri.kit.config import Settings
from onnuri.kit.database import Database, Role
from onnuri.people.debit_accounts import (
    DebitAccountUnknown,
    NewDebitAccount,
    active_debit_account,
    debit_accounts,
    register_debit_accounts,
    revoke_debit_account,
)
from onnuri.people.model import PersonRole, RoleMissing
from onnuri.people.register import (
    LastOperator,
    LoginTaken,
    NewPerson,
    OwnRole,
    PersonUnknown,
    Reading,
    grant_roles,
    read_person,
    register_people,
    revoke_role,
    role_changes,
)
from onnuri.people.sealing import SealBroken, Sealer, sealer_of
from onnuri.people.sign_in import FAILURES_MAX, WINDOW, SignInRefused, TooManyFailures, sign_in
from onnuri.people.tokens import (
    LIFETIME,
    IssuedToken,
    NotSignedIn,
    RecognisedTokens,
    issue_tokens,
    recognise,
    revoke_token,
)

AT = datetime(2026, 11, 20, 1, tzinfo=UTC)
SEALER = Sealer({1: b"1" * 32, 2: b"2" * 32}, 2)


@pytest.fixture
def sealer(settings: Settings) -> Sealer:
    return sealer_of(settings)


@given(st.text(max_size=200))
def test_what_is_sealed_opens_in_its_own_place_only(words: str) -> None:
    owner, other = uuid4(), uuid4()
    sealed = SEALER.seal(words, place="here", owner=owner)
    assert SEALER.unseal(sealed, place="here", owner=owner) == words
    assert words.encode() not in sealed or len(words) < 3
    for place, whose in (("there", owner), ("here", other)):
        with pytest.raises(SealBroken):
            SEALER.unseal(sealed, place=place, owner=whose)


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_one_flipped_bit_never_opens(place: int, bit: int) -> None:
    owner = uuid4()
    sealed = bytearray(SEALER.seal("김민지", place="here", owner=owner))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(SealBroken):
        SEALER.unseal(bytes(sealed), place="here", owner=owner)


def test_an_older_key_still_opens() -> None:
    owner = uuid4()
    sealed = Sealer({1: b"1" * 32}, 1).seal("김민지", place="here", owner=owner)
    assert SEALER.unseal(sealed, place="here", owner=owner) == "김민지"
    assert Sealer({1: b"1" * 32}, 1).seal("김민지", place="here", owner=owner) != sealed
    with pytest.raises(SealBroken):
        SEALER.unseal(b"", place="here", owner=owner)


def test_personal_data_is_sealed_and_every_reading_is_kept(conn: Connection, sealer: Sealer) -> None:
    (person,) = register_people(conn, sealer, [NewPerson("김민지", "010-1234-5678")], at=AT)
    stored = conn.execute(text("SELECT name_sealed, phone_sealed FROM vault.persons")).one()
    assert "김민지".encode() not in bytes(stored.name_sealed)
    assert b"1234" not in bytes(stored.phone_sealed)
    data = read_person(conn, sealer, person, reading=Reading("per_x", "error report 7", AT))
    assert (data.name, data.phone) == ("김민지", "010-1234-5678")
    assert "김민지" not in repr(data)
    assert conn.execute(text("SELECT person_id, reader, reason FROM vault.access_log")).one() == (
        person, "per_x", "error report 7",
    )  # fmt: skip
    with pytest.raises(PersonUnknown):
        read_person(conn, sealer, uuid4(), reading=Reading("per_x", "curiosity", AT))


def test_reader_and_auditor_can_not_open_the_vault_nor_see_secrets(database: Database) -> None:
    sealed_off = ("vault.persons", "vault.access_log", "shared.logins", "shared.tokens", "shared.sign_in_failures")
    for role in (Role.READER, Role.AUDITOR):
        for table in sealed_off:
            with psycopg.connect(database.url(role)) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"SELECT * FROM {table}".encode())


def test_a_login_belongs_to_one_person(database: Database, sealer: Sealer) -> None:
    with database.single().begin() as conn:
        register_people(conn, sealer, [NewPerson("a", login="minji", password="x")], at=AT)
    with pytest.raises(LoginTaken), database.single().begin() as conn:
        register_people(conn, sealer, [NewPerson("b", login="minji", password="y")], at=AT)


def test_nobody_gives_a_role_to_oneself_but_the_holders(conn: Connection, sealer: Sealer) -> None:
    alone, other = register_people(conn, sealer, [NewPerson("a"), NewPerson("b")], at=AT)
    grants = [(other, PersonRole.OPERATOR, None), (alone, PersonRole.FINANCE_CHECKER, None)]
    with pytest.raises(OwnRole) as refused:
        grant_roles(conn, grants, at=AT, by=alone)
    assert refused.value.code == "role_for_oneself"
    assert role_changes(conn, alone) == role_changes(conn, other) == []
    grant_roles(conn, [(alone, PersonRole.HOLDER, None)], at=AT, by=alone)
    grant_roles(conn, grants[1:], at=AT, by=other)
    assert [each.role for each in role_changes(conn, alone)] == ["finance_checker", "holder"]


def test_the_last_operator_stays_one(conn: Connection, sealer: Sealer) -> None:
    first, second = register_people(conn, sealer, [NewPerson("a"), NewPerson("b")], at=AT)
    grant_roles(conn, [(first, PersonRole.OPERATOR, None)], at=AT)
    with pytest.raises(LastOperator):
        revoke_role(conn, (first, PersonRole.OPERATOR, None), by=first, at=AT)
    assert not revoke_role(conn, (second, PersonRole.OPERATOR, None), by=first, at=AT)
    grant_roles(conn, [(second, PersonRole.OPERATOR, None)], at=AT, by=first)
    assert revoke_role(conn, (first, PersonRole.OPERATOR, None), by=first, at=AT)
    with pytest.raises(LastOperator):
        revoke_role(conn, (second, PersonRole.OPERATOR, None), by=first, at=AT)


def test_two_operators_who_take_each_others_role_at_once_leave_one(database: Database, sealer: Sealer) -> None:
    engine = database.single()
    with engine.begin() as conn:
        people = register_people(conn, sealer, [NewPerson("a"), NewPerson("b")], at=AT)
        grant_roles(conn, [(each, PersonRole.OPERATOR, None) for each in people], at=AT)
    both_are_here = Barrier(2)

    def take(from_whom: UUID, by: UUID) -> str:
        with engine.begin() as conn:
            conn.execute(text("SELECT 1"))
            both_are_here.wait(10)
            try:
                revoke_role(conn, (from_whom, PersonRole.OPERATOR, None), by=by, at=AT)
            except LastOperator as refused:
                return refused.code
        return "taken"

    with ThreadPoolExecutor(2) as threads:
        said = sorted(threads.map(take, people, reversed(people)))
    assert said == ["operator_last", "taken"]


def test_the_right_password_gives_a_token_until_it_expires_or_is_revoked(conn: Connection, sealer: Sealer) -> None:
    (person,) = register_people(conn, sealer, [NewPerson("a", login="minji", password="geheim")], at=AT)
    shop = uuid4()
    grant_roles(conn, [(person, PersonRole.SHOP_CLERK, shop), (person, PersonRole.SHOP_CLERK, shop)], at=AT)
    given_token = sign_in(conn, login="minji", password="geheim", at=AT)
    assert isinstance(given_token, IssuedToken)
    assert given_token.token not in repr(given_token)
    principal = recognise(conn, given_token.token, at=AT)
    assert principal.person_id == person
    assert principal.works_for(shop)
    assert not principal.works_for(uuid4())
    with pytest.raises(RoleMissing):
        principal.need(PersonRole.OPERATOR)
    (office,) = register_people(conn, sealer, [NewPerson("office")], at=AT)
    for there in (True, False):
        assert revoke_role(conn, (person, PersonRole.SHOP_CLERK, shop), by=office, at=AT) == there
    assert [(each.change, each.role, each.scope_id, each.changed_by) for each in role_changes(conn, person)] == [
        ("taken", "shop_clerk", shop, office), ("granted", "shop_clerk", shop, None),
    ]  # fmt: skip
    assert recognise(conn, given_token.token, at=AT).grants == frozenset()
    recognise(conn, given_token.token, at=AT + LIFETIME - timedelta(microseconds=1))
    with pytest.raises(NotSignedIn):
        recognise(conn, given_token.token, at=AT + LIFETIME)
    revoke_token(conn, given_token.token, at=AT)
    with pytest.raises(NotSignedIn):
        recognise(conn, given_token.token, at=AT)


def test_a_token_is_kept_as_its_hash_only(conn: Connection, sealer: Sealer) -> None:
    people = register_people(conn, sealer, [NewPerson("a")], at=AT)
    token = issue_tokens(conn, people, at=AT)[0].token
    stored = conn.execute(text("SELECT token_hash FROM shared.tokens")).scalar_one()
    assert len(bytes(stored)) == 32
    assert token.encode() not in bytes(stored)


def test_failures_are_counted_within_a_quarter_of_an_hour(conn: Connection, sealer: Sealer) -> None:
    register_people(conn, sealer, [NewPerson("a", login="minji", password="geheim")], at=AT)
    for _ in range(FAILURES_MAX):
        assert isinstance(sign_in(conn, login="minji", password="x", at=AT), SignInRefused)
    assert isinstance(sign_in(conn, login="minji", password="geheim", at=AT), TooManyFailures)
    assert isinstance(sign_in(conn, login="suho", password="x", at=AT), SignInRefused)
    assert isinstance(sign_in(conn, login="minji", password="geheim", at=AT + WINDOW), IssuedToken)


def test_a_recognised_token_is_remembered_for_five_seconds(conn: Connection, sealer: Sealer) -> None:
    people = register_people(conn, sealer, [NewPerson("a")], at=AT)
    token = issue_tokens(conn, people, at=AT)[0].token
    cache, principal = RecognisedTokens(), recognise(conn, token, at=AT)
    assert cache.find(token, at=AT) is None
    cache.remember(token, principal, at=AT)
    assert cache.find(token, at=AT + timedelta(seconds=4)) == principal
    assert cache.find(token, at=AT + timedelta(seconds=5)) is None
    cache.forget_person(principal.person_id)
    assert cache.find(token, at=AT) is None
    cache.remember(token, principal, at=AT)
    cache.forget(token)
    assert cache.find(token, at=AT) is None


def test_one_consent_at_a_time_and_it_can_be_withdrawn(conn: Connection, sealer: Sealer) -> None:
    (holder,) = register_people(conn, sealer, [NewPerson("a")], at=AT)
    (first,) = register_debit_accounts(conn, [NewDebitAccount(holder, "0" * 24, "004", "1***")], at=AT)
    (second,) = register_debit_accounts(conn, [NewDebitAccount(holder, "1" * 24, "004", "2***")], at=AT)
    assert active_debit_account(conn, holder_id=holder).id == second
    assert [account.id for account in debit_accounts(conn, holder_id=holder)] == [second, first]
    with pytest.raises(DebitAccountUnknown):
        revoke_debit_account(conn, second, holder_id=uuid4(), at=AT)
    assert revoke_debit_account(conn, second, holder_id=holder, at=AT).revoked_at == AT
    later = AT + timedelta(days=1)
    assert revoke_debit_account(conn, second, holder_id=holder, at=later).revoked_at == AT
    with pytest.raises(DebitAccountUnknown):
        active_debit_account(conn, holder_id=holder)
