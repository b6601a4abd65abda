"""Speak the published v2.0 open-banking wire format over HTTP: each method sends once and answers, whatever happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self, cast

import httpx

from onnuri.banks.answers import Answer, Expected, Judge, nothing_heard, read_answer
from onnuri.banks.codes import judge_inquiry, judge_question, judge_transfer
from onnuri.banks.deposit_to_user import UserDeposit
from onnuri.banks.wire import (
    BalanceQuestion,
    ContractAccount,
    Deposit,
    Inquiry,
    RealNameQuestion,
    Withdrawal,
    encode_receive_question,
)

_RENEW_BEFORE_SECONDS: Final = 300
_ANSWER_BYTES_MAX: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class BankAccess:
    """Where the bank is and who we are there; all of it configuration."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    institution_code: str
    contract: ContractAccount


class OpenBankingClient:
    """Send orders and questions to the bank; thread-safe.

    Never raises for what the network or the bank does, never sends an order twice, never makes a transfer's id:
    the caller stores the id first. Time-outs, resets, refused connections, HTTP errors and unreadable bodies are
    all UNKNOWN, to be resolved by `inquire`.
    """

    def __init__(
        self, access: BankAccess, *, timeout_seconds: float = 10.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._access = access
        self._http = httpx.Client(
            base_url=access.base_url,
            timeout=timeout_seconds,
            transport=transport,
            trust_env=False,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=64, keepalive_expiry=4),
        )
        self._timeout_seconds = timeout_seconds
        self._lock = threading.Lock()
        self._token: tuple[str, float] | None = None

    @property
    def contract(self) -> ContractAccount:
        """Our account at the bank."""
        return self._access.contract

    @property
    def institution_code(self) -> str:
        """The ten characters every id of ours begins with."""
        return self._access.institution_code

    @property
    def base_url(self) -> str:
        """Where the bank is; it puts its statements there too."""
        return self._access.base_url

    def withdraw(self, order: Withdrawal) -> Answer:
        """Pull money from a consumer's account; UNKNOWN must be resolved by `inquire`."""
        return self._post(
            "/v2.0/transfer/withdraw/fin_num",
            order.encode(self._access.contract),
            expected=Expected(order.bank_tran_id, order.amount),
            judge=judge_transfer,
        )

    def deposit(self, order: Deposit) -> Answer:
        """Push money to a bank account; UNKNOWN must be resolved by `inquire`."""
        return self._post(
            "/v2.0/transfer/deposit/acnt_num",
            order.encode(self._access.contract),
            expected=Expected(order.bank_tran_id, order.amount),
            judge=judge_transfer,
        )

    def deposit_to_user(self, order: UserDeposit) -> Answer:
        """Push money to the account a user registered; UNKNOWN must be resolved by `inquire`."""
        return self._post(
            "/v2.0/transfer/deposit/fin_num",
            order.encode(self._access.contract),
            expected=Expected(order.bank_tran_id, order.amount),
            judge=judge_transfer,
        )

    def inquire(self, inquiry: Inquiry) -> Answer:
        """Ask what became of an earlier order; the verdict is about that order, not about the question."""
        return self._post(
            "/v2.0/transfer/result",
            inquiry.encode(),
            expected=Expected(inquiry.original_tran_id, inquiry.original_amount),
            judge=judge_inquiry,
        )

    def receive_inquiry(self, deposit: Deposit) -> Answer:
        """Ask whether a deposit could be credited; `fields["account_holder_name"]` says to whom."""
        return self._post(
            "/v2.0/inquiry/receive",
            encode_receive_question(deposit, self._access.contract),
            expected=Expected(deposit.bank_tran_id, deposit.amount),
            judge=judge_question,
        )

    def real_name(self, question: RealNameQuestion) -> Answer:
        """Ask whose account it is; `fields["account_holder_name"]`."""
        return self._post(
            "/v2.0/inquiry/real_name",
            question.encode(),
            expected=Expected(question.bank_tran_id, None),
            judge=judge_question,
        )

    def balance(self, question: BalanceQuestion) -> Answer:
        """Ask for an account's balance; `fields["balance_amt"]`, in won, may be negative."""
        request = self._http.build_request("GET", "/v2.0/account/balance/fin_num", params=dict(question.encode()))
        return self._send(request, expected=Expected(question.bank_tran_id, None), judge=judge_question)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _post(self, path: str, body: Mapping[str, object], *, expected: Expected, judge: Judge) -> Answer:
        return self._send(self._http.build_request("POST", path, json=body), expected=expected, judge=judge)

    def _send(self, request: httpx.Request, *, expected: Expected, judge: Judge) -> Answer:
        try:
            token = self._bearer()
            if token is None:
                return nothing_heard("no token; nothing was sent")
            request.headers["Authorization"] = f"Bearer {token}"
            response = self._exchange(request)
            if response.status_code == 401:
                self._forget(token)
            if response.status_code != 200:
                return nothing_heard(f"http status {response.status_code}")
            body = _decoded(response)
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
            return nothing_heard(f"{type(error).__name__}: {error}"[:200])
        except (ValueError, RecursionError) as error:
            return nothing_heard(f"unreadable: {type(error).__name__}")
        return read_answer(body, expected=expected, judge=judge)

    def _exchange(self, request: httpx.Request) -> httpx.Response:
        """Send once and read the whole answer, giving up when the deadline or the size is passed."""
        deadline = time.monotonic() + self._timeout_seconds
        response = self._http.send(request, stream=True)
        try:
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if len(content) > _ANSWER_BYTES_MAX:
                    raise httpx.ReadError("answer too long", request=request)
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("answer too slow", request=request)
        finally:
            response.close()
        return httpx.Response(response.status_code, content=bytes(content), request=request)

    def _bearer(self) -> str | None:
        """Give the cached token, or fetch one; None where the bank gives none."""
        with self._lock:
            if self._token is not None and time.monotonic() < self._token[1]:
                return self._token[0]
            request = self._http.build_request(
                "POST",
                "/oauth/2.0/token",
                data={
                    "client_id": self._access.client_id,
                    "client_secret": self._access.client_secret,
                    "scope": "oob",
                    "grant_type": "client_credentials",
                },
            )
            response = self._exchange(request)
            body = _decoded(response)
            if response.status_code != 200 or not isinstance(body, dict):
                return None
            answer = cast("dict[str, object]", body)
            token, lifetime = answer.get("access_token"), str(answer.get("expires_in", ""))
            if not isinstance(token, str) or not (token.isascii() and token.isprintable()) or not token:
                return None
            seconds = int(lifetime) if lifetime.isascii() and lifetime.isdigit() and len(lifetime) < 10 else 0
            self._token = (token, time.monotonic() + max(0, seconds - _RENEW_BEFORE_SECONDS))
            return token

    def _forget(self, token: str) -> None:
        with self._lock:
            if self._token is not None and self._token[0] == token:
                self._token = None


def _decoded(response: httpx.Response) -> object:
    decoded: object = response.json()
    return decoded
