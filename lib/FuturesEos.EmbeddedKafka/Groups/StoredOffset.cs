namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>
/// A position of a group: the offset to go on with, and where its record lies in <c>__consumer_offsets</c>.
/// </summary>
internal readonly record struct StoredOffset(
    long Offset, int LeaderEpoch, string Metadata, long CommittedAt, long LogOffset = -1)
{
    /// <summary>
    /// Of the topic it was committed for: one made again under the same name has another. Empty where it is not known.
    /// </summary>
    public Guid TopicId { get; init; }
}
