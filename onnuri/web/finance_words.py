"""Names of what the finance pages show, Korean and English: accounts, statuses, steps, breaks, desks. Pure: no I/O."""

from __future__ import annotations

from typing import Final

ACCOUNT_KINDS: Final = {
    "bank": ("보호 예금", "safeguarded cash"),
    "subsidy_receivable": ("할인지원금 미수", "owed by the state"),
    "grant_receivable": ("국가 지급분 미수", "grants owed by the state"),
    "holder_receivable": ("보유자에게서 받을 돈", "owed by a holder"),
    "merchant_receivable": ("가맹점에서 받을 돈", "owed by a shop"),
    "lot": ("보유자의 상품권", "a holder's lot"),
    "gift_box": ("선물함", "a gift on its way"),
    "merchant": ("가맹점에 줄 돈", "payable to a shop"),
    "merchant_held": ("보류한 가맹점 돈", "held back from a shop"),
    "card_issuer": ("카드사에 줄 돈", "payable to a card issuer"),
    "payout_in_flight": ("은행으로 보내는 중", "payouts in flight"),
    "refund_in_flight": ("환불하는 중", "refunds in flight"),
    "unclaimed": ("찾아가지 않은 돈", "unclaimed"),
    "suspense": ("확인 중인 은행 돈", "suspense"),
    "loss": ("손실", "loss"),
    "fee_income": ("수수료 수입", "fee income"),
    "breakage": ("낙전", "breakage"),
    "lane_clearing": ("원장 사이의 이동", "on its way between lanes"),
    "purchase": ("법인이 사 둔 상품권", "bought by a company"),
    "handover": ("명의를 옮기는 중", "being handed over"),
}
SHOP_STATUSES: Final = {
    "APPLIED": ("신청", "applied"),
    "CONDITIONAL": ("조건부 등록", "conditional"),
    "ACTIVE": ("등록", "active"),
    "SUSPENDED": ("정지", "suspended"),
    "EXPIRED": ("기간 만료", "expired"),
    "DEREGISTERED": ("등록 해제", "deregistered"),
    "CANCELLED": ("등록 취소", "cancelled"),
}
PAYOUT_STATUSES: Final = {
    "REQUESTED": ("지시함", "requested"),
    "PAID": ("지급됨", "paid"),
    "REJECTED": ("은행이 거절", "rejected"),
    "UNKNOWN": ("결과 확인 중", "unknown"),
    "RETURNED": ("되돌아옴", "returned"),
}
PAYOUT_STEPS: Final = {
    "requested": ("지급 지시", "requested"),
    "paid": ("지급됨", "paid"),
    "failed": ("지급 안 됨", "failed"),
    "returned": ("되돌아옴", "returned"),
}
BREAK_KINDS: Final = {
    "unknown_line": ("모르는 은행 거래", "unknown line"),
    "amount_differs": ("금액 다름", "amount differs"),
    "paid_twice": ("두 번 지급됨", "paid twice"),
    "charged_twice": ("두 번 충전됨", "charged twice"),
    "books_missing": ("장부에 없음", "not in the books"),
    "charge_returned": ("충전금 되돌아감", "charge returned"),
    "return_unexplained": ("설명 없는 반환", "unexplained return"),
    "line_missing": ("거래명세에 없음", "no statement line"),
    "receipt_unseen": ("반영한 입금이 거래명세에 없음", "receipt not on a statement"),
    "migration_unpaid": ("이관받은 상품권의 돈을 기다림", "money of a migration awaited"),
    "statement_gap": ("거래명세 빠짐", "gap in the statements"),
    "payout_never_arrives": ("은행이 모르는 지급", "payout unknown to the bank"),
    "payout_request_wrong": ("은행이 지급 지시를 거절", "order refused by the bank"),
    "paid_after_failed": ("실패로 끝난 뒤 은행이 처리", "done by the bank after it had failed"),
    "answer_contradicts": ("지시와 다른 은행 응답", "answer contradicts the order"),
}
BREAK_OWNERS: Final = {
    "finance": ("정산", "finance"),
    "bank_desk": ("은행 담당", "bank desk"),
    "operator": ("운영", "operator"),
}


def name_of(names: dict[str, tuple[str, str]], key: str) -> tuple[str, str]:
    """Give the name of a key in both languages; a key without a name stands for itself."""
    return names.get(key, (key, key))


def in_two_languages(words: str) -> tuple[str, str]:
    """Part words that are kept as `Korean / English`."""
    korean, _, english = words.partition(" / ")
    return korean, english or korean
