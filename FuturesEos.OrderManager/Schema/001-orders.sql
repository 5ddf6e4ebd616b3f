-- Orders: one for each decision over the threshold. Every column follows from the decision, so a replay makes the same row.
CREATE TABLE app.orders (
    id              uuid        PRIMARY KEY,
    client_order_id text        NOT NULL UNIQUE,
    decision_id     uuid        NOT NULL UNIQUE,
    signal_id       uuid        NOT NULL,
    symbol          text        NOT NULL,
    side            text        NOT NULL CHECK (side IN ('BUY', 'SELL')),
    qty             numeric     NOT NULL CHECK (qty > 0),
    price           numeric     NOT NULL CHECK (price > 0),
    status          text        NOT NULL,
    created_at      timestamptz NOT NULL
);

COMMENT ON TABLE app.orders IS 'written by the order manager, in one transaction with app.outbox and app.consumer_offset';
