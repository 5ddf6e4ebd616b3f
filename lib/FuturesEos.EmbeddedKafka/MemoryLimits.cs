using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka;

/// <summary>
/// How much memory may be used for what: as the options say, and no more than a share of what the process may have
/// (the machine's, a container's, <c>DOTNET_GCHeapHardLimit</c>).
/// </summary>
internal sealed record MemoryLimits
{
    private const long Ample = 4L << 30;
    private const long MiB = 1 << 20;

    /// <summary>Of a machine with memory enough.</summary>
    public static MemoryLimits Default { get; } = Of(256 * MiB, 4096, Ample);

    /// <summary>All requests that arrive or are in work.</summary>
    public required long Requests { get; init; }

    /// <summary>Records in answers that are not sent yet.</summary>
    public required long Answers { get; init; }

    /// <summary>Records in one answer, unless its first batch is larger.</summary>
    public required int Answer { get; init; }

    /// <summary>Records of an answer for which nothing is left, so little that each connection may have it.</summary>
    public required int UncountedAnswer { get; init; }

    /// <summary>Members of groups and positions.</summary>
    public required long Groups { get; init; }

    /// <summary>Partitions in fetch sessions.</summary>
    public required int SessionPartitions { get; init; }

    /// <summary>What one batch may unpack to.</summary>
    public required int Unpacked { get; init; }

    /// <param name="inFlight"><see cref="EmbeddedKafkaOptions.MaxInFlightBytes"/>.</param>
    /// <param name="connections"><see cref="EmbeddedKafkaOptions.MaxConnections"/>.</param>
    /// <param name="available">Bytes that the process may have.</param>
    public static MemoryLimits Of(long inFlight, int connections, long available) => new()
    {
        Requests = Math.Min(inFlight, available / 8),
        Answers = Math.Min(inFlight, available / 8),
        Answer = (int)Math.Clamp(Math.Min(inFlight, available / 8) / 4, 1 * MiB, 64 * MiB),
        UncountedAnswer = (int)Math.Clamp(Math.Min(inFlight, available / 8) / connections, 4 << 10, 64 << 10),
        Groups = Math.Min(256 * MiB, available / 16),
        SessionPartitions = (int)Math.Min(500_000, available / 8192),
        Unpacked = (int)Math.Min(Compression.DefaultMaxBytes, available / 16),
    };
}
