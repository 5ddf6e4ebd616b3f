using Npgsql;

namespace FuturesEos.Benchmarks.Latency;

/// <summary>An order, and when it was committed by the database's own clock reading.</summary>
/// <param name="Id">Of the order; the key of its event.</param>
/// <param name="DecisionId">What it follows from.</param>
/// <param name="SignalAt">When the signal was made: decision, order and event carry that time.</param>
/// <param name="CommittedAt">When PostgreSQL committed it.</param>
internal sealed record PlacedOrder(Guid Id, Guid DecisionId, DateTime SignalAt, DateTime CommittedAt)
{
    /// <summary>The orders whose signals were made in that time.</summary>
    public static async Task<IReadOnlyList<PlacedOrder>> ReadAsync(string postgres, DateTime from, DateTime to)
    {
        await using var connection = new NpgsqlConnection(postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT id, decision_id, created_at, pg_xact_commit_timestamp(xmin) FROM app.orders "
                + "WHERE created_at >= $1 AND created_at < $2",
            connection)
        {
            Parameters = { new() { Value = from }, new() { Value = to } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        var orders = new List<PlacedOrder>();
        while (await reader.ReadAsync())
        {
            orders.Add(new PlacedOrder(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetDateTime(2), reader.GetDateTime(3)));
        }

        return orders;
    }
}
