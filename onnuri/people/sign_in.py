"""Sign in: login and password against a token. Failures are counted, too many are refused."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, text

from onnuri.kit.refusals import Forbidden
from onnuri.people.passwords import password_fits
from onnuri.people.tokens import IssuedToken, issue_tokens

FAILURES_MAX: Final = 10
WINDOW: Final = timedelta(minutes=15)


class SignInRefused(Forbidden):
    """Login and password do not belong together; it is not said which of them is wrong."""

    code = "sign_in_refused"
    ko = "아이디 또는 비밀번호가 맞지 않습니다."
    en = "Login or password is wrong."


class TooManyFailures(Forbidden):
    """This login failed too often lately; even the right password is not looked at for a while."""

    code = "sign_in_blocked"
    ko = "로그인에 여러 번 실패했습니다. {minutes}분 뒤에 다시 시도해 주세요."
    en = "Too many failed attempts. Try again in {minutes} minutes."


def sign_in(
    conn: Connection, *, login: str, password: str, at: datetime
) -> IssuedToken | SignInRefused | TooManyFailures:
    """Give a token for the right password.

    A refusal is given back, not raised: the caller commits, so that the failure counts, and then raises it.
    Refused are a wrong pair, and 10 failures of one login within 15 minutes.
    """
    digest = hashlib.sha256(login.encode()).digest()
    failures = conn.execute(
        text("SELECT count(*) FROM shared.sign_in_failures WHERE login_hash = :digest AND failed_at > :since"),
        {"digest": digest, "since": at - WINDOW},
    ).scalar_one()
    if failures >= FAILURES_MAX:
        return TooManyFailures(minutes=WINDOW // timedelta(minutes=1))
    row = conn.execute(
        text("SELECT person_id, password_hash FROM shared.logins WHERE login = :login"), {"login": login}
    ).one_or_none()
    if not password_fits(None if row is None else row.password_hash, password) or row is None:
        conn.execute(
            text("INSERT INTO shared.sign_in_failures (login_hash, failed_at) VALUES (:digest, :at)"),
            {"digest": digest, "at": at},
        )
        return SignInRefused()
    return issue_tokens(conn, [row.person_id], at=at)[0]
