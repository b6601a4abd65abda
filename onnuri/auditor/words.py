"""What each check looks at, in the words of people: Korean and English. Pure: no I/O."""

from __future__ import annotations

from typing import Final

CHECK_WORDS: Final[dict[str, tuple[str, str]]] = {
    "transfers_balance": ("차변과 대변의 합이 같다", "debits equal credits"),
    "balances_fold": ("모든 잔액은 이체의 합이다", "every balance is the fold of its transfers"),
    "marks_fold": ("중간 잔액도 이체의 합이다", "balances written down in between are folds"),
    "accounts_have_balances": ("모든 계정에 잔액이 하나씩 있다", "every account has one balance"),
    "lot_bounds": ("상품권은 0원 아래로도 액면 위로도 가지 않는다", "no lot below 0 or above its face"),
    "charge_shares": ("충전은 낸 돈과 할인지원금으로 나뉜다", "charges split as their policy says"),
    "payment_sums": ("결제 금액은 이체의 합이다", "payments are the sum of their transfers"),
    "cancel_bounds": ("취소는 결제를 넘지 않고 같은 곳으로 돌아간다", "cancels stay within their payment"),
    "key_effects": ("요청 하나에 결과 하나", "every key has one effect"),
    "seq_gapless": ("번호에 빈틈이 없다", "numbers have no gap"),
    "chain_unbroken": ("해시 사슬이 이어져 있다", "the hash chain is whole"),
    "allow_list": ("허용된 이체만 있다", "only allowed transfers"),
    "effective_dates": ("마감된 영업일은 바뀌지 않는다", "closed days stay closed"),
    "safeguarding_equation": ("보호 자산이 채무와 같다", "safeguarded money equals what is owed"),
    "settlement_lines_complete": ("모든 결제가 정산 한 줄에 있다", "every payment is in one line"),
    "payouts_agree": ("지급이 정산과 장부에 맞는다", "payouts agree with lines and books"),
    "bank_lines_explained": ("은행 거래가 모두 설명된다", "every bank line is explained"),
    "policy_limits": ("한도를 넘은 적이 없다", "limits were kept"),
    "merchant_balances": ("점포 잔액이 정산과 맞는다", "shops are owed what their lines say"),
    "reversals": ("정정은 원거래의 거울이다", "reversals mirror their entry, once"),
    "refund_shares": ("환불이 낸 몫과 지원금 몫으로 돌아간다", "refunds return both shares"),
    "holds_end_once": ("보류는 한 번만 끝난다", "holds end once"),
    "snapshots_fold": ("마감 잔액이 이체의 합이다", "day snapshots are folds"),
    "archives_kept": ("보관된 거래가 기록과 맞는다", "archived transfers agree with what stayed"),
    "seals_hold": ("봉인과 서명이 맞는다", "seals and signatures hold"),
    "secrets_outside_vault": ("금고 밖에 개인정보가 없다", "no personal data outside the vault"),
    "acts_agree": ("거래·사건·답이 서로 같다", "acts, events and answers agree"),
    "lot_terms": ("상품권의 조건이 충전과 맞는다", "lots have the terms of what made them"),
    "lot_order": ("공표된 순서로 쓰였다", "lots were spent in the published order"),
    "places": ("장부의 자리표가 맞는다", "places in the books are right"),
    "matched_ids": ("은행 거래 번호가 맞는다", "matched lines carry the order's id"),
    "purchases_agree": ("법인 구매가 장부와 맞는다", "companies' purchases agree with the books"),
    "directory": ("지갑 명부가 맞는다", "the directory of wallets agrees"),
    "register_agrees": ("등록부·지급·은행 기록이 서로 맞는다", "register, payouts and bank files agree"),
    "chart_copy": ("계정과목과 허용 목록이 공표된 대로다", "chart and allow-list as published"),
    "policies_decided": ("정책은 두 사람이 정한 대로다", "policies as two people decided"),
    "append_only_guards": ("장부의 벽이 서 있다", "the walls around the books stand"),
    "walls_published": ("함수와 제약이 공표된 대로다", "functions and constraints as published"),
}

LOSERS: Final[dict[str, tuple[str, str]]] = {
    "holder": ("이용자", "holders"), "shop": ("점포", "shops"), "pool": ("보호 자산", "the pool"),
    "state": ("정부 예산", "the state"), "nobody": ("없음", "nobody"),
}  # fmt: skip
