-- Programme policy, and who someone is. Personal data is sealed in the schema vault, apart from everything else.
CREATE TABLE shared.policies (
    id                     text PRIMARY KEY,
    valid_from             timestamptz NOT NULL,
    valid_to               timestamptz,
    rate_bps               integer NOT NULL CONSTRAINT policies_rate CHECK (rate_bps BETWEEN 0 AND 10000),
    charge_unit            bigint NOT NULL CONSTRAINT policies_unit CHECK (charge_unit > 0),
    charge_min             bigint NOT NULL CONSTRAINT policies_min CHECK (charge_min > 0),
    charge_month_max       bigint NOT NULL CONSTRAINT policies_month CHECK (charge_month_max > 0),
    holding_max            bigint NOT NULL CONSTRAINT policies_holding CHECK (holding_max > 0),
    payment_max            bigint NOT NULL CONSTRAINT policies_payment CHECK (payment_max > 0),
    cancel_days            integer NOT NULL CONSTRAINT policies_cancel CHECK (cancel_days > 0),
    validity_years         integer NOT NULL CONSTRAINT policies_validity CHECK (validity_years > 0),
    settle_after_bank_days integer NOT NULL CONSTRAINT policies_settle CHECK (settle_after_bank_days >= 0),
    source                 text NOT NULL,
    approved_by            text NOT NULL,
    CONSTRAINT policies_period CHECK (valid_to > valid_from),
    CONSTRAINT policies_no_overlap EXCLUDE USING gist (tstzrange(valid_from, valid_to) WITH &&)
);
COMMENT ON TABLE shared.policies IS 'Effective-dated rules of the programme; no number of the programme lives in code.';
COMMENT ON COLUMN shared.policies.id IS 'Name of the version, stamped on charges and payments.';
COMMENT ON COLUMN shared.policies.valid_from IS 'First instant in force.';
COMMENT ON COLUMN shared.policies.valid_to IS 'First instant no longer in force; empty while open.';
COMMENT ON COLUMN shared.policies.rate_bps IS 'Discount the state pays at charge, basis points of face.';
COMMENT ON COLUMN shared.policies.charge_unit IS 'A charge is a multiple of this, won.';
COMMENT ON COLUMN shared.policies.charge_min IS 'Smallest charge, won.';
COMMENT ON COLUMN shared.policies.charge_month_max IS 'Most one person may charge in a calendar month of Seoul, won.';
COMMENT ON COLUMN shared.policies.holding_max IS 'Most a wallet may hold, won.';
COMMENT ON COLUMN shared.policies.payment_max IS 'Largest single payment, won.';
COMMENT ON COLUMN shared.policies.cancel_days IS 'Days after the payment within which the merchant may cancel.';
COMMENT ON COLUMN shared.policies.validity_years IS 'Years from the charge date to expiry.';
COMMENT ON COLUMN shared.policies.settle_after_bank_days IS 'Bank business days from the business date to the payout.';
COMMENT ON COLUMN shared.policies.source IS 'Where the rule is published.';
COMMENT ON COLUMN shared.policies.approved_by IS 'Who approved the version.';

