using FuturesEos.EmbeddedKafka;
using FuturesEos.Tests.Broker.History;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// One transaction, or one write without, as its producer knows it: what it sent, and what it was told.
/// </summary>
internal sealed class Work(string name)
{
    public string Name => name;

    /// <summary>An end that was not even asked for is an abort: nobody else commits.</summary>
    public Outcome Outcome { get; set; } = Outcome.Aborted;

    /// <summary>
    /// How long each log was when the broker told that it is over: behind that nothing of it may come.
    /// </summary>
    public IReadOnlyDictionary<TopicPartition, LogEnd>? OverAt { get; set; }

    /// <summary>Values by partition; the offset is -1 as long as the write was not acknowledged.</summary>
    public Dictionary<int, (int Partition, long Offset)> Sent { get; } = [];

    /// <summary>Positions that were acknowledged.</summary>
    public List<long> Positions { get; } = [];

    /// <summary>What the first marker over any of it said.</summary>
    public bool? IsCommitted { get; set; }
}
