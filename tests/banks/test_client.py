"""The client against servers that break: it answers UNKNOWN, it never raises, it never sends twice."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnuri.banks.answers import Expected, read_answer
from onnuri.banks.client import BankAccess, OpenBankingClient
from onnuri.banks.codes import Verdict, judge_inquiry, judge_transfer
from onnuri.banks.mailbox import StatementMailbox, StatementsUnreachable
from onnuri.banks.tran_id import bank_tran_id
from onnuri.banks.wire import ContractAccount, Withdrawal

TRAN_ID = "M202600001U000000001"
ORDER = Withdrawal(
    bank_tran_id=TRAN_ID,
    fintech_use_num="1" * 22 + "00",
    amount=10_000,
    client_name="홍길동",
    client_num="HONGGILDONG1234",
    print_content="온누리충전",
    at=datetime(2026, 11, 20, 5, 30, tzinfo=UTC),
)
TOKEN = b'{"access_token":"t","token_type":"Bearer","expires_in":"7775999"}'
PAID = {
    "rsp_code": "A0000",
    "bank_rsp_code": "000",
    "bank_tran_id": TRAN_ID,
    "bank_tran_date": "20261120",
    "tran_amt": "10000",
}

Reply = Callable[[socket.socket], None]


class BrokenBank:
    """A server that gives tokens and answers orders as told; it remembers every path that came."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.paths: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                conn, _ = self._listener.accept()
            except OSError:
                return
            with conn:
                request = b""
                while b"\r\n\r\n" not in request or not request.endswith((b"}", b"client_credentials")):
                    piece = conn.recv(65536)
                    if not piece:
                        break
                    request += piece
                path = request.split(b" ", 2)[1].decode() if request else ""
                self.paths.append(path)
                if path == "/oauth/2.0/token":
                    answer(TOKEN)(conn)
                else:
                    self._reply(conn)


def answer(body: bytes, *, status: str = "200 OK") -> Reply:
    def reply(conn: socket.socket) -> None:
        head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        conn.sendall(head.encode() + body)

    return reply


def told(fields: object) -> Reply:
    return answer(json.dumps(fields).encode())


def drip(conn: socket.socket) -> None:
    """Answer one byte at a time, always before the socket's own time-out."""
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(40):
        try:
            conn.sendall(b" ")
        except OSError:
            return
        time.sleep(0.1)


def reset(conn: socket.socket) -> None:
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def access_to(port: int) -> BankAccess:
    contract = ContractAccount("097", "1101230000678", "온누리상품권")
    return BankAccess(f"http://127.0.0.1:{port}", "client", "secret", "M202600001", contract)


@contextmanager
def bank_that(reply: Reply) -> Generator[tuple[BrokenBank, OpenBankingClient]]:
    bank = BrokenBank(reply)
    try:
        with OpenBankingClient(access_to(bank.port), timeout_seconds=1) as client:
            yield bank, client
    finally:
        bank.close()


BROKEN: dict[str, Reply] = {
    "http 500": answer(b"oops", status="500 Internal Server Error"),
    "http 503 that looks paid": answer(json.dumps(PAID).encode(), status="503 Service Unavailable"),
    "redirect": answer(b"", status="302 Found"),
    "unauthorised": answer(b"{}", status="401 Unauthorized"),
    "empty": answer(b""),
    "not json": answer(b"<html>"),
    "broken utf-8": answer(b'{"rsp_code": "\xff\xfe"}'),
    "deeply nested": answer(b"[" * 100_000),
    "a number": answer(b"7"),
    "huge": answer(b" " * 2_000_000),
    "no codes": told({}),
    "codes as numbers": told({**PAID, "rsp_code": 0}),
    "two items": told({**PAID, "res_list": [PAID, PAID]}),
    "item no object": told({**PAID, "res_list": ["000"]}),
    "unlisted code": told({**PAID, "bank_rsp_code": "777"}),
    "closed at once": lambda conn: conn.close(),
    "reset": reset,
    "not http": lambda conn: conn.sendall(b"hello\r\n\r\n"),
    "too slow": drip,
}


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_answer_is_unknown_and_nothing_is_sent_twice(reply: Reply) -> None:
    with bank_that(reply) as (bank, client):
        heard = client.withdraw(ORDER)
    assert (heard.verdict, heard.alarm) == (Verdict.UNKNOWN, None)
    assert bank.paths.count("/v2.0/transfer/withdraw/fin_num") == 1


