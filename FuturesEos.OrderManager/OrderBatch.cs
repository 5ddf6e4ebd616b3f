using System.Data;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using Npgsql;
using NpgsqlTypes;

namespace FuturesEos.OrderManager;

/// <summary>
/// The one database transaction of a batch: offsets, orders with their outbox rows, dead letters. All of it or nothing.
/// </summary>
internal sealed class OrderBatch(NpgsqlDataSource database, ConsumerOffsets offsets, string topic,
    Action<CrashPoint> crash)
{
    private const int Attempts = 5;

    // An outbox row goes in only with its order, never by itself: were it pruned one day, a replay of old decisions
    // would otherwise make the event once more. What was there already shows in the counts.
    private const string InsertOrders = """
        WITH new AS (
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
                $7::numeric[], $8::numeric[],
                                 $9::text[], $10::timestamptz[], $11::uuid[], $12::text[], $13::text[],
                                     $14::jsonb[], $15::text[])
                AS n(id, client_order_id, decision_id, signal_id, symbol, side, qty, price, status, created_at,
                     event_id, aggregate_type, type, payload, traceparent)
        ), placed AS (
            INSERT INTO app.orders (id, client_order_id, decision_id, signal_id, symbol, side, qty, price, status,
                created_at)
            SELECT id, client_order_id, decision_id, signal_id, symbol, side, qty, price, status, created_at FROM new
            ON CONFLICT DO NOTHING RETURNING id
        ), told AS (
            INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at, traceparent)
            SELECT event_id, aggregate_type, id, type, payload, created_at, traceparent FROM new JOIN placed USING (id)
            ON CONFLICT DO NOTHING RETURNING aggregate_id
        )
        SELECT (SELECT count(*) FROM placed), (SELECT count(*) FROM told)
        """;

    // Rows that were there must say the same; a decision has one order, whoever wrote it.
    private const string FindDifferent = """
        SELECT n.id FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
            $7::numeric[], $8::numeric[],
                                $9::text[], $10::timestamptz[]) AS n(id, client_order_id, decision_id, signal_id,
                                    symbol, side, qty,
                                                                     price, status, created_at)
        LEFT JOIN app.orders o USING (id)
        WHERE (n.client_order_id, n.decision_id, n.signal_id, n.symbol, n.side, n.qty, n.price,
            n.created_at) IS DISTINCT FROM
              (o.client_order_id, o.decision_id, o.signal_id, o.symbol, o.side, o.qty, o.price, o.created_at)
        LIMIT 1
        """;

    /// <summary>Commits the batch; false: another instance has moved on, nothing was written.</summary>
    /// <exception cref="ExpectedFailure">An order is there with other contents.</exception>
    /// <exception cref="NpgsqlException">The database is gone; whether it committed is told by the ledger.</exception>
    public async Task<bool> CommitAsync(DecisionBatch batch, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryCommitAsync(batch, cancellation);
            }
            catch (PostgresException conflict) when (attempt < Attempts
                && conflict.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
            {
                // nothing of it was kept: the whole unit again
            }
        }
    }

    private async Task<bool> TryCommitAsync(DecisionBatch batch, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted,
            cancellation);
        await using var commands = new NpgsqlBatch(connection, transaction);
        foreach (var move in batch.Moves)
            commands.BatchCommands.Add(offsets.Move(move));
        if (batch.DeadLetters.Count > 0)
            commands.BatchCommands.Add(InsertDeadLetters(batch.DeadLetters));
        if (batch.Orders.Count > 0)
            commands.BatchCommands.Add(WithOrders(new NpgsqlBatchCommand(InsertOrders), batch, withRows: true));

        commands.BatchCommands.Add(new NpgsqlBatchCommand("SELECT current_setting('synchronous_commit')"));

        long placed = 0, told = 0;
        await using (var reader = await commands.ExecuteReaderAsync(cancellation))
        {
            if (batch.Orders.Count > 0 && await reader.ReadAsync(cancellation)) // the first command that gives a row
            {
                (placed, told) = (reader.GetInt64(0), reader.GetInt64(1));
                await reader.NextResultAsync(cancellation);
            }

            if (await reader.ReadAsync(cancellation) && reader.GetString(0) == "off")
                throw NotSynchronous();
        }

        for (var i = 0; i < batch.Moves.Count; i++)
        {
            if (commands.BatchCommands[i].RecordsAffected == 1)
                continue;
            await transaction.RollbackAsync(cancellation);
            return false;
        }

        if (told != placed)
            throw Torn($"{placed - told} events are in app.outbox whose orders were not in app.orders");
        if (placed != batch.Orders.Count)
            await RefuseDifferentAsync(connection, batch, cancellation);
        crash(CrashPoint.BeforeCommit);
        await transaction.CommitAsync(cancellation);
        OrderTelemetry.Replayed.Add(batch.Orders.Count - placed);
        return true;
    }

    /// <summary>Asked in every transaction: a setting of user or database holds from the next session on.</summary>
    public static ExpectedFailure NotSynchronous() => new(ExitCode.CheckFailed, "synchronous_commit is off for this"
        + " user or database: PostgreSQL would report orders as committed that a crash then removes, with their offsets"
        + " passed. Turn it on: ALTER DATABASE … SET synchronous_commit = on (or ALTER ROLE, or in postgresql.conf)");

    private static async Task RefuseDifferentAsync(
        NpgsqlConnection connection, DecisionBatch batch, CancellationToken cancellation)
    {
        await using var commands = new NpgsqlBatch(connection);
        commands.BatchCommands.Add(WithOrders(new NpgsqlBatchCommand(FindDifferent), batch, withRows: false));
        if (await commands.ExecuteScalarAsync(cancellation) is Guid id)
            throw Torn($"order {id} is in app.orders with other contents than its decision gives now");
    }

    private static ExpectedFailure Torn(string fact) => new(ExitCode.CheckFailed,
        fact + ": the topic was written anew, or threshold, base or max differ from those of earlier orders (use"
            + " them again, or another database), or one signal has two decisions ('eos verify' names them)");

    private NpgsqlBatchCommand InsertDeadLetters(List<DeadLetter> letters)
    {
        var command = new NpgsqlBatchCommand("""
            INSERT INTO app.dead_letter (topic, partition, "offset", key, value, reason)
            SELECT $1, * FROM unnest($2::int[], $3::bigint[], $4::bytea[], $5::bytea[],
                $6::text[]) ON CONFLICT DO NOTHING
            """);
        command.Parameters.Add(new() { Value = topic });
        command.Parameters.Add(new() { Value = letters.ConvertAll(l => l.Partition) });
        command.Parameters.Add(new() { Value = letters.ConvertAll(l => l.Offset) });
        command.Parameters.Add(Bytes(letters.ConvertAll(l => l.Key)));
        command.Parameters.Add(Bytes(letters.ConvertAll(l => l.Value)));
        command.Parameters.Add(new() { Value = letters.ConvertAll(l => l.Reason) });
        return command;
    }

    private static NpgsqlParameter Bytes(List<byte[]?> values) =>
        new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };

    private static NpgsqlBatchCommand WithOrders(NpgsqlBatchCommand command, DecisionBatch batch, bool withRows)
    {
        var orders = batch.Orders;
        Add(orders.ConvertAll(o => o.Order.Id));
        Add(orders.ConvertAll(o => o.Order.ClientOrderId));
        Add(orders.ConvertAll(o => o.Order.DecisionId));
        Add(orders.ConvertAll(o => o.Order.SignalId));
        Add(orders.ConvertAll(o => o.Order.Symbol));
        Add(orders.ConvertAll(o => o.Order.Side.Text()));
        Add(orders.ConvertAll(o => o.Order.Qty));
        Add(orders.ConvertAll(o => o.Order.Price));
        Add(orders.ConvertAll(_ => Contracts.Orders.Order.PendingStatus));
        Add(orders.ConvertAll(o => DateTimeOffset.FromUnixTimeMilliseconds(o.Order.CreatedAt).UtcDateTime));
        if (!withRows)
            return command;
        Add(orders.ConvertAll(o => o.Row.EventId));
        Add(orders.ConvertAll(o => o.Row.AggregateType));
        Add(orders.ConvertAll(o => o.Row.Type));
        command.Parameters.Add(new()
        {
            Value = orders.ConvertAll(o => o.Row.Payload), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
        });
        command.Parameters.Add(new()
        {
            Value = orders.ConvertAll(o => o.Row.TraceParent), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        });
        return command;

        void Add<T>(List<T> values) => command.Parameters.Add(new NpgsqlParameter<List<T>> { TypedValue = values });
    }
}
