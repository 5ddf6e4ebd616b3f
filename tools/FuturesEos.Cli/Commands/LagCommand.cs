using System.CommandLine;
using System.Globalization;
using Confluent.Kafka;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Reading;
using FuturesEos.ServiceDefaults;
using Npgsql;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos lag</c>: how far each group is, and how much of the rest is not committed yet.</summary>
internal static class LagCommand
{
    public static Command Create()
    {
        var command = new Command("lag",
            "per group and partition: committed, last stable and end offset, lag, and what lies in open transactions");
        command.FindsPipeline().PrintsJson().SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var context = PipelineContext.From(parsed);
        using var offsets = await TopicOffsets.OpenAsync(context.Kafka, cancellationToken);
        var positions = await GroupsAsync(offsets);
        if (context.HasPostgres) positions.AddRange(await LedgerAsync(context.Postgres, cancellationToken));
        positions = AllPartitions(offsets, positions);
        var partitions = positions.ConvertAll(position => position.Partition).Distinct().ToList();
        var starts = await offsets.StartsAsync(partitions);
        var stable = await offsets.EndsAsync(partitions, IsolationLevel.ReadCommitted);
        var ends = await offsets.EndsAsync(partitions, IsolationLevel.ReadUncommitted);
        var lags = positions
            .Select(position => new Lag(
                position.Group, position.Partition.Topic, position.Partition.Partition.Value, position.Offset,
                starts[position.Partition], stable[position.Partition], ends[position.Partition]))
            .OrderBy(lag => lag.Group, StringComparer.Ordinal)
            .ThenBy(lag => lag.Topic, StringComparer.Ordinal).ThenBy(lag => lag.Partition)
            .ToList();
        if (parsed.WantsJson()) Json.Print(new { Lags = lags });
        else Print(lags);
        return ExitCode.Ok;
    }

    private static void Print(List<Lag> lags)
    {
        if (lags.Count == 0) Talk.Line("no group has committed an offset yet");
        var table = Screen.Table("GROUP", "TOPIC", "PARTITION", "COMMITTED", "STABLE", "END", "LAG", "OPEN");
        foreach (var lag in lags)
            table.Row(lag.Group, lag.Topic, Text(lag.Partition),
                lag.Committed is { } committed ? Text(committed) : "-", Text(lag.Stable), Text(lag.End),
                Text(lag.Records), Text(lag.Open));
        Screen.Write(table);
    }

    // A group's topics are those of which it has committed a partition or holds one; of these, every partition.
    private static List<Position> AllPartitions(TopicOffsets offsets, List<Position> known)
    {
        var committed = known.Where(position => position.Offset is not null)
            .ToDictionary(position => (position.Group, position.Partition), position => position.Offset);
        return
        [
            .. known.Select(position => (position.Group, position.Partition.Topic)).Distinct()
                .Where(groupsTopic => offsets.HasTopic(groupsTopic.Topic))
                .SelectMany(groupsTopic => offsets.Partitions(groupsTopic.Topic).Select(partition => new Position(
                    groupsTopic.Group, partition, committed.GetValueOrDefault((groupsTopic.Group, partition))))),
        ];
    }

    private static async Task<List<Position>> GroupsAsync(TopicOffsets offsets)
    {
        var groups = (await offsets.Admin.ListConsumerGroupsAsync()).Valid
            .Select(group => group.GroupId).Order(StringComparer.Ordinal).ToList();
        var partitions = offsets.Metadata.Topics.Where(topic => !topic.Topic.StartsWith("__", StringComparison.Ordinal))
            .SelectMany(topic => offsets.Partitions(topic.Topic)).ToList();
        var positions = new List<Position>();
        foreach (var group in groups)
        {
            foreach (var (partition, offset) in await offsets.GroupAsync(group, partitions))
                positions.Add(new Position(group, partition, offset));
        }

        if (groups.Count == 0) return positions;
        var described = await offsets.Admin.DescribeConsumerGroupsAsync(groups);
        foreach (var group in described.ConsumerGroupDescriptions)
        {
            foreach (var member in group.Members)
                positions.AddRange(member.Assignment.TopicPartitions.Select(
                    partition => new Position(group.GroupId, partition, null)));
        }

        return positions;
    }

    // the order manager's truth: what it committed with its orders
    private static async Task<List<Position>> LedgerAsync(string postgres, CancellationToken cancellationToken)
    {
        await using var database = new NpgsqlConnection(postgres);
        await database.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT group_id, topic, partition, next_offset FROM app.consumer_offset", database);
        var positions = new List<Position>();
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                positions.Add(new Position(reader.GetString(0) + " (database)",
                    new TopicPartition(reader.GetString(1), reader.GetInt32(2)), reader.GetInt64(3)));
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable)
        {
            Talk.Line("the database has no app.consumer_offset yet ('eos migrate' makes it)");
        }

        return positions;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Where a group is in a partition; null: it has not committed there.</summary>
    private sealed record Position(string Group, TopicPartition Partition, long? Offset);

    /// <param name="Group">Consumer group; with "(database)" the order manager's own ledger.</param>
    /// <param name="Topic">Topic.</param>
    /// <param name="Partition">Partition.</param>
    /// <param name="Committed">Next offset the group will take; null: it has committed none here.</param>
    /// <param name="Start">Where the log begins, and so a group without an offset.</param>
    /// <param name="Stable">Up to here everything is committed or aborted.</param>
    /// <param name="End">End of the log.</param>
    private sealed record Lag(
        string Group, string Topic, int Partition, long? Committed, long Start, long Stable, long End)
    {
        /// <summary>Offsets that could be taken now; markers count.</summary>
        public long Records => Math.Max(0, Stable - (Committed ?? Start));

        /// <summary>Offsets behind the first open transaction.</summary>
        public long Open => End - Stable;
    }
}