CREATE TABLE shared.people (
    id         uuid PRIMARY KEY,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE shared.people IS 'A human being or a machine that may sign in; nothing personal here.';
COMMENT ON COLUMN shared.people.id IS 'Identity used everywhere else.';
COMMENT ON COLUMN shared.people.created_at IS 'When first known.';

CREATE TABLE shared.logins (
    login         text PRIMARY KEY,
    person_id     uuid NOT NULL CONSTRAINT logins_person REFERENCES shared.people,
    password_hash text NOT NULL
);
COMMENT ON TABLE shared.logins IS 'Names people sign in with.';
COMMENT ON COLUMN shared.logins.login IS 'What is typed.';
COMMENT ON COLUMN shared.logins.person_id IS 'Whose login it is.';
COMMENT ON COLUMN shared.logins.password_hash IS 'Argon2id.';

CREATE TABLE shared.roles (
    person_id uuid NOT NULL CONSTRAINT roles_person REFERENCES shared.people,
    role      text NOT NULL CONSTRAINT roles_known CHECK (role IN ('holder', 'shop_owner', 'shop_clerk', 'market_office',
                  'operator', 'finance_maker', 'finance_checker', 'auditor', 'machine')),
    scope_id  uuid,
    granted_at timestamptz NOT NULL,
    CONSTRAINT roles_once UNIQUE NULLS NOT DISTINCT (person_id, role, scope_id)
);
COMMENT ON TABLE shared.roles IS 'What someone may do, and for which shop or market.';
COMMENT ON COLUMN shared.roles.person_id IS 'Who.';
COMMENT ON COLUMN shared.roles.role IS 'Which role.';
COMMENT ON COLUMN shared.roles.scope_id IS 'Shop or market the role is limited to; empty for none.';
COMMENT ON COLUMN shared.roles.granted_at IS 'Since when.';

CREATE TABLE shared.role_changes (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id  uuid NOT NULL CONSTRAINT role_changes_person REFERENCES shared.people,
    role       text NOT NULL,
    scope_id   uuid,
    change     text NOT NULL CONSTRAINT role_changes_change CHECK (change IN ('granted', 'taken')),
    changed_by uuid CONSTRAINT role_changes_changer REFERENCES shared.people,
    changed_at timestamptz NOT NULL
);
CREATE INDEX role_changes_by_person ON shared.role_changes (person_id, id);
COMMENT ON TABLE shared.role_changes IS 'Every role that was granted or taken, by whom and when; what it comes to is shared.roles.';
COMMENT ON COLUMN shared.role_changes.id IS 'Order.';
COMMENT ON COLUMN shared.role_changes.person_id IS 'Whose role.';
COMMENT ON COLUMN shared.role_changes.role IS 'Which role.';
COMMENT ON COLUMN shared.role_changes.scope_id IS 'Shop or market the role is limited to; empty for none.';
COMMENT ON COLUMN shared.role_changes.change IS 'granted or taken.';
COMMENT ON COLUMN shared.role_changes.changed_by IS 'Who did it; empty where it was done at the machine itself, as for the first people of a house.';
COMMENT ON COLUMN shared.role_changes.changed_at IS 'When.';

CREATE TABLE shared.tokens (
    token_hash bytea PRIMARY KEY,
    person_id  uuid NOT NULL CONSTRAINT tokens_person REFERENCES shared.people,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
COMMENT ON TABLE shared.tokens IS 'Bearer tokens, stored as SHA-256 only.';
COMMENT ON COLUMN shared.tokens.token_hash IS 'SHA-256 of the token.';
COMMENT ON COLUMN shared.tokens.person_id IS 'Who presents it.';
COMMENT ON COLUMN shared.tokens.created_at IS 'When it was given.';
COMMENT ON COLUMN shared.tokens.expires_at IS 'From when on it no longer works.';
COMMENT ON COLUMN shared.tokens.revoked_at IS 'When it was withdrawn.';

CREATE TABLE shared.sign_in_failures (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login_hash bytea NOT NULL,
    failed_at  timestamptz NOT NULL
);
CREATE INDEX sign_in_failures_by_login ON shared.sign_in_failures (login_hash, failed_at);
COMMENT ON TABLE shared.sign_in_failures IS 'Failed attempts to sign in: too many within a while are refused.';
COMMENT ON COLUMN shared.sign_in_failures.id IS 'Order.';
COMMENT ON COLUMN shared.sign_in_failures.login_hash IS 'SHA-256 of what was typed as login.';
COMMENT ON COLUMN shared.sign_in_failures.failed_at IS 'When.';

CREATE TABLE shared.debit_accounts (
    id              uuid PRIMARY KEY,
    holder_id       uuid NOT NULL CONSTRAINT debit_accounts_holder REFERENCES shared.people,
    fintech_use_num text NOT NULL,
    bank_code       text NOT NULL,
    masked          text NOT NULL,
    consented_at    timestamptz NOT NULL,
    revoked_at      timestamptz
);
CREATE UNIQUE INDEX debit_accounts_one_active ON shared.debit_accounts (holder_id) WHERE revoked_at IS NULL;
COMMENT ON TABLE shared.debit_accounts IS 'The bank account a holder charges from, with the revocable consent.';
COMMENT ON COLUMN shared.debit_accounts.id IS 'Identity.';
COMMENT ON COLUMN shared.debit_accounts.holder_id IS 'Whose account.';
COMMENT ON COLUMN shared.debit_accounts.fintech_use_num IS 'Token of the account on the bank rail.';
COMMENT ON COLUMN shared.debit_accounts.bank_code IS 'Standard bank code, three digits.';
COMMENT ON COLUMN shared.debit_accounts.masked IS 'Number as it may be shown.';
COMMENT ON COLUMN shared.debit_accounts.consented_at IS 'When the holder consented to debits.';
COMMENT ON COLUMN shared.debit_accounts.revoked_at IS 'When the consent was withdrawn.';

CREATE TABLE vault.persons (
    person_id   uuid PRIMARY KEY,
    name_sealed bytea NOT NULL,
    phone_sealed bytea
);
COMMENT ON TABLE vault.persons IS 'Personal data, sealed; destroyed after five years while money rows stay.';
COMMENT ON COLUMN vault.persons.person_id IS 'Who.';
COMMENT ON COLUMN vault.persons.name_sealed IS 'Name, AES-256-GCM.';
COMMENT ON COLUMN vault.persons.phone_sealed IS 'Phone number, AES-256-GCM.';

CREATE TABLE vault.access_log (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id  uuid NOT NULL,
    reader     text NOT NULL,
    reason     text NOT NULL,
    read_at    timestamptz NOT NULL
);
CREATE INDEX access_log_by_reader ON vault.access_log (reader, read_at);
COMMENT ON TABLE vault.access_log IS 'Every reading of the vault.';
COMMENT ON COLUMN vault.access_log.id IS 'Order.';
COMMENT ON COLUMN vault.access_log.person_id IS 'Whose data was read.';
COMMENT ON COLUMN vault.access_log.reader IS 'Who read.';
COMMENT ON COLUMN vault.access_log.reason IS 'Why.';
COMMENT ON COLUMN vault.access_log.read_at IS 'When.';

CREATE TABLE shared.wallets (
    id        uuid PRIMARY KEY,
    holder_id uuid NOT NULL CONSTRAINT wallets_holder REFERENCES shared.people CONSTRAINT wallets_one_per_holder UNIQUE,
    lane      text NOT NULL CONSTRAINT wallets_lane REFERENCES shared.lanes,
    opened_at timestamptz NOT NULL
);
COMMENT ON TABLE shared.wallets IS 'Directory: in which lane a wallet lives.';
COMMENT ON COLUMN shared.wallets.id IS 'The wallet.';
COMMENT ON COLUMN shared.wallets.holder_id IS 'Whose wallet; one person has one.';
COMMENT ON COLUMN shared.wallets.lane IS 'Lane chosen at opening.';
COMMENT ON COLUMN shared.wallets.opened_at IS 'When opened.';

CREATE TABLE shared.test_clock (
    one            boolean PRIMARY KEY DEFAULT true CONSTRAINT test_clock_single CHECK (one),
    ahead_seconds  bigint NOT NULL CONSTRAINT test_clock_forward CHECK (ahead_seconds >= 0)
);
COMMENT ON TABLE shared.test_clock IS 'Sandbox only: how far the clock runs ahead of the real one; moved forward only.';
COMMENT ON COLUMN shared.test_clock.one IS 'One row.';
COMMENT ON COLUMN shared.test_clock.ahead_seconds IS 'Seconds added to the real time.';
INSERT INTO shared.test_clock (one, ahead_seconds) VALUES (true, 0);
