namespace FuturesEos.Tests.Broker.History;

/// <summary>What became of a transaction, as its producer knows it.</summary>
internal enum Outcome
{
    Committed,
    Aborted,

    /// <summary>The answer was lost, or the producer killed: either is right, but one of them.</summary>
    Unknown,
}
