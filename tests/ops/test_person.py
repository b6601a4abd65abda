"""`onnuri person`: the first people of a house can sign in, and nobody gets a role over nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from onnuri.kit.database import Database, Role
from onnuri.people.sign_in import SignInRefused, sign_in
from tests.ops.conftest import Command
from tests.world import OPENED, World

Add = Callable[..., "subprocess.CompletedProcess[str]"]
PASSWORD = "correct horse"


@pytest.fixture
def add(house: dict[str, str]) -> Add:
    """Run `onnuri person add 김하나 …` with a password from a pipe."""

    def run(*arguments: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "onnuri.ops", "person", "add", "김하나", *arguments],
            env=house, capture_output=True, text=True, check=False, timeout=240, input=password + "\n",
        )  # fmt: skip

    return run


def test_a_person_added_can_sign_in_and_is_listed_without_a_name(
    add: Add, onnuri: Command, house: dict[str, str], database: Database
) -> None:
    said = add("--login", "hana", "--role", "operator", "--role", "auditor")
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    with database.single(Role.APP).begin() as conn:
        issued = sign_in(conn, login="hana", password=PASSWORD, at=OPENED)
        assert not isinstance(issued, SignInRefused)
    listed = onnuri("person", "list", env=house)
    assert json.loads(listed.stdout) == [{"person": told["person"], "login": "hana", "roles": ["auditor", "operator"]}]
    assert "김하나" not in listed.stdout


def test_who_granted_or_took_a_role_and_when_is_kept(add: Add, onnuri: Command, house: dict[str, str]) -> None:
    first = json.loads(add("--login", "hana", "--role", "operator").stdout)["person"]
    other = json.loads(add("--login", "duri", "--role", "holder", "--by", first).stdout)["person"]
    for act, by, fault in (
        ("grant", other, "role_missing"), ("grant", first, ""), ("take", first, ""), ("take", first, "role_not_held"),
    ):  # fmt: skip
        said = onnuri("person", act, other, "--role", "auditor", "--by", by, env=house)
        assert (said.returncode, fault in said.stderr) == (3 if fault else 0, True), said.stderr
    told = json.loads(onnuri("person", "roles", other, env=house).stdout)
    assert [(each["role"], each["change"], each["by"]) for each in told] == [
        ("auditor", "taken", first), ("auditor", "granted", first), ("holder", "granted", first),
    ]  # fmt: skip
    assert all(each["at"] for each in told)
    last = onnuri("person", "take", first, "--role", "operator", "--by", first, env=house)
    assert (last.returncode, "operator_last" in last.stderr) == (3, True), last.stderr
    (own,) = json.loads(onnuri("person", "roles", first, env=house).stdout)
    assert (own["change"], own["by"]) == ("granted", None)


def test_a_login_is_given_once(add: Add) -> None:
    assert add("--login", "hana", "--role", "operator").returncode == 0
    assert "login_taken" in add("--login", "hana", "--role", "holder").stderr


def test_a_short_password_is_refused_and_nobody_is_registered(add: Add, onnuri: Command, house: dict[str, str]) -> None:
    assert "password_too_short" in add("--login", "hana", "--role", "operator", password="1234567").stderr
    assert json.loads(onnuri("person", "list", env=house).stdout) == []


def test_a_shop_role_names_its_shop_and_no_other_role_does(add: Add, world: World) -> None:
    shop = f"shp_{world.shop('fish').id.hex}"
    assert "role_scope_wrong" in add("--login", "hana", "--role", "shop_owner").stderr
    assert "role_scope_wrong" in add("--login", "hana", "--role", "operator", "--shop", shop).stderr
    assert "shop_unknown" in add("--login", "hana", "--role", "shop_owner", "--shop", "shp_" + "0" * 32).stderr
    assert add("--login", "hana", "--role", "shop_owner", "--shop", shop).returncode == 0
