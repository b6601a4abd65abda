-- When markets are registered at the tax service: each period, and every word that was ever said of its end.
CREATE TABLE shared.tax_registrations (
    id          uuid PRIMARY KEY,
    market_id   uuid NOT NULL CONSTRAINT tax_registrations_market REFERENCES shared.markets,
    valid_from  timestamptz NOT NULL,
    valid_to    timestamptz,
    recorded_by uuid NOT NULL CONSTRAINT tax_registrations_recorder REFERENCES shared.people,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT tax_registrations_period CHECK (valid_to >= valid_from),
    CONSTRAINT tax_registrations_not_backdated CHECK (valid_from >= recorded_at)
);
CREATE UNIQUE INDEX tax_registrations_one_open ON shared.tax_registrations (market_id) WHERE valid_to IS NULL;
CREATE INDEX tax_registrations_by_market ON shared.tax_registrations (market_id, valid_from);
COMMENT ON TABLE shared.tax_registrations IS 'When a market was registered at the tax service: payments there count for the deduction; never said of the past.';
COMMENT ON COLUMN shared.tax_registrations.id IS 'Identity.';
COMMENT ON COLUMN shared.tax_registrations.market_id IS 'Which market.';
COMMENT ON COLUMN shared.tax_registrations.valid_from IS 'First instant at which payments count.';
COMMENT ON COLUMN shared.tax_registrations.valid_to IS 'First instant at which they no longer do, as its last record of an end says; empty while no end is known.';
COMMENT ON COLUMN shared.tax_registrations.recorded_by IS 'Operator who recorded it.';
COMMENT ON COLUMN shared.tax_registrations.recorded_at IS 'When it was recorded.';

CREATE TABLE shared.tax_registration_ends (
    registration_id uuid NOT NULL CONSTRAINT tax_registration_ends_registration REFERENCES shared.tax_registrations,
    number          integer NOT NULL CONSTRAINT tax_registration_ends_number CHECK (number >= 1),
    ends_at         timestamptz,
    reason          text,
    recorded_by     uuid NOT NULL CONSTRAINT tax_registration_ends_recorder REFERENCES shared.people,
    recorded_at     timestamptz NOT NULL,
    CONSTRAINT tax_registration_ends_pk PRIMARY KEY (registration_id, number),
    CONSTRAINT tax_registration_ends_not_backdated CHECK (ends_at >= recorded_at),
    CONSTRAINT tax_registration_ends_something_to_take_back CHECK (number > 1 OR ends_at IS NOT NULL),
    CONSTRAINT tax_registration_ends_reason CHECK (number = 1 OR reason IS NOT NULL)
);
COMMENT ON TABLE shared.tax_registration_ends IS 'Every end that was recorded of a registration; the last one counts. One that has come is never replaced.';
COMMENT ON COLUMN shared.tax_registration_ends.registration_id IS 'Which registration.';
COMMENT ON COLUMN shared.tax_registration_ends.number IS 'Its first, second, … record, without a gap.';
COMMENT ON COLUMN shared.tax_registration_ends.ends_at IS 'First instant at which payments no longer count; empty where the end before was taken back.';
COMMENT ON COLUMN shared.tax_registration_ends.reason IS 'Why; always said where an earlier record is replaced.';
COMMENT ON COLUMN shared.tax_registration_ends.recorded_by IS 'Operator who recorded it.';
COMMENT ON COLUMN shared.tax_registration_ends.recorded_at IS 'When it was recorded.';

CREATE FUNCTION shared.keep_tax_end() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    registration shared.tax_registrations;
    said_at      timestamptz;
BEGIN
    SELECT * INTO STRICT registration FROM shared.tax_registrations WHERE id = NEW.registration_id FOR UPDATE;
    SELECT recorded_at INTO said_at FROM shared.tax_registration_ends WHERE registration_id = NEW.registration_id AND number = NEW.number - 1;
    IF (NEW.number > 1 AND said_at IS NULL) OR NEW.recorded_at < coalesce(said_at, registration.recorded_at)
       OR registration.valid_to <= NEW.recorded_at OR coalesce(NEW.ends_at, registration.valid_to) IS NULL
       OR NEW.ends_at < greatest(NEW.recorded_at, registration.valid_from)
       OR EXISTS (SELECT 1 FROM shared.tax_registrations o WHERE o.market_id = registration.market_id AND o.id <> registration.id
                  AND tstzrange(o.valid_from, o.valid_to) && tstzrange(least(registration.valid_from, NEW.ends_at), NEW.ends_at)) THEN
        RAISE EXCEPTION 'registration % can''t end at % any more', NEW.registration_id, NEW.ends_at USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    UPDATE shared.tax_registrations SET valid_to = NEW.ends_at WHERE id = registration.id;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION shared.keep_tax_end() FROM PUBLIC;
COMMENT ON FUNCTION shared.keep_tax_end() IS 'Keeps a registration''s end as last recorded; refuses one of the past, one after an end that has come, and an overlap.';
CREATE TRIGGER tax_registration_ends_keep AFTER INSERT ON shared.tax_registration_ends FOR EACH ROW EXECUTE FUNCTION shared.keep_tax_end();
CREATE TRIGGER tax_registration_ends_append_only BEFORE UPDATE OR DELETE ON shared.tax_registration_ends FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();
CREATE TRIGGER tax_registrations_append_only BEFORE DELETE OR UPDATE OF id, market_id, valid_from, recorded_by, recorded_at ON shared.tax_registrations
    FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();

GRANT SELECT ON shared.tax_registrations, shared.tax_registration_ends TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT (id, market_id, valid_from, recorded_by, recorded_at) ON shared.tax_registrations TO onnuri_app;
GRANT INSERT ON shared.tax_registration_ends TO onnuri_app;