@pytest.mark.parametrize(
    ("changed", "alarm"),
    [
        ({"tran_amt": "10001"}, "amount_differs"),
        ({"tran_amt": "1e4"}, "amount_differs"),
        ({"tran_amt": ""}, "answer_without_amount"),
        ({"bank_tran_id": "M202600001U000000002"}, "answer_for_another_transfer"),
        ({"bank_tran_id": ""}, "answer_without_id"),
    ],
)
def test_an_answer_that_contradicts_the_order_is_unknown_with_an_alarm(changed: dict[str, str], alarm: str) -> None:
    with bank_that(told({**PAID, **changed})) as (_, client):
        heard = client.withdraw(ORDER)
    assert (heard.verdict, heard.alarm) == (Verdict.UNKNOWN, alarm)


def test_an_honest_answer_is_believed() -> None:
    with bank_that(told(PAID)) as (_, client):
        heard = client.withdraw(ORDER)
    assert (heard.verdict, heard.amount, heard.bank_on) == (Verdict.SUCCEEDED, 10_000, date(2026, 11, 20))


def test_a_bank_that_is_not_there_is_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port: int = nobody.getsockname()[1]
    with OpenBankingClient(access_to(port), timeout_seconds=1) as client:
        assert client.withdraw(ORDER).verdict is Verdict.UNKNOWN
    with pytest.raises(StatementsUnreachable):
        StatementMailbox(f"http://127.0.0.1:{port}").names("1101230000678", on=date(2026, 11, 20))


@pytest.mark.parametrize("base_url", ["http://", "not a url", "ftp://127.0.0.1:1"])
def test_a_wrong_address_is_unknown(base_url: str) -> None:
    with OpenBankingClient(replace(access_to(1), base_url=base_url), timeout_seconds=1) as client:
        assert client.withdraw(ORDER).verdict is Verdict.UNKNOWN


def test_one_token_serves_many_threads_and_is_renewed_after_a_401() -> None:
    replies = iter([told(PAID)] * 8 + [answer(b"{}", status="401 Unauthorized"), told(PAID)])

    def next_reply(conn: socket.socket) -> None:
        next(replies)(conn)

    with bank_that(next_reply) as (bank, client):
        threads = [threading.Thread(target=client.withdraw, args=(ORDER,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert bank.paths.count("/oauth/2.0/token") == 1
        assert client.withdraw(ORDER).verdict is Verdict.UNKNOWN
        assert client.withdraw(ORDER).verdict is Verdict.SUCCEEDED
        assert bank.paths.count("/oauth/2.0/token") == 2


def test_the_secret_is_not_shown() -> None:
    assert "secret" not in repr(access_to(1)).replace("client_secret", "")


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(["A0000", "000", "10000", TRAN_ID]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*PAID, "res_list", "x"]) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(json_values, st.sampled_from([judge_transfer, judge_inquiry]))
def test_no_answer_ever_raises_and_only_the_exact_one_succeeds(
    body: object, judge: Callable[[str, str], Verdict]
) -> None:
    heard = read_answer(body, expected=Expected(TRAN_ID, 10_000), judge=judge)
    if heard.verdict is Verdict.SUCCEEDED:
        assert (heard.bank_tran_id, heard.amount) == (TRAN_ID, 10_000)
        assert (heard.rsp_code, heard.bank_rsp_code, heard.alarm) == ("A0000", "000", None)
    for text in heard.fields.values():
        assert "\x00" not in text
        text.encode()


def test_ids_are_twenty_characters_and_never_collide_by_number() -> None:
    made = {bank_tran_id("M202600001", number) for number in (0, 1, 35, 36, 36**9 - 1)}
    assert len(made) == 5
    assert all(len(tran_id) == 20 for tran_id in made)
    assert bank_tran_id("M202600001", 36**9 - 1) == "M202600001UZZZZZZZZZ"
