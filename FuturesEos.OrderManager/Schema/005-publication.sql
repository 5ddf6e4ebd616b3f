-- The publication is made before any slot: decoding looks into the catalogue as it was at the change it decodes, and a slot that
-- is older than its publication fails there (manual 31.1, 49.6).
CREATE PUBLICATION futures_outbox FOR TABLE app.outbox WITH (publish = 'insert');

-- Which position each slot started from: the outbox relay refuses a slot that was dropped and made again, since rows are missing
-- in between. PostgreSQL itself keeps no such mark.
CREATE TABLE app.outbox_slot (
    slot_name     text        PRIMARY KEY,
    started_at    pg_lsn      NOT NULL,
    made_at       timestamptz NOT NULL DEFAULT now()
);
