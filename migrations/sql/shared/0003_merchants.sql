-- Markets, shops, the register's life cycle, stickers.
CREATE TABLE shared.markets (
    id               uuid PRIMARY KEY,
    code             text NOT NULL CONSTRAINT markets_code UNIQUE,
    name             text NOT NULL,
    join_name        text NOT NULL,
    sido             text NOT NULL,
    sigungu          text NOT NULL,
    kind             text NOT NULL,
    address          text,
    opening_cycle    text NOT NULL,
    latitude_e7      bigint,
    longitude_e7     bigint,
    shop_count       integer,
    source           text NOT NULL,
    imported_at      timestamptz NOT NULL
);
CREATE INDEX markets_by_name ON shared.markets (sido, join_name);
COMMENT ON TABLE shared.markets IS 'Designated markets and zones.';
COMMENT ON COLUMN shared.markets.id IS 'Identity.';
COMMENT ON COLUMN shared.markets.code IS 'Official market code, or one derived from place and name.';
COMMENT ON COLUMN shared.markets.name IS 'Name as published.';
COMMENT ON COLUMN shared.markets.join_name IS 'Name folded for joining files.';
COMMENT ON COLUMN shared.markets.sido IS 'Province or metropolitan city, current official name.';
COMMENT ON COLUMN shared.markets.sigungu IS 'City, county or district.';
COMMENT ON COLUMN shared.markets.kind IS 'Traditional market, shopping street, alley.';
COMMENT ON COLUMN shared.markets.address IS 'Street address.';
COMMENT ON COLUMN shared.markets.opening_cycle IS 'daily, or the days of the month on which it opens.';
COMMENT ON COLUMN shared.markets.latitude_e7 IS 'Latitude, 1e-7 degrees.';
COMMENT ON COLUMN shared.markets.longitude_e7 IS 'Longitude, 1e-7 degrees.';
COMMENT ON COLUMN shared.markets.shop_count IS 'Shops as published.';
COMMENT ON COLUMN shared.markets.source IS 'Which file or list it came from.';
COMMENT ON COLUMN shared.markets.imported_at IS 'When last imported.';

CREATE TABLE shared.shops (
    id              uuid PRIMARY KEY,
    stall_number    text NOT NULL CONSTRAINT shops_stall_number UNIQUE,
    market_id       uuid NOT NULL CONSTRAINT shops_market REFERENCES shared.markets,
    name            text NOT NULL,
    business_number text NOT NULL CONSTRAINT shops_business_number_form CHECK (business_number ~ '^[0-9]{10}$'),
    status          text NOT NULL CONSTRAINT shops_status CHECK (status IN ('APPLIED', 'CONDITIONAL', 'ACTIVE', 'SUSPENDED',
                        'EXPIRED', 'DEREGISTERED', 'CANCELLED')),
    valid_until     date,
    goods           text,
    registered_at   timestamptz NOT NULL
);
CREATE INDEX shops_by_market ON shared.shops (market_id, id);
COMMENT ON TABLE shared.shops IS 'Merchants: a shop inside a designated market; one owner may register several.';
COMMENT ON COLUMN shared.shops.id IS 'Identity.';
COMMENT ON COLUMN shared.shops.stall_number IS 'Short number people can type, last digit checks.';
COMMENT ON COLUMN shared.shops.market_id IS 'Its market.';
COMMENT ON COLUMN shared.shops.name IS 'Name on the sign.';
COMMENT ON COLUMN shared.shops.business_number IS 'Business registration number, checksum verified.';
COMMENT ON COLUMN shared.shops.status IS 'Current status; the past is in shop_statuses.';
COMMENT ON COLUMN shared.shops.valid_until IS 'Last day of the registration (three years).';
COMMENT ON COLUMN shared.shops.goods IS 'What it sells.';
COMMENT ON COLUMN shared.shops.registered_at IS 'When first registered.';

