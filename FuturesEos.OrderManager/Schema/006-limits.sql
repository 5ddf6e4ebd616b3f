-- What a table takes, every program can hold: times that .NET and a Kafka record can bear, numbers that are a decimal. Rows that
-- are there already are not looked at (NOT VALID): the programs say what is wrong with them.
ALTER TABLE app.outbox ADD CONSTRAINT outbox_occurred_at_range
    CHECK (occurred_at >= '1970-01-01 00:00:00+00' AND occurred_at < '10000-01-01 00:00:00+00') NOT VALID;
ALTER TABLE app.orders ADD CONSTRAINT orders_created_at_range
    CHECK (created_at >= '1970-01-01 00:00:00+00' AND created_at < '10000-01-01 00:00:00+00') NOT VALID;
-- 28 digits; NaN and Infinity are above every number
ALTER TABLE app.orders ADD CONSTRAINT orders_qty_range CHECK (qty < 1e18 AND scale(qty) <= 10) NOT VALID;
ALTER TABLE app.orders ADD CONSTRAINT orders_price_range CHECK (price < 1e18 AND scale(price) <= 10) NOT VALID;

-- Rows that Kafka never takes, byte for byte and why. The relay puts them aside so that the others go on; once they fit,
-- 'eos relay repair' sends them and removes them from here.
CREATE TABLE app.outbox_parked (
    event_id       uuid        PRIMARY KEY,
    aggregate_type text        NOT NULL,
    aggregate_id   uuid        NOT NULL,
    type           text        NOT NULL,
    payload        jsonb       NOT NULL,
    occurred_at    timestamptz NOT NULL,
    traceparent    text,
    reason         text        NOT NULL,
    parked_at      timestamptz NOT NULL DEFAULT now()
);
