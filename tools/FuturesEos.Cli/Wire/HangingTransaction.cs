namespace FuturesEos.Cli.Wire;

/// <summary>
/// A transaction that is open in a partition and that no coordinator will end: it holds the last stable offset for
/// good.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="StartOffset">Where it began: the last stable offset stands there.</param>
/// <param name="ProducerId">The producer's id.</param>
/// <param name="ProducerEpoch">Its epoch.</param>
/// <param name="CoordinatorEpoch">The epoch of the coordinator that wrote its last marker; -1 when none did.</param>
/// <param name="LastWrittenAt">When it was written to last.</param>
internal sealed record HangingTransaction(
    string Topic, int Partition,
    long StartOffset, long ProducerId, short ProducerEpoch, int CoordinatorEpoch, DateTime? LastWrittenAt)
{
    /// <summary>As <c>eos txn abort</c> takes it.</summary>
    public string Name => FormattableString.Invariant($"{Topic}:{Partition}:{StartOffset}");
}
