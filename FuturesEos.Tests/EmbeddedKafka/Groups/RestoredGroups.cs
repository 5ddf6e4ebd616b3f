using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.Tests.EmbeddedKafka.Log;
using Microsoft.Extensions.Logging.Abstractions;

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
}
