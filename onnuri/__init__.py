"""Onnuri: an open payment and settlement ledger for Korean traditional markets."""
