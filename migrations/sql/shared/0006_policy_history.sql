-- The known history of the programme's rate. Instants are Seoul midnights; no rate is published for
-- 2025-02-11 to 2025-02-28, so none is in force then. Other values: domain rules and ours.
INSERT INTO shared.policies (id, valid_from, valid_to, rate_bps, charge_unit, charge_min, charge_month_max, holding_max,
                             payment_max, cancel_days, validity_years, settle_after_bank_days, source, approved_by) VALUES
    ('2025-01-10', '2025-01-10 00:00+09', '2025-02-11 00:00+09', 1500, 1000, 10000, 2000000, 2000000, 2000000, 7, 5, 2,
     'Seollal promotion 2025-01-10 to 2025-02-10', 'ministry'),
    ('2025-03-01', '2025-03-01 00:00+09', '2026-03-01 00:00+09', 1000, 1000, 10000, 2000000, 2000000, 2000000, 7, 5, 2,
     'Digital Onnuri, 10 percent', 'ministry'),
    ('2026-03-01', '2026-03-01 00:00+09', NULL, 700, 1000, 10000, 2000000, 2000000, 2000000, 7, 5, 2,
     'Digital Onnuri, 7 percent since 2026-03-01', 'ministry');
