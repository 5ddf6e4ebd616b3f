using System.Globalization;
using FuturesEos.Contracts;

namespace FuturesEos.Topology;

/// <summary>How many brokers, and what follows from it: three hold everything three times, one holds it once.</summary>
/// <param name="Brokers">1 to 9; each is a controller too.</param>
public sealed record ClusterShape(int Brokers)
{
    private const int BrokersMax = 9;

    /// <summary>Production's.</summary>
    public static ClusterShape Three { get; } = new(3);

    /// <summary>Copies of each partition.</summary>
    public int ReplicationFactor => Topics.ReplicationOn(Brokers);

    /// <summary>
    /// Copies that must have a record before it counts: one broker may be gone, and everything goes on.
    /// </summary>
    public int MinInSyncReplicas => ReplicationFactor == Topics.ReplicationFactor ? Topics.MinInSyncReplicas : 1;

    /// <summary>How many brokers may be gone without anything coming to a stop.</summary>
    public int BrokersToLose => ReplicationFactor - MinInSyncReplicas;

    /// <summary>Reads the option <c>--Brokers</c>; none: three.</summary>
    /// <exception cref="ArgumentException">It is no number from 1 to 9; the text says what to give.</exception>
    public static ClusterShape Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return Three;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var brokers)
            && brokers is >= 1 and <= BrokersMax
            ? new ClusterShape(brokers)
            : throw new ArgumentException(
                $"--Brokers={text}: a number from 1 to {BrokersMax} is needed; 3 as in "
                    + "production, 1 for a small laptop");
    }
}
