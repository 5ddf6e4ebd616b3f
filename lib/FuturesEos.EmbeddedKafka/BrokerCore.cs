using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.EmbeddedKafka.Transactions;

namespace FuturesEos.EmbeddedKafka;

/// <summary>The broker without its network: what lies in the folder, and who answers requests about it.</summary>
internal sealed class BrokerCore : IAsyncDisposable
{
    // disposed from the last to the first
    private readonly Stack<IAsyncDisposable> _parts;

    private BrokerCore(Stack<IAsyncDisposable> parts) => _parts = parts;

    public required TopicRegistry Topics { get; init; }

    public required GroupCoordinator Groups { get; init; }

    public required TransactionCoordinator Transactions { get; init; }

    public required Dispatcher Dispatcher { get; init; }

    /// <summary>Recovers what is in the folder, which is ours alone already, and takes up what was under way.</summary>
    /// <exception cref="IOException">The folder is damaged; the text says what to do.</exception>
    public static async Task<BrokerCore> OpenAsync(
        EmbeddedKafkaOptions options, LogEnvironment environment, BrokerNode node)
    {
        var parts = new Stack<IAsyncDisposable>();
        try
        {
            var topics = Own(parts, TopicRegistry.Open(options, environment));
            var journal = new OffsetJournal(OffsetsLog(topics), options.Time);
            var groups = Own(parts, GroupCoordinator.Start(
                options,
                environment.Logger,
                journal,
                topic => topics.Find(topic)?.Id,
                new GroupMemory(environment.Memory.Groups)));
            var partitions = new PartitionHost(topics, groups);
            var transactions = Own(parts, await TransactionCoordinator.StartAsync(
                Path.Combine(options.DataFolder, "transactions"),
                new TransactionOptions
                {
                    MaxTimeout = options.TransactionMaxTimeout, IdExpiration = options.TransactionalIdExpiration,
                },
                partitions,
                environment));
            var maintenance = Own(parts, new LogMaintenance(() => [.. topics.Logs, transactions.Log], environment)
            {
                FsyncInterval = options.FsyncInterval,
            });
            maintenance.Start();
            var handlers = HandlerTable.Of(
                node, topics, groups, transactions, partitions, options, environment.Memory, environment.Logger);
            return new BrokerCore(parts)
            {
                Topics = topics,
                Groups = groups,
                Transactions = transactions,
                Dispatcher = new Dispatcher(handlers, options),
            };
        }
        catch
        {
            await DisposeAsync(parts);
            throw;
        }
    }

    public ValueTask DisposeAsync() => DisposeAsync(_parts);

    private static async ValueTask DisposeAsync(Stack<IAsyncDisposable> parts)
    {
        while (parts.TryPop(out var part))
            await part.DisposeAsync();
    }

    private static PartitionLog OffsetsLog(TopicRegistry topics)
    {
        if (topics.Find(TopicName.ConsumerOffsets) is null)
        {
            topics.Create(TopicName.ConsumerOffsets, 1, new()
            {
                [TopicSettings.CleanupPolicy] = "compact",
                [TopicSettings.SegmentBytes] = "16777216",
            });
        }

        return topics.FindLog(TopicName.ConsumerOffsets, 0)
            ?? throw new IOException($"{TopicName.ConsumerOffsets} cannot be made.");
    }

    private static T Own<T>(Stack<IAsyncDisposable> parts, T part)
        where T : IAsyncDisposable
    {
        parts.Push(part);
        return part;
    }
}
