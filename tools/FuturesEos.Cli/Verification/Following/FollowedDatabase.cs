using System.Data;
using FuturesEos.ServiceDefaults;
using Npgsql;

namespace FuturesEos.Cli.Verification.Following;

/// <summary>The database as one snapshot shows it; the snapshot is open until this is disposed of.</summary>
internal sealed class FollowedDatabase : IFollowedDatabase, IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _snapshot;
    private readonly (long Orders, long Outbox) _count;

    private FollowedDatabase(
        NpgsqlConnection connection,
        NpgsqlTransaction snapshot, (long Orders, long Outbox) count, IReadOnlyDictionary<int, long> next,
        IReadOnlyList<DeadLetterRow> deadLetters)
    {
        (_connection, _snapshot, _count) = (connection, snapshot, count);
        (NextOffsets, DeadLetters) = (next, deadLetters);
    }

    public IReadOnlyDictionary<int, long> NextOffsets { get; }

    public IReadOnlyList<DeadLetterRow> DeadLetters { get; }

    /// <summary>Takes the snapshot.</summary>
    /// <exception cref="ExpectedFailure">A table is missing.</exception>
    public static async Task<FollowedDatabase> OpenAsync(
        string postgres, VerifyOptions options, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(postgres);
        try
        {
            await connection.OpenAsync(cancellation);
            var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            await using (var readOnly = new NpgsqlCommand(
                "SET TRANSACTION READ ONLY", connection)) await readOnly.ExecuteNonQueryAsync(cancellation);
            var next = await DatabaseReader.OffsetsAsync(connection, options, cancellation);
            var deadLetters = await DatabaseReader.DeadLettersAsync(connection, cancellation);
            await using var count = new NpgsqlCommand(
                "SELECT (SELECT count(*) FROM app.orders), (SELECT count(*) FROM app.outbox) "
                    + "+ coalesce((SELECT rows FROM app.outbox_pruned), 0)", connection);
            await using var reader = await count.ExecuteReaderAsync(cancellation);
            await reader.ReadAsync(cancellation);
            return new FollowedDatabase(
                connection, snapshot, (reader.GetInt64(0), reader.GetInt64(1)), next, deadLetters);
        }
        catch (PostgresException e)
            when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            await connection.DisposeAsync();
            throw ExpectedFailure.Unreachable(
                $"the database lacks the pipeline's tables ({e.MessageText}); make them with 'eos migrate'", e);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public (long Orders, long Outbox) Count() => _count;

    public IEnumerable<OrderRow> Orders(IReadOnlyList<Guid> ids) =>
        Rows($"SELECT {DatabaseReader.OrderColumns} FROM app.orders WHERE id = ANY($1)", ids, DatabaseReader.Order);

    public IEnumerable<OutboxTableRow> Outbox(IReadOnlyList<Guid> orders) => Rows(
        $"SELECT {DatabaseReader.OrderColumns} FROM app.orders o WHERE id = ANY($1) AND {DatabaseReader.IsPruned}",
        orders, row => OutboxTableRow.Pruned(DatabaseReader.Order(row))).Concat(Rows(
        // by the id that the contract gives, which has an index; a second row of an order has another and shows in the
        // count
        $"SELECT {DatabaseReader.OutboxColumns} FROM app.outbox WHERE event_id = ANY($1)",
        [.. orders.Select(Contracts.Events.OutboxRow.EventIdOf)], DatabaseReader.Outbox));

    public async ValueTask DisposeAsync()
    {
        await _snapshot.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private List<T> Rows<T>(string sql, IReadOnlyList<Guid> ids, Func<NpgsqlDataReader, T> read)
    {
        using var command = new NpgsqlCommand(sql, _connection) { Parameters = { new() { Value = ids.ToArray() } } };
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }
}
