using System.Data;
using FuturesEos.ServiceDefaults;
using Npgsql;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// Reads the schema <c>app</c> in one repeatable-read snapshot, so that orders, outbox and offsets belong together.
/// </summary>
internal static class DatabaseReader
{
    /// <summary>What <see cref="Order"/> reads.</summary>
    public const string OrderColumns =
        "id, client_order_id, decision_id, signal_id, symbol, side, qty, price, status, created_at";

    /// <summary>What <see cref="Outbox"/> reads.</summary>
    public const string OutboxColumns =
        "event_id, aggregate_type, aggregate_id, type, convert_to(payload::text, 'UTF8'), occurred_at, "
            + "occurred_at_ms, traceparent";

    private static readonly DateTime PostgresEpoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Whether 'eos outbox prune' may have removed the row of an order <c>o</c>, and it is not there.</summary>
    public const string IsPruned =
        "o.created_at < (SELECT before FROM app.outbox_pruned) "
            + "AND NOT EXISTS (SELECT FROM app.outbox x WHERE x.aggregate_id = o.id)";

    /// <summary>All rows; those of the large tables on disk.</summary>
    /// <exception cref="ExpectedFailure">A table is missing.</exception>
    public static Task<DatabaseSnapshot> ReadAsync(
        string postgres, VerifyOptions options, CancellationToken cancellationToken) =>
        InSnapshotAsync(postgres, async connection =>
        {
            var snapshot = new DatabaseSnapshot
            {
                NextOffsets = await OffsetsAsync(connection, options, cancellationToken),
                DeadLetters = await DeadLettersAsync(connection, cancellationToken),
            };
            await ForEachAsync(
                connection,
                $"SELECT {OrderColumns} FROM app.orders",
                row => snapshot.Add(Order(row)),
                cancellationToken);
            await ForEachAsync(
                connection,
                $"SELECT {OutboxColumns} FROM app.outbox",
                row => snapshot.Add(Outbox(row)),
                cancellationToken);
            await ForEachAsync(
                connection,
                $"SELECT {OrderColumns} FROM app.orders o WHERE {IsPruned}",
                row => snapshot.Add(OutboxTableRow.Pruned(Order(row))),
                cancellationToken);
            return snapshot;
        });

    /// <summary>Gives the ids of the events that are to come or have come.</summary>
    public static Task EventIdsAsync(string postgres, Action<Guid> take, CancellationToken cancellationToken) =>
        InSnapshotAsync(postgres, async connection =>
        {
            await ForEachAsync(
                connection, "SELECT event_id FROM app.outbox", row => take(row.GetGuid(0)), cancellationToken);
            return true;
        });

    /// <summary>The order manager's next offset of each partition of the decisions.</summary>
    public static Task<Dictionary<int, long>> NextOffsetsAsync(
        string postgres, VerifyOptions options, CancellationToken cancellationToken) =>
        InSnapshotAsync(postgres, connection => OffsetsAsync(connection, options, cancellationToken));

    /// <summary>Decisions that the order manager put aside.</summary>
    public static Task<List<DeadLetterRow>> DeadLettersAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) => RowsAsync(
        connection,
        "SELECT topic, partition, \"offset\", key, value, reason FROM app.dead_letter",
        row => new DeadLetterRow(
            row.GetString(0), row.GetInt32(1), row.GetInt64(2), Bytes(row, 3), Bytes(row, 4), row.GetString(5)),
        cancellationToken);

    /// <summary>The same, on a connection in a snapshot.</summary>
    public static async Task<Dictionary<int, long>> OffsetsAsync(
        NpgsqlConnection connection, VerifyOptions options, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT partition, next_offset FROM app.consumer_offset WHERE group_id = $1 AND topic = $2", connection)
        {
            Parameters = { new() { Value = options.OrdersGroup }, new() { Value = options.DecisionTopic } },
        };
        return (await RowsAsync(command, row => (row.GetInt32(0), row.GetInt64(1)), cancellationToken)).ToDictionary();
    }

    private static async Task<T> InSnapshotAsync<T>(string postgres, Func<NpgsqlConnection, Task<T>> read)
    {
        await using var connection = new NpgsqlConnection(postgres);
        try
        {
            await connection.OpenAsync();
            await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
            await using (var readOnly = new NpgsqlCommand(
                "SET TRANSACTION READ ONLY", connection)) await readOnly.ExecuteNonQueryAsync();
            return await read(connection);
        }
        catch (PostgresException e)
            when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            throw ExpectedFailure.Unreachable(
                $"the database {connection.Database} at {connection.Host}:{connection.Port} lacks the pipeline's "
                    + $"tables ({e.MessageText}); make them with 'eos migrate'", e);
        }
    }

    private static async Task<List<T>> RowsAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await RowsAsync(command, read, cancellationToken);
    }

    /// <summary>A row of <see cref="OrderColumns"/>.</summary>
    public static OrderRow Order(NpgsqlDataReader row) => new(
        row.GetGuid(0), ClientOrderId(row.GetString(1), row.GetGuid(2)),
        row.GetGuid(2), row.GetGuid(3), row.GetString(4), row.GetString(5),
        Number(row, 6), Number(row, 7), row.GetString(8), Time(row, 9));

    /// <summary>A row of <see cref="OutboxColumns"/>.</summary>
    public static OutboxTableRow Outbox(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1),
        row.GetGuid(2), row.GetString(3), row.GetFieldValue<byte[]>(4), Time(row, 5), row.GetInt64(6),
        row.IsDBNull(7) ? null : row.GetString(7));

    private static async Task ForEachAsync(
        NpgsqlConnection connection, string sql, Action<NpgsqlDataReader> take, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) take(reader);
    }

    private static async Task<List<T>> RowsAsync<T>(
        NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    // kept where it is not what follows from the decision's id: a million equal texts need no memory
    private static string? ClientOrderId(string text, Guid decisionId) =>
        text == OrderRow.ClientOrderIdOf(decisionId) ? null : text;

    // What a column takes and .NET does not reads as the end of the range: a difference, and no failure to read.
    private static DateTime Time(NpgsqlDataReader row, int column)
    {
        var micros = row.GetFieldValue<long>(column); // since 2000
        return micros <= (DateTime.MinValue - PostgresEpoch).TotalMicroseconds ? DateTime.MinValue
            : micros >= (DateTime.MaxValue - PostgresEpoch).TotalMicroseconds ? DateTime.MaxValue
            : PostgresEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
    }

    private static decimal Number(NpgsqlDataReader row, int column)
    {
        try
        {
            return row.GetDecimal(column);
        }
        catch (Exception beyond) when (beyond is OverflowException or InvalidCastException)
        {
            return decimal.MaxValue;
        }
    }

    private static byte[]? Bytes(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);
}
