-- What 'eos outbox prune' has taken away: one row, moved in the transaction of each deletion. An order from before then may have no
-- row in app.outbox any more; its event is in Kafka, since only rows that were relayed and confirmed are removed.
CREATE TABLE app.outbox_pruned (
    only_one   boolean     PRIMARY KEY DEFAULT true CHECK (only_one),
    before     timestamptz NOT NULL,
    rows       bigint      NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