CREATE TABLE shared.shop_statuses (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shop_id    uuid NOT NULL CONSTRAINT shop_statuses_shop REFERENCES shared.shops,
    status     text NOT NULL,
    since      timestamptz NOT NULL,
    reason     text NOT NULL,
    changed_by text NOT NULL
);
CREATE INDEX shop_statuses_by_shop ON shared.shop_statuses (shop_id, since);
COMMENT ON TABLE shared.shop_statuses IS 'Every past status of every shop.';
COMMENT ON COLUMN shared.shop_statuses.id IS 'Order.';
COMMENT ON COLUMN shared.shop_statuses.shop_id IS 'Which shop.';
COMMENT ON COLUMN shared.shop_statuses.status IS 'Status entered.';
COMMENT ON COLUMN shared.shop_statuses.since IS 'From when.';
COMMENT ON COLUMN shared.shop_statuses.reason IS 'Why.';
COMMENT ON COLUMN shared.shop_statuses.changed_by IS 'By whom.';

CREATE TABLE shared.shop_accounts (
    id                    uuid PRIMARY KEY,
    shop_id               uuid NOT NULL CONSTRAINT shop_accounts_shop REFERENCES shared.shops,
    bank_code             text NOT NULL,
    account_number_sealed bytea NOT NULL,
    masked                text NOT NULL,
    account_holder_sealed bytea NOT NULL,
    registered_at         timestamptz NOT NULL,
    closed_at             timestamptz,
    closed_reason         text
);
CREATE UNIQUE INDEX shop_accounts_one_open ON shared.shop_accounts (shop_id) WHERE closed_at IS NULL;
COMMENT ON TABLE shared.shop_accounts IS 'Settlement accounts; at most one open per shop.';
COMMENT ON COLUMN shared.shop_accounts.id IS 'Identity.';
COMMENT ON COLUMN shared.shop_accounts.shop_id IS 'Which shop.';
COMMENT ON COLUMN shared.shop_accounts.bank_code IS 'Standard bank code.';
COMMENT ON COLUMN shared.shop_accounts.account_number_sealed IS 'Account number, AES-256-GCM.';
COMMENT ON COLUMN shared.shop_accounts.masked IS 'Number as it may be shown.';
COMMENT ON COLUMN shared.shop_accounts.account_holder_sealed IS 'Name at the bank, AES-256-GCM.';
COMMENT ON COLUMN shared.shop_accounts.registered_at IS 'When registered.';
COMMENT ON COLUMN shared.shop_accounts.closed_at IS 'When it stopped being used.';
COMMENT ON COLUMN shared.shop_accounts.closed_reason IS 'Why: replaced, or the bank rejected it.';

CREATE TABLE shared.stickers (
    id         text PRIMARY KEY,
    shop_id    uuid NOT NULL CONSTRAINT stickers_shop REFERENCES shared.shops,
    payload    text NOT NULL,
    key_id     text NOT NULL,
    issued_at  timestamptz NOT NULL,
    expires_on date,
    revoked_at timestamptz
);
CREATE INDEX stickers_by_shop ON shared.stickers (shop_id);
COMMENT ON TABLE shared.stickers IS 'Static QR stickers (EMVCo, signed).';
COMMENT ON COLUMN shared.stickers.id IS 'Id inside the code.';
COMMENT ON COLUMN shared.stickers.shop_id IS 'Which shop is paid.';
COMMENT ON COLUMN shared.stickers.payload IS 'The text inside the QR.';
COMMENT ON COLUMN shared.stickers.key_id IS 'Which key signed it.';
COMMENT ON COLUMN shared.stickers.issued_at IS 'When issued.';
COMMENT ON COLUMN shared.stickers.expires_on IS 'Last day it works; empty for none.';
COMMENT ON COLUMN shared.stickers.revoked_at IS 'When it was withdrawn.';

CREATE TABLE shared.sticker_aliases (
    old_id     text PRIMARY KEY,
    sticker_id text NOT NULL CONSTRAINT sticker_aliases_sticker REFERENCES shared.stickers,
    source     text NOT NULL,
    added_at   timestamptz NOT NULL
);
COMMENT ON TABLE shared.sticker_aliases IS 'Ids of earlier operators that still stick on the walls.';
COMMENT ON COLUMN shared.sticker_aliases.old_id IS 'Id or payload of the old code.';
COMMENT ON COLUMN shared.sticker_aliases.sticker_id IS 'Our sticker it stands for.';
COMMENT ON COLUMN shared.sticker_aliases.source IS 'Whose code it was.';
COMMENT ON COLUMN shared.sticker_aliases.added_at IS 'When recorded.';
