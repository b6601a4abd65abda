-- What settlement notes about a closed day, and how it finds shops that owe. Runs with search_path set to the lane.
CREATE TABLE day_sheets (
    day        date PRIMARY KEY CONSTRAINT day_sheets_day REFERENCES days,
    lines      integer NOT NULL,
    gross      bigint NOT NULL,
    net        bigint NOT NULL,
    payable    bigint NOT NULL,
    written_at timestamptz NOT NULL
);
COMMENT ON TABLE day_sheets IS 'Closed days whose lines are all written: a day is closed in an instant, its lines follow without holding the lane.';
COMMENT ON COLUMN day_sheets.day IS 'Closed day.';
COMMENT ON COLUMN day_sheets.lines IS 'Count of lines.';
COMMENT ON COLUMN day_sheets.gross IS 'Sum of payments, won.';
COMMENT ON COLUMN day_sheets.net IS 'Less cancels, won.';
COMMENT ON COLUMN day_sheets.payable IS 'To be paid out, won.';
COMMENT ON COLUMN day_sheets.written_at IS 'When the last line was written.';
GRANT SELECT ON day_sheets TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT ON day_sheets TO onnuri_app;

CREATE INDEX accounts_owing ON accounts (id) WHERE kind = 'merchant_receivable';
