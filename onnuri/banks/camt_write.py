"""Write an account statement as ISO 20022 camt.053.001.08, valid by its schema; the same facts give the same bytes.

No I/O. Our simulator's bank is the writer; `camt.py` reads.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from xml.sax.saxutils import escape

from onnuri.banks.camt import StatementFile, StatementLine
from onnuri.banks.camt_fields import NAMESPACE
from onnuri.banks.tran_id import KST

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{namespace}"><BkToCstmrStmt>
<GrpHdr><MsgId>{file_id}</MsgId><CreDtTm>{created}</CreDtTm></GrpHdr>
<Stmt><Id>{file_id}</Id><CreDtTm>{created}</CreDtTm>
<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>KRW</Ccy></Acct>
"""
_BALANCE: Final = (
    "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
    '<Amt Ccy="KRW">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>\n'
)
_ENTRY: Final = (
    '<Ntry><NtryRef>{ref}</NtryRef><Amt Ccy="KRW">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>{on}</Dt></BookgDt>{servicer}<BkTxCd><Prtry><Cd>{purpose}</Cd></Prtry></BkTxCd>"
    "<NtryDtls><TxDtls>{refs}{party}{remitter}</TxDtls></NtryDtls></Ntry>\n"
)
_TAIL: Final = "</Stmt></BkToCstmrStmt></Document>\n"


def write_statement(statement: StatementFile, *, created_at: datetime) -> bytes:
    """Write the statement; balances and lines as given, not checked against each other."""
    created = created_at.astimezone(KST).isoformat(timespec="seconds")
    head = _HEAD.format(
        namespace=NAMESPACE, file_id=_id(statement.file_id), account=_id(statement.account), created=created
    )
    balances = _balance("OPBD", statement.opening, statement.on) + _balance("CLBD", statement.closing, statement.on)
    return "".join([head, balances, *map(_entry, statement.lines), _TAIL]).encode()


def _balance(kind: str, amount: int, on: date) -> str:
    return _BALANCE.format(kind=kind, amount=abs(amount), sign="DBIT" if amount < 0 else "CRDT", on=on.isoformat())


def _entry(line: StatementLine) -> str:
    party = "Dbtr" if line.direction == "in" else "Cdtr"
    tran_id, counterparty, remitter = _id(line.end_to_end_id), _words(line.counterparty), _words(line.remitter)
    return _ENTRY.format(
        ref=_id(line.line_ref),
        amount=line.amount,
        sign="CRDT" if line.direction == "in" else "DBIT",
        on=line.booked_on.isoformat(),
        purpose=_id(line.purpose) or "OTHER",
        servicer=tran_id and f"<AcctSvcrRef>{tran_id}</AcctSvcrRef>",
        refs=tran_id and f"<Refs><EndToEndId>{tran_id}</EndToEndId></Refs>",
        party=counterparty and f"<RltdPties><{party}><Pty><Nm>{counterparty}</Nm></Pty></{party}></RltdPties>",
        remitter=remitter and f"<RmtInf><Ustrd>{remitter}</Ustrd></RmtInf>",
    )


def _id(text: str) -> str:
    return escape(_clean(text)[:35])


def _words(text: str) -> str:
    return escape(_clean(text)[:140])


def _clean(text: str) -> str:
    """Take out what XML can't hold."""
    if text.isprintable() and text.isascii():
        return text.strip()
    return "".join(char for char in text if char.isprintable()).strip()
