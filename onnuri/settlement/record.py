"""Record what the bank said about payouts: paid, rejected (the money is the shop's to be paid again), or unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.codes import Verdict
from onnuri.kit.clock import seoul_date
from onnuri.settlement.breaks import open_breaks, resolve_found
from onnuri.settlement.model import BankWord, NewBreak, Payout, PayoutResults, PayoutStatus, Step, judge
from onnuri.settlement.move_payout import hold_all_lanes, move_payouts

PAYOUT_COLUMNS: Final = (
    "id, shop_id, shop_account_id, due_on, amount, status, bank_tran_id, bank_date, bank_code_given, bank_message,"
    " requested_at, answered_at, inquiries, sent_at, sends, inquired_at, not_found"
)

_LOOKS: Final = {
    "payout_never_arrives": "여러 번 보냈으나 은행이 지급 지시를 모른다고 합니다. 담당자 확인이 필요합니다."
    " / Sent several times, yet the bank says it does not know the order; a person must look.",
    "paid_after_failed": "거절로 끝난 뒤에 은행이 지급했다고 답했습니다. 담당자가 은행과 확인해야 합니다."
    " / The bank says that it paid after the payout had ended as rejected; a person must clear it up with the bank.",
    "payout_request_wrong": "은행이 지급 지시 자체를 거절했습니다. 계약과 전문을 확인해야 합니다."
    " / The bank refuses the order itself; contract and message must be checked.",
}
ANSWER_CONTRADICTS: Final = "answer_contradicts"
LOOK_KINDS: Final = (*_LOOKS, ANSWER_CONTRADICTS)
"""The kinds of break that the bank's words open: a person must look."""

_CONTRADICTS: Final = (
    "은행 응답이 지급 지시와 다릅니다({alarm}). 결과를 확정하지 않고 확인을 기다립니다."
    " / The bank's answer contradicts the order ({alarm}); nothing is believed until it is cleared up."
)


def record_words(conn: Connection, words: Sequence[BankWord], *, at: datetime) -> PayoutResults:
    """Write down what the bank answered; payouts that are final already stay as they are (paid all the same: a break).

    One transaction: the books of every lane, the lines, the shop's account where it is no good, and what a person
    must look at.
    """
    heads = hold_all_lanes(conn)
    payouts = open_payouts(conn, [word.payout_id for word in words])
    steps = {
        word.payout_id: judge(payouts[word.payout_id], word, on=seoul_date(at))
        for word in words
        if word.payout_id in payouts
    }
    paid, rejected = _ended(payouts, steps, PayoutStatus.PAID), _ended(payouts, steps, PayoutStatus.REJECTED)
    move_payouts(conn, paid, step="paid", heads=heads, at=at)
    move_payouts(conn, rejected, step="failed", heads=heads, at=at)
    _update(conn, [word for word in words if word.payout_id in steps], payouts, steps, at=at)
    close_accounts(
        conn,
        {
            payouts[id].shop_account_id: _reason(word)
            for word in words
            if (id := word.payout_id) in steps and steps[id].close_account
        },
        at=at,
    )
    looks = [_look(id, step.look) for id, step in steps.items() if step.look]
    open_breaks(conn, looks + _paid_after_all(conn, words), at=at)
    _clear_looks(conn, [*paid, *rejected], at=at)
    results = PayoutResults()
    for id, step in steps.items():
        results = results.plus(step.status, payouts[id].amount)
    return results


def record_seen_on_statement(conn: Connection, seen: Sequence[tuple[UUID, date]], *, at: datetime) -> int:
    """Take payouts of unknown result as paid because the bank's statement shows them, whole, on a date."""
    if not seen:
        return 0
    heads = hold_all_lanes(conn)
    payouts = open_payouts(conn, [id for id, _ in seen])
    move_payouts(conn, {id: each.shop_id for id, each in payouts.items()}, step="paid", heads=heads, at=at)
    conn.execute(
        text(
            "UPDATE shared.payouts p SET status = 'PAID', answered_at = :at, booked_on = s.booked_on,"
            " bank_message = :message"
            " FROM unnest(CAST(:ids AS uuid[]), CAST(:dates AS date[])) AS s (id, booked_on)"
            " WHERE p.id = s.id AND p.status IN ('REQUESTED', 'UNKNOWN')"
        ),
        {
            "ids": [id for id, _ in seen],
            "dates": [on for _, on in seen],
            "message": "거래명세로 확인 / seen on the statement",
            "at": at,
        },
    )
    _clear_looks(conn, list(payouts), at=at)
    return len(payouts)


def open_payouts(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Payout]:
    """Lock those of the payouts whose result is not final, in id order. Lanes are held first, always."""
    rows = conn.execute(
        text(
            f"SELECT {PAYOUT_COLUMNS} FROM shared.payouts WHERE id = ANY(CAST(:ids AS uuid[]))"
            " AND status IN ('REQUESTED', 'UNKNOWN') ORDER BY id FOR UPDATE"
        ),
        {"ids": list(ids)},
    )
    return {payout.id: payout for payout in map(payout_of, rows)}


