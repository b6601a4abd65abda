"""Who sees which page, and what every page carries: headers, cookies, nothing inline."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.web.street import PASSWORD, Street

HOLDER = ("/wallet", "/wallet/payments", "/wallet/pay", "/wallet/pay/amount?shop=1", "/wallet/pay/confirm")
STALL = ("/stall", "/stall/events?since=lane_00:0")
FINANCE = ("/finance",)
IDS = ("/finance/markets/mkt_", "/finance/shops/shp_", "/finance/entries/ent_", "/stall/payments/pay_")


def test_everybody_is_led_to_the_own_first_page(common_street: Street) -> None:
    firsts = {"minji": "/wallet", "fish": "/stall", "tofu": "/stall", "finance": "/finance", "auditor": "/finance"}
    for login, path in firsts.items():
        assert common_street.visitor(login).get("/").url.path == path
    assert common_street.visitor().get("/").url.path == "/sign-in"


def test_nobody_is_led_to_sign_in_from_every_page(common_street: Street) -> None:
    nobody = common_street.visitor()
    for path in (*HOLDER, *STALL, *FINANCE):
        assert nobody.get(path).url.path == "/sign-in", path


@pytest.mark.parametrize(
    ("login", "closed"), [("minji", (*STALL, *FINANCE)), ("fish", (*HOLDER, *FINANCE)), ("finance", (*HOLDER, *STALL))]
)
def test_a_page_of_another_role_is_refused(common_street: Street, login: str, closed: tuple[str, ...]) -> None:
    visitor = common_street.visitor(login)
    for path in (*closed, *(f"{prefix}{'0' * 32}/cancel" for prefix in IDS[3:] if login != "fish")):
        answer = visitor.get(path)
        assert answer.status_code == 403, path
        assert "돈은 움직이지 않았습니다" in answer.text


def test_a_mistyped_address_is_answered_in_words_to_people_and_as_before_to_programs(common_street: Street) -> None:
    for login in (None, "minji"):
        visitor = common_street.visitor(login) if login else common_street.visitor()
        answer = visitor.get("/walet", headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert "이 주소에는 화면이 없습니다" in answer.text
        assert answer.headers["X-Frame-Options"] == "DENY"
    for path, accept in (("/v1/walet", "text/html"), ("/walet", "application/json")):
        answer = common_street.visitor("minji").get(path, headers={"Accept": accept})
        assert answer.status_code == 404
        assert "json" in answer.headers["content-type"]


def test_ids_that_are_none_are_refused(common_street: Street) -> None:
    finance = common_street.visitor("finance")
    for prefix in IDS[:3]:
        assert finance.get(f"{prefix}nonsense").status_code == 422
    assert finance.get(f"/finance/entries/ent_{'0' * 32}").status_code == 404
    assert finance.get("/finance?day=2026-13-45").status_code == 422


def test_every_answer_carries_the_headers_and_nothing_inline(common_street: Street) -> None:
    minji, finance = common_street.visitor("minji"), common_street.visitor("finance")
    answers = [minji.get(path) for path in ("/wallet", "/wallet/pay", "/stall", "/sign-in", "/assets/x/style.css")]
    answers += [finance.get("/finance"), common_street.visitor().get("/assets/x/none.css")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        if "html" in answer.headers["content-type"]:
            assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=|javascript:|https?://", answer.text)


def test_files_are_kept_under_their_hash_and_only_ours_are_given(common_street: Street) -> None:
    nobody = common_street.visitor()
    address = re.search(r'href="(/assets/[0-9a-f]{12}/style.css)"', nobody.get("/sign-in").text)
    assert address is not None
    assert "immutable" in nobody.get(address[1]).headers["cache-control"]
    assert nobody.get("/assets/000000000000/style.css").headers["cache-control"] == "no-cache"
    for path in ("/assets/x/..%2fpages.py", "/assets/x/%2e%2e", "/assets/x/layout.html"):
        assert nobody.get(path).status_code == 404


def test_the_token_is_out_of_reach_of_scripts_and_other_sites(common_street: Street) -> None:
    with httpx.Client(base_url=common_street.url, headers={"Origin": common_street.url}) as client:
        answer = client.post("/sign-in", data={"login": "minji", "password": PASSWORD})
        kept = answer.headers["set-cookie"].lower()
        assert "httponly" in kept
        assert "samesite=strict" in kept
        foreign = client.post(
            "/sign-in", data={"login": "minji", "password": PASSWORD}, headers={"Origin": "https://elsewhere.example"}
        )
        assert foreign.status_code == 403


def test_a_wrong_password_is_not_told_apart_and_is_blocked_after_ten(common_street: Street) -> None:
    nobody = common_street.visitor()
    wrong = nobody.post("/sign-in", data={"login": "suho", "password": "wrong"})
    unknown = nobody.post("/sign-in", data={"login": "noone", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 403
    assert wrong.text.replace("suho", "noone") == unknown.text
    for _ in range(9):
        nobody.post("/sign-in", data={"login": "suho", "password": "wrong"})
    assert "여러 번 실패" in nobody.post("/sign-in", data={"login": "suho", "password": PASSWORD}).text


def test_who_signs_out_is_out(common_street: Street) -> None:
    minji = common_street.visitor("minji")
    token = minji.cookies["onnuri_token"]
    assert minji.post("/sign-out").url.path == "/sign-in"
    with httpx.Client(base_url=common_street.url, cookies={"onnuri_token": token}) as again:
        assert again.get("/wallet").status_code == 303


def test_language_and_size_are_chosen_on_any_page_and_lead_back_to_it(common_street: Street) -> None:
    minji = common_street.visitor("minji")
    back = minji.post("/choose", data={"choice": "large", "back": "/wallet/payments?before=pay_" + "f" * 32})
    assert back.url.path == "/wallet/payments"
    assert back.url.query
    assert 'class="large"' in back.text
    english = minji.post("/choose", data={"choice": "en", "back": "/wallet"})
    assert "You can spend" in english.text
    for elsewhere in ("//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "wallet"):
        assert minji.post("/choose", data={"choice": "ko", "back": elsewhere}).url.path == "/wallet"
