using Npgsql;

namespace FuturesEos.OrderManager;

/// <summary>
/// The ledger <c>app.consumer_offset</c>: which decision of each partition is next. It moves in the transaction of
/// what a decision led to, so it cannot be ahead or behind; Kafka's own group offsets can, and are for monitoring
/// only.
/// </summary>
internal sealed class ConsumerOffsets(string group, string topic)
{
    /// <summary>Next offsets by partition; a partition that was never read has none.</summary>
    public async Task<Dictionary<int, long>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT partition, next_offset FROM app.consumer_offset WHERE group_id = $1 AND topic = $2", connection);
        command.Parameters.Add(new() { Value = group });
        command.Parameters.Add(new() { Value = topic });
        var offsets = new Dictionary<int, long>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            offsets[reader.GetInt32(0)] = reader.GetInt64(1);
        return offsets;
    }

    /// <summary>
    /// Moves one partition if it stands where it is expected; otherwise it affects no row. Read committed re-reads
    /// the row after waiting for another's lock (manual 13.2.1), so the later of two gets none.
    /// </summary>
    public NpgsqlBatchCommand Move(in OffsetMove move)
    {
        var command = new NpgsqlBatchCommand(move.Expected is null
            ? """
              INSERT INTO app.consumer_offset (group_id, topic, partition, next_offset) VALUES ($1, $2, $3, $4)
              ON CONFLICT DO NOTHING
              """
            : """
              UPDATE app.consumer_offset SET next_offset = $4, updated_at = now()
              WHERE group_id = $1 AND topic = $2 AND partition = $3 AND next_offset = $5
              """);
        command.Parameters.Add(new() { Value = group });
        command.Parameters.Add(new() { Value = topic });
        command.Parameters.Add(new() { Value = move.Partition });
        command.Parameters.Add(new() { Value = move.Next });
        if (move.Expected is { } expected)
            command.Parameters.Add(new() { Value = expected });
        return command;
    }
}