def payout_of(row: Iterable[object]) -> Payout:
    """Build a payout from a row of `PAYOUT_COLUMNS`."""
    payout = Payout(*row)  # type: ignore[arg-type]  # the columns are in the order of the fields
    return replace(payout, status=PayoutStatus(payout.status))


def close_accounts(conn: Connection, reasons: dict[UUID, str], *, at: datetime) -> None:
    """Stop using settlement accounts (id -> reason); the shop must register another one."""
    conn.execute(
        text(
            "UPDATE shared.shop_accounts a SET closed_at = :at, closed_reason = r.reason"
            " FROM unnest(CAST(:ids AS uuid[]), CAST(:reasons AS text[])) AS r (id, reason)"
            " WHERE a.id = r.id AND a.closed_at IS NULL"
        ),
        {"ids": list(reasons), "reasons": list(reasons.values()), "at": at},
    )


def _ended(payouts: dict[UUID, Payout], steps: dict[UUID, Step], status: PayoutStatus) -> dict[UUID, UUID]:
    return {id: payouts[id].shop_id for id, step in sorted(steps.items()) if step.status is status}


def _update(
    conn: Connection, words: Sequence[BankWord], payouts: dict[UUID, Payout], steps: dict[UUID, Step], *, at: datetime
) -> None:
    ended = (PayoutStatus.PAID, PayoutStatus.REJECTED)
    conn.execute(
        text(
            "UPDATE shared.payouts p SET status = w.status, bank_code_given = w.code, bank_message = w.message,"
            " answered_at = w.answered_at, inquiries = w.inquiries, inquired_at = w.inquired_at,"
            " not_found = w.not_found, booked_on = w.booked_on, sent_at = w.sent_at"
            " FROM unnest(CAST(:id AS uuid[]), CAST(:status AS text[]), CAST(:code AS text[]),"
            "  CAST(:message AS text[]), CAST(:answered_at AS timestamptz[]), CAST(:inquiries AS integer[]),"
            "  CAST(:inquired_at AS timestamptz[]), CAST(:not_found AS integer[]), CAST(:booked_on AS date[]),"
            "  CAST(:sent_at AS timestamptz[]))"
            "  AS w (id, status, code, message, answered_at, inquiries, inquired_at, not_found, booked_on, sent_at)"
            " WHERE p.id = w.id"
        ),
        {
            "id": [word.payout_id for word in words],
            "status": [steps[word.payout_id].status.value for word in words],
            "code": [word.answer.bank_rsp_code or word.answer.rsp_code or None for word in words],
            "message": [word.answer.alarm or word.answer.trouble or word.answer.message or None for word in words],
            "answered_at": [at if steps[word.payout_id].status in ended else None for word in words],
            "inquiries": [payouts[word.payout_id].inquiries + word.inquired for word in words],
            "inquired_at": [at if word.inquired else payouts[word.payout_id].inquired_at for word in words],
            "not_found": [steps[word.payout_id].not_found for word in words],
            "booked_on": [word.answer.bank_on for word in words],
            "sent_at": [
                None if steps[word.payout_id].send_again else payouts[word.payout_id].sent_at for word in words
            ],
        },
    )


def _reason(word: BankWord) -> str:
    code = word.answer.bank_rsp_code or word.answer.rsp_code
    return f"rejected by the bank: {code} {word.answer.message}".strip()


def _paid_after_all(conn: Connection, words: Sequence[BankWord]) -> list[NewBreak]:
    """Find where the bank says that it paid what has ended as rejected: the lines may be paid by another order."""
    rows = conn.execute(
        text("SELECT id FROM shared.payouts WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'REJECTED' ORDER BY id"),
        {"ids": [word.payout_id for word in words if word.answer.verdict is Verdict.SUCCEEDED]},
    )
    return [_look(id, "paid_after_failed") for id in rows.scalars()]


def _look(payout_id: UUID, look: str) -> NewBreak:
    known = look in _LOOKS
    return NewBreak(
        kind=look if known else ANSWER_CONTRADICTS,
        reference=f"payout:{payout_id.hex}",
        amount=0,
        owner="operator",
        explanation=_LOOKS[look] if known else _CONTRADICTS.format(alarm=look),
    )


def _clear_looks(conn: Connection, ids: Sequence[UUID], *, at: datetime) -> None:
    """Resolve what a person was to look at where the bank has given a clear answer since."""
    found = conn.execute(
        text(
            "SELECT id FROM shared.breaks WHERE kind IN ('answer_contradicts', 'payout_never_arrives')"
            " AND resolved_at IS NULL AND reference = ANY(:references)"
        ),
        {"references": [f"payout:{id.hex}" for id in ids]},
    ).scalars()
    resolve_found(conn, list(found), resolution="은행 결과 확정 / the bank's result is clear now", at=at)
