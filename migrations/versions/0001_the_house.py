"""The house: shared tables, the vault, and the first lane."""

from datetime import UTC, datetime

from alembic import op
from sqlalchemy import text

from onnuri.kit.migrate import add_lane, run_shared_file, shared_files

revision = "0001"
down_revision = None

FIRST_LANE_OPENED_AT = datetime(2026, 11, 1, tzinfo=UTC)


def upgrade() -> None:
    """Make everything from nothing."""
    conn = op.get_bind()
    conn.execute(text("CREATE SCHEMA vault"))
    conn.execute(text("GRANT USAGE ON SCHEMA shared TO onnuri_app, onnuri_reader, onnuri_auditor"))
    conn.execute(text("GRANT USAGE ON SCHEMA vault TO onnuri_app"))
    for file in shared_files():
        run_shared_file(conn, file)
    add_lane(conn, "lane_00", at=FIRST_LANE_OPENED_AT)
