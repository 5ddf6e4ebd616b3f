namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>
/// Positions to store, with what the sender says of itself; a producer makes them part of its transaction.
/// </summary>
internal sealed record CommitRequest(
    string Group,
    int Generation,
    string MemberId,
    string? InstanceId,
    IReadOnlyList<(TopicPartition Partition, StoredOffset Offset)> Offsets)
{
    public (long Id, short Epoch)? Producer { get; init; }
}
