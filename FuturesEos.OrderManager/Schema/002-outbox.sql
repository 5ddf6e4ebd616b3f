-- The outbox: insert-only. It is read from the write-ahead log, in commit order, and never polled.
CREATE TABLE app.outbox (
    event_id       uuid        PRIMARY KEY,
    aggregate_type text        NOT NULL,
    aggregate_id   uuid        NOT NULL,
    type           text        NOT NULL,
    payload        jsonb       NOT NULL,
    occurred_at    timestamptz NOT NULL,
    -- "AT TIME ZONE" makes it immutable, which a generated column must be (manual 5.3)
    occurred_at_ms bigint      GENERATED ALWAYS AS ((extract(epoch FROM occurred_at AT TIME ZONE 'UTC') * 1000)::bigint) STORED,
    traceparent    text
);

COMMENT ON TABLE app.outbox IS 'insert-only: an update would be decoded with unchanged large values left out, and is not published';
