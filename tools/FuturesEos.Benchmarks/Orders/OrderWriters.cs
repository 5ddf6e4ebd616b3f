using System.Buffers;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Events;
using FuturesEos.Contracts.Orders;
using FuturesEos.OrderManager;
using Npgsql;
using NpgsqlTypes;

namespace FuturesEos.Benchmarks.Orders;

/// <summary>
/// Ways to bring a batch of orders with their outbox rows into PostgreSQL in one transaction: as the order manager does
/// it (arrays), a command for each row (batch), and by way of a staging table (copy).
/// </summary>
internal static class OrderWriters
{
    private const string Place = """
        WITH placed AS (
            INSERT INTO app.orders
                (id, client_order_id, decision_id, signal_id, symbol, side, qty, price, status, created_at)
            SELECT id, client_order_id, decision_id, signal_id, symbol, side, qty, price, status, created_at
            FROM incoming
            ON CONFLICT DO NOTHING RETURNING id
        )
        INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at)
        SELECT event_id, 'ORDER', id, 'ORDER_CREATED', payload, created_at
        FROM incoming JOIN placed USING (id) ON CONFLICT DO NOTHING
        """;

    private const string PlaceOne = """
        WITH placed AS (
            INSERT INTO app.orders
                (id, client_order_id, decision_id, signal_id, symbol, side, qty, price, status, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING id, created_at
        )
        INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at)
        SELECT $11, 'ORDER', id, 'ORDER_CREATED', $12, created_at FROM placed ON CONFLICT DO NOTHING
        """;

    private const string Stage = """
        CREATE TEMP TABLE IF NOT EXISTS incoming (
            id uuid, client_order_id text, decision_id uuid, signal_id uuid, symbol text, side text, qty numeric,
            price numeric, status text, created_at timestamptz, event_id uuid, payload jsonb) ON COMMIT DELETE ROWS
        """;

    /// <summary>Each by its name.</summary>
    public static (string Name, Func<NpgsqlDataSource, DecisionBatch, Task> Write)[] All { get; } =
        [("arrays", ArraysAsync), ("batch", BatchAsync), ("copy", CopyAsync)];

    /// <summary>What the order manager makes of these decisions.</summary>
    public static DecisionBatch Batch(IEnumerable<Decision> decisions)
    {
        var batch = new DecisionBatch(new OrderRuleOptions());
        foreach (var decision in decisions)
        {
            var json = new ArrayBufferWriter<byte>();
            decision.Write(json);
            batch.Add(new DecisionRecord(0, batch.Records, null, json.WrittenSpan.ToArray(), null), null);
        }

        return batch;
    }

    private static async Task ArraysAsync(NpgsqlDataSource database, DecisionBatch batch)
    {
        var group = Guid.NewGuid().ToString(); // offsets of its own: each batch begins at the beginning
        var orders = new OrderBatch(database, new ConsumerOffsets(group, "bench"), "bench", _ => { });
        if (!await orders.CommitAsync(batch, CancellationToken.None))
            throw new InvalidOperationException("the batch was not committed");
    }

    private static Task BatchAsync(NpgsqlDataSource database, DecisionBatch batch) =>
        InTransactionAsync(database, async (connection, transaction) =>
        {
            await using var commands = new NpgsqlBatch(connection, transaction);
            foreach (var (order, row) in batch.Orders)
            {
                var command = new NpgsqlBatchCommand(PlaceOne);
                foreach (var value in Values(order)) command.Parameters.Add(new NpgsqlParameter { Value = value });
                command.Parameters.Add(new NpgsqlParameter { Value = row.EventId });
                command.Parameters.Add(new NpgsqlParameter { Value = row.Payload, NpgsqlDbType = NpgsqlDbType.Jsonb });
                commands.BatchCommands.Add(command);
            }

            await commands.ExecuteNonQueryAsync();
        });

    private static Task CopyAsync(NpgsqlDataSource database, DecisionBatch batch) =>
        InTransactionAsync(database, async (connection, transaction) =>
        {
            await using (var stage = new NpgsqlCommand(Stage, connection, transaction))
                await stage.ExecuteNonQueryAsync();
            await using (var copy = await connection.BeginBinaryImportAsync("COPY incoming FROM STDIN (FORMAT binary)"))
            {
                foreach (var (order, row) in batch.Orders) await WriteAsync(copy, order, row);
                await copy.CompleteAsync();
            }

            await using var place = new NpgsqlCommand(Place, connection, transaction);
            await place.ExecuteNonQueryAsync();
        });

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, Order order, OutboxRow row)
    {
        await copy.StartRowAsync();
        foreach (var value in Values(order)) await copy.WriteAsync(value);
        await copy.WriteAsync(row.EventId);
        await copy.WriteAsync(row.Payload, NpgsqlDbType.Jsonb);
    }

    private static object[] Values(Order order) =>
    [
        order.Id, order.ClientOrderId, order.DecisionId, order.SignalId, order.Symbol,
        order.Side.ToString().ToUpperInvariant(), order.Qty, order.Price,
        Order.PendingStatus, DateTimeOffset.FromUnixTimeMilliseconds(order.CreatedAt).UtcDateTime,
    ];

    private static async Task InTransactionAsync(
        NpgsqlDataSource database, Func<NpgsqlConnection, NpgsqlTransaction, Task> write)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await write(connection, transaction);
        await transaction.CommitAsync();
    }
}
