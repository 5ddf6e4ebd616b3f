using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.Tests.EmbeddedKafka.Log;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Groups;

/// <summary>The groups as a start finds them in a log of positions, without a broker around.</summary>
internal static class RestoredGroups
{
    /// <summary>Without <paramref name="idOf"/> each topic is there, with an id that nobody asks for.</summary>
    public static GroupCoordinator Start(LogBench bench, PartitionLog log, Func<string, Guid?>? idOf = null) =>
        GroupCoordinator.Start(
            new EmbeddedKafkaOptions { DataFolder = "unused", Time = bench.Time },
            NullLogger.Instance,
            new OffsetJournal(log, bench.Time),
            idOf ?? (_ => Guid.Empty));

    /// <summary>Commits position 5 for an empty group, or as part of a producer's transaction.</summary>
    public static async Task CommitAsync(
        GroupCoordinator groups,
        LogBench bench,
        string group,
        IEnumerable<TopicPartition> partitions,
        (long, short)? producer = null)
    {
        var offset = new StoredOffset(5, -1, "", bench.Time.Milliseconds);
        var request = new CommitRequest(group, -1, "", null, [.. partitions.Select(p => (p, offset))])
        {
            Producer = producer,
        };
        Assert.Equal(KafkaError.None, await groups.CommitAsync(request, CancellationToken.None));
    }
}
