"""A bank of our own for tests and demos: open banking v2.0 as published, durable, misbehaving on purpose.

    python -m onnuri.banks.simulator --port 0 --state bank.sqlite3 --port-file bank.port

It is a process of its own. Everything it did is in the state file before it answers, so it may be killed at any time
and started again. Its "now" is the `tran_dtime` of each request, so a test clock governs it.

The last two digits of the account number (deposits) or of the `fintech_use_num` (withdrawals) choose what happens;
`scenarios.py` holds the table and docs/bank-simulator.md tells it in words. Anything not listed is simply paid.

Besides the open-banking endpoints it serves `GET /statements?account=&date=` (file names),
`GET /statements/files/{name}` (camt.053), `POST /simulator/receipts` (somebody else pays into our account)
and `GET /health`.
"""
