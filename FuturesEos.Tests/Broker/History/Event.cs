namespace FuturesEos.Tests.Broker.History;

/// <summary>What became of a transaction, as its producer knows it.</summary>
internal enum Outcome
{
    Committed,
    Aborted,

    /// <summary>The answer was lost, or the producer killed: either is right, but one of them.</summary>
    Unknown,
}

/// <summary>One transaction: the values it sent, by partition, in the order they were acknowledged.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Sent">Acknowledged sends: partition, value, offset.</param>
internal sealed record Transaction(string Id, Outcome Outcome, IReadOnlyList<(int Partition, int Value, long Offset)> Sent);

/// <summary>One committed reader's pass over one partition: offset and value, as it was given them.</summary>
/// <param name="Reader">Its name.</param>
/// <param name="Partition">What it read.</param>
/// <param name="Start">From where; it read to the end.</param>
/// <param name="IsFinal">Whether it began after everything was over.</param>
/// <param name="Seen">What it was given.</param>
internal sealed record Pass(string Reader, int Partition, long Start, bool IsFinal, IReadOnlyList<(long Offset, int Value)> Seen);
