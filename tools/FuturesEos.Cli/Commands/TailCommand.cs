using System.CommandLine;
using Confluent.Kafka;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Wire;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos tail TOPIC</c>: its records; with <c>--show-transactions</c>, what became of each.</summary>
internal static class TailCommand
{
    private const int UsualOffsets = 10;
    private static readonly TimeSpan FollowWait = TimeSpan.FromMilliseconds(200);
    private static readonly Argument<string> Topic = new("TOPIC") { Description = "the topic" };
    private static readonly Option<bool> FromBeginning = new("--from-beginning")
    { Description = $"all of it, not the last {UsualOffsets} offsets of each partition" };
    private static readonly Option<bool> Uncommitted = new("--uncommitted")
    { Description = "records of open and aborted transactions too" };
    private static readonly Option<bool> ShowTransactions = new("--show-transactions")
    {
        Description =
            "uncommitted too, each marked committed, aborted or open, with its transactional id, producer id and epoch",
    };

    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "go on as records come" };

    public static Command Create()
    {
        var command = new Command("tail", "records of a topic")
        { Topic, FromBeginning, Uncommitted, ShowTransactions, Follow };
        command.FindsPipeline().PrintsJson().SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var context = PipelineContext.From(parsed);
        var topic = parsed.GetValue(Topic)!;
        using var offsets = await TopicOffsets.OpenAsync(context.Kafka, cancellationToken);
        var isolation = parsed.GetValue(Uncommitted) || parsed.GetValue(ShowTransactions)
            ? IsolationLevel.ReadUncommitted : IsolationLevel.ReadCommitted;
        var starts = await offsets.StartsAsync(offsets.Partitions(topic));
        var ends = await offsets.EndsAsync(offsets.Partitions(topic), isolation);
        var from = starts.ToDictionary(
            start => start.Key, start => parsed.GetValue(FromBeginning)
                ? start.Value : Math.Max(start.Value, ends[start.Key] - UsualOffsets));
        var printer = new TailPrinter(parsed.WantsJson(), parsed.GetValue(Follow));
        if (parsed.GetValue(ShowTransactions))
            await ShowAsync(context, topic, from, printer, parsed.GetValue(Follow), cancellationToken);
        else if (parsed.GetValue(Follow))
            await Task.Run(() => TopicReader.Follow(
                context.Kafka, from, isolation, record => printer.Print(record), cancellationToken), cancellationToken);
        else
            await Task.Run(() => Print(
                TopicReader.Read(context.Kafka, ends, cancellationToken, from, isolation), printer), cancellationToken);
        printer.Finish();
        return ExitCode.Ok;
    }

    private static void Print(IEnumerable<CommittedRecord> records, TailPrinter printer)
    {
        foreach (var record in records) printer.Print(record);
    }

    private static async Task ShowAsync(
        PipelineContext context, string topic,
        Dictionary<TopicPartition, long> from, TailPrinter printer, bool follow, CancellationToken cancellationToken)
    {
        await using var cluster = await KafkaCluster.OpenAsync(context.Kafka, cancellationToken);
        var owners = new TransactionOwners(new Transactions(cluster));
        var tails = from.OrderBy(p => p.Key.Partition.Value)
            .Select(p => new PartitionTail(cluster, topic, p.Key.Partition.Value) { Position = p.Value }).ToList();
        while (true)
        {
            foreach (var tail in tails)
            {
                if (tail.IsAtEnd && !follow) continue;
                var records = await tail.FetchAsync(tail.IsAtEnd ? FollowWait : TimeSpan.Zero, cancellationToken);
                if (tail.IsAtEnd) records.AddRange(tail.Rest());
                foreach (var record in records) printer.Print(record, await owners.OfAsync(record, cancellationToken));
            }

            if (!follow && tails.TrueForAll(tail => tail.IsAtEnd)) return;
        }
    }
}
