namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>Takes the history of groups and positions, in the order it was written.</summary>
internal interface IOffsetReplay
{
    /// <summary>A position, or its deletion; with a producer id it waits for the transaction's end.</summary>
    void Change(string group, TopicPartition partition, StoredOffset? offset, long? producerId);

    /// <summary>A group's generation; null where it was forgotten.</summary>
    void Restore(string group, GroupValue? value);

    /// <summary>A producer's transaction ended.</summary>
    void End(long producerId, bool isCommit);
}
