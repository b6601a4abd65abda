"""Benches: each measures against a reference in the same run, with durable commits on both sides, and audits after."""
