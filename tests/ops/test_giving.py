"""`onnuri grant|company|wallet|policy …`: from an opened programme to a repaid debt, as an office types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from onnuri.kit.database import Database
from onnuri.ops.command import app
from onnuri.ops.telling import lines_of
from onnuri.people.model import PersonRole as Role
from onnuri.people.model import RoleMissing
from onnuri.people.register import NewPerson, grant_roles, register_people
from onnuri.people.sealing import sealer_of
from tests.ops.conftest import Command
from tests.world import OPENED, World, receipt


class Office:
    """A holder with an empty wallet, two people, and the command line."""

    def __init__(self, world: World, onnuri: Command, env: dict[str, str]) -> None:
        self.world, self.onnuri, self.env = world, onnuri, env
        self.wallet = f"wal_{world.wallet('minji').hex}"
        world.shop("fish")
        with world.begin() as conn:
            people = register_people(
                conn, sealer_of(world.database.settings), [NewPerson("maker"), NewPerson("checker")], at=OPENED
            )
            roles = [(people[0], each) for each in (Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.OPERATOR)]
            grant_roles(conn, [(*each, None) for each in (*roles, (people[1], Role.FINANCE_CHECKER))], at=OPENED)
        self.maker, self.checker = (f"per_{id.hex}" for id in people)
        self.nobody = f"per_{world.holders['minji'].hex}"

    def __call__(self, *arguments: str) -> Any:
        """Run a command that answers JSON."""
        said = self.onnuri(*arguments, "--json", env=self.env)
        assert said.returncode == 0, said.stderr
        return json.loads(said.stdout)

    def refused(self, *arguments: str) -> str:
        """Run a command that is refused; what it says."""
        said = self.onnuri(*arguments, "--json", env=self.env)
        assert (said.returncode, said.stdout) == (3, ""), said.stdout
        return said.stderr

    def only_with_a_role(self, *arguments: str) -> None:
        """Try a command in the name of a plain holder: refused in both languages for the role."""
        said = self.refused(*arguments, "--by", self.nobody)
        assert RoleMissing.code in said, said
        assert RoleMissing.ko in said or RoleMissing.en in said, said


@pytest.fixture
def office(database: Database, invariants: None, onnuri: Command, house: dict[str, str]) -> Iterator[Office]:
    world = World(database)
    yield Office(world, onnuri, house)
    world.close()


def day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def test_a_grant_goes_from_an_opened_programme_to_a_repaid_debt(office: Office, tmp_path: Path) -> None:
    period = ("--opens", day(-2), "--closes", day(20), "--expires", day(90))
    proposal = ("grant", "open", "win-win", "--name", "상생페이백", *period)
    office.only_with_a_role(*proposal)
    proposed = office(*proposal, "--by", office.maker)
    assert (proposed["programme"], proposed["status"], proposed["proposed_by"]) == ("win-win", "PROPOSED", office.maker)
    file = tmp_path / "list.csv"
    file.write_text(f"지갑,금액,지급번호\n{office.wallet},50000,a\nwal_x,1,b\n", encoding="utf-8-sig")
    assert "grant_programme_not_approved" in office.refused("grant", "check", "win-win", str(file))
    for decision in ("open-approve", "open-reject"):
        office.only_with_a_role("grant", decision, "win-win")
        assert "own_grant_programme" in office.refused("grant", decision, "win-win", "--by", office.maker)
    assert office("grant", "open-approve", "win-win", "--by", office.checker)["decided_by"] == office.checker
    assert "grant_programme_decided" in office.refused("grant", "open-reject", "win-win", "--by", office.checker)
    assert [(each["id"], each["status"]) for each in office("grant", "programmes")] == [("win-win", "APPROVED")]
    look = office("grant", "check", "win-win", str(file))
    assert (look["lines"], look["total"], look["by_code"]) == (1, 50_000, {"credit_line_unreadable": 1})
    office.only_with_a_role("grant", "upload", "win-win", str(file))
    sent = office("grant", "upload", "win-win", str(file), "--by", office.maker)
    assert (sent["status"], sent["good_lines"], sent["uploaded_before"]) == ("CHECKED", 1, False)
    assert office("grant", "upload", "win-win", str(file), "--by", office.maker)["uploaded_before"] is True
    name = sent["list"]
    assert "credit_list_not_approved" in office.refused("grant", "run", name)
    assert "own_credit_list" in office.refused("grant", "approve", name, "--by", office.maker)
    office.only_with_a_role("grant", "approve", name)
    office.only_with_a_role("grant", "reject", name)
    assert office("grant", "approve", name, "--by", office.checker)["status"] == "APPROVED"
    assert office("grant", "run", name)["credited_total"] == 50_000
    assert office("grant", "status", name)["status"] == "DONE"
    assert [each["list"] for each in office("grant", "lists", "win-win")] == [name]
    (bad,) = office("grant", "rows", name, "--refused")
    assert (bad["line"], bad["code"]) == (3, "credit_line_unreadable")
    lot = office("grant", "rows", name, "--limit", "1")[0]["lot"]
    receipt(office.world.pay("minji", "fish", 30_000, at=datetime.now(UTC)))
    office.only_with_a_role("grant", "claw-back", lot, "--reason", "대상 아님")
    ordered = office("grant", "claw-back", lot, "--reason", "대상 아님", "--by", office.maker)
    assert "claw_back_needs_another" in office.refused(
        "grant", "claw-back-approve", ordered["id"], "--by", office.maker
    )
    office.only_with_a_role("grant", "claw-back-approve", ordered["id"])
    office.only_with_a_role("grant", "claw-back-reject", ordered["id"])
    taken = office("grant", "claw-back-approve", ordered["id"], "--by", office.checker)
    assert (taken["status"], taken["from_lot"], taken["owed"]) == ("APPROVED", 20_000, 30_000)
    assert [each["id"] for each in office("grant", "claw-backs", "--wallet", office.wallet)] == [ordered["id"]]
    owes = ("wallet", "debt", office.wallet, "--by", office.maker)
    owed = office(*owes, "--limit", "1")
    assert (owed["owed"], owed["grants_count"], owed["next_after"], owed["claw_backs_count"]) == (30_000, 1, None, 1)
    paid_in = ("wallet", "repay", office.wallet, "30000", "--bank-reference", "b-1")
    office.only_with_a_role(*paid_in)
    office(*paid_in, "--by", office.maker)
    assert office.world.rows(f"outcomes WHERE kind = 'repayment' AND caller = 'person:{office.maker[4:]}'") == 1
    more = ("wallet", "repay", office.wallet, "1", "--bank-reference", "b-2", "--by", office.maker)
    assert "repayment_too_much" in office.refused(*more)
    assert (office(*owes)["owed"], office(*owes, "--after", lot)["grants"]) == (0, [])


def test_a_company_buys_and_hands_out(office: Office, tmp_path: Path) -> None:
    office.only_with_a_role("company", "register", "123-45-67891", "한빛상사")
    made = office("company", "register", "123-45-67891", "한빛상사", "--by", office.maker)["company"]
    order = ("company", "buy", made, "100000", "--key", "k", "--bank-reference", "b-1")
    office.only_with_a_role(*order)
    bought = office(*order, "--by", office.maker)
    assert office(*order, "--by", office.maker) == bought
    assert office.world.rows(f"outcomes WHERE kind = 'company_purchase' AND caller = 'person:{office.maker[4:]}'") == 1
    again = ("company", "buy", made, "1", "--key", "other", "--by", office.maker)
    assert "no_company_account" in office.refused(*again)
    office.only_with_a_role("company", "account", made, "--bank-code", "004", "--number", "123456-01-000300")
    office.only_with_a_role("company", "account-revoke", made)
    file = tmp_path / "list.csv"
    file.write_text(f"wallet,amount,reference\n{office.wallet},60000,a\n", encoding="utf-8")
    assert office("company", "check", made, str(file))["total"] == 60_000
    office.only_with_a_role("company", "upload", made, str(file))
    name = office("company", "upload", made, str(file), "--by", office.maker)["list"]
    office.only_with_a_role("company", "approve", name)
    office("company", "approve", name, "--by", office.checker)
    assert office("company", "run", name)["status"] == "DONE"
    shown = office("company", "show", made)
    assert (shown["left"], shown["purchases"][0]["status"]) == (40_000, "SUCCEEDED")
    assert [each["id"] for each in office("company", "list")] == [made]
    assert office("company", "lists", made)[0]["list"] == name
    shown = office("wallet", "show", office.wallet, "--by", office.maker)
    assert (shown["balance"], shown["lots"][0]["given_by"]) == (60_000, "한빛상사")


def test_policies_are_proposed_and_turned_down(office: Office) -> None:
    terms = json.dumps({"rate_bps": 1000})
    draft = ("policy", "propose", "later", "--starts", day(60), "--terms", terms, "--reason", "공고")
    office.only_with_a_role(*draft)
    made = office(*draft, "--by", office.maker)
    office.only_with_a_role("policy", "approve", made["id"])
    office.only_with_a_role("policy", "reject", made["id"])
    (proposed,) = office("policy", "proposals")
    assert proposed["id"] == made["id"]
    assert office("policy", "reject", made["id"], "--by", office.checker)["status"] == "REJECTED"


def test_wallets_are_blocked_and_handed_over_only_by_who_may(office: Office) -> None:
    why = ("--reason", "분실")
    for command in ("freeze", "lost", "lift"):
        office.only_with_a_role("wallet", command, office.wallet, *why)
    other = f"wal_{office.world.wallet('suho').hex}"
    office.only_with_a_role("wallet", "hand-over", office.wallet, other, *why, "--kind", "transfer")
    assert office("wallet", "freeze", office.wallet, *why, "--by", office.maker)["kind"] == "frozen"
    proposed = office("wallet", "hand-over", office.wallet, other, *why, "--by", office.maker)["handover"]
    office.only_with_a_role("wallet", "approve", proposed)
    office.only_with_a_role("wallet", "reject", proposed)
    assert office("wallet", "reject", proposed, "--by", office.checker)["status"] == "REJECTED"


def test_a_wallet_is_found_by_an_operator_and_that_it_was_looked_for_is_kept(office: Office) -> None:
    office.only_with_a_role("wallet", "find", "--person", office.nobody)
    (found,) = office("wallet", "find", "--person", office.nobody, "--by", office.maker)
    assert (found["wallet_id"], found["person_id"], found["closed"]) == (office.wallet, office.nobody, False)
    assert office("wallet", "find", "--login", "김민지", "--by", office.maker) == []
    assert "wallet_search_unnamed" in office.refused("wallet", "find", "--by", office.maker)
    with office.world.begin() as conn:
        (kept,) = conn.execute(text("SELECT person_id, reader, reason FROM vault.access_log")).all()
    who = f"person:{office.maker.removeprefix('per_')}"
    assert tuple(kept) == (office.world.holders["minji"], who, "wallet: searched for")


def test_a_payment_is_stamped_with_its_market_s_registration_of_that_moment(office: Office) -> None:
    world, year = office.world, datetime.now(UTC).year - 1
    world.charge("minji", 100_000, at=datetime.now(UTC))
    with world.begin() as conn:
        code = str(conn.execute(text("SELECT code FROM shared.markets")).scalar_one())

    def stamped() -> bool:
        return receipt(world.pay("minji", "fish", 1_000, at=datetime.now(UTC))).tax_registered

    office.only_with_a_role("market", "tax-registered", code)
    assert stamped()
    ended = office("market", "tax-registered", code, "--ended", "--by", office.maker)
    assert (ended["valid_to"] is not None, ended["ended_by"], stamped()) == (True, office.maker, False)
    again = ("market", "tax-registered", code, "--ended", "--by", office.maker)
    assert "tax_registration_missing" in office.refused(*again)
    past = ("market", "tax-registered", code, "--on", "2026-01-01", "--by", office.maker)
    assert "tax_registration_backdated" in office.refused(*past)
    assert office("market", "tax-registered", code, "--by", office.maker)["recorded_by"] == office.maker
    assert stamped()
    assert [each["valid_to"] is None for each in office("market", "tax-registrations", code)] == [True, False]
    assert "market_unknown" in office.refused("market", "tax-registered", "no-such", "--by", office.maker)
    said = office.onnuri("tax", "file", str(year), "--by", office.maker, env=office.env)
    assert (said.returncode, said.stdout.splitlines()[-1]) == (0, f"{year},0,합계 0명,,,0")
    early = office.onnuri("tax", "file", str(year + 1), "--by", office.maker, env=office.env)
    assert (early.returncode, early.stdout) == (3, "")


def test_a_wrong_end_of_a_registration_is_corrected_and_taken_back(office: Office) -> None:
    with office.world.begin() as conn:
        code = str(conn.execute(text("SELECT code FROM shared.markets")).scalar_one())
    ended = ("market", "tax-registered", code, "--ended", "--by", office.maker)
    goes_on = ("market", "tax-goes-on", code, "--reason", "등록이 연장됨", "--by", office.maker)
    assert "tax_end_missing" in office.refused(*goes_on)
    first = office(*ended, "--on", "2099-01-01")
    assert "tax_end_reason_missing" in office.refused(*ended, "--on", "2098-01-01")
    assert "tax_registration_unknown" in office.refused(*ended, "--registration", "txr_" + "0" * 32)
    moved = office(*ended, "--on", "2098-01-01", "--reason", "통지일을 잘못 적음", "--registration", first["id"])
    assert moved["valid_to"] == "2098-01-01T00:00:00+09:00"
    office.only_with_a_role("market", "tax-goes-on", code, "--reason", "x")
    back = office(*goes_on)
    assert (back["valid_to"], back["ended_by"], back["ended_at"]) == (None, None, None)
    (kept,) = office("market", "tax-registrations", code)
    assert [(each["ends_at"] is None, each["reason"], each["recorded_by"]) for each in kept["ends"]] == [
        (False, None, office.maker), (False, "통지일을 잘못 적음", office.maker), (True, "등록이 연장됨", office.maker),
    ]  # fmt: skip
    assert all(each["recorded_at"] for each in kept["ends"])
    said = office.onnuri("market", "tax-registrations", code, env=office.env)
    assert ("통지일을 잘못 적음" in said.stdout, office.maker in said.stdout) == (True, True)


def test_a_migration_is_staged_and_approved_only_by_who_may(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_text("", encoding="utf-8")
    for arguments in (("stage", str(file), str(file), "--operator", "old"), ("approve", "mig_" + "0" * 32, str(file))):
        said = office.onnuri("migration", *arguments, "--by", office.nobody, env=office.env)  # it takes no --json
        assert (said.returncode, said.stdout) == (3, "")
        assert RoleMissing.en in said.stderr


def test_every_command_for_money_of_holders_takes_json_and_speaks_two_languages() -> None:
    groups = {group.name: group.typer_instance for group in app.registered_groups}
    for name in ("wallet", "policy", "grant", "company"):
        found = groups[name]
        assert found is not None
        for command in found.registered_commands:
            assert command.callback is not None
            told = command.callback.__doc__ or ""
            korean, _, english = told.partition(" · ")
            assert any("가" <= letter <= "힣" for letter in korean), (name, command.name)
            assert english, (name, command.name)
            assert ". " not in korean, (name, command.name, "the list of commands ends there")
            assert "as_json" in command.callback.__annotations__, (name, command.name)


def test_a_result_on_a_screen_is_names_and_words() -> None:
    told = {
        "list": "crl_1",
        "total": 50_000,
        "by_code": {"x": 1},
        "rows": [{"line": 2, "ok": True}],
        "none": None,
        "l": [],
    }
    assert list(lines_of(told)) == [
        ("list", "crl_1"), ("total", "50,000"), ("by_code.x", "1"), ("rows[1].line", "2"), ("rows[1].ok", "예 yes"),
        ("none", "-"), ("l", "-"),
    ]  # fmt: skip
