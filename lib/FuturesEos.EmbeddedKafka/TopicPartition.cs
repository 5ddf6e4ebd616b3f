namespace FuturesEos.EmbeddedKafka;

/// <summary>A partition by its topic's name and its number.</summary>
internal readonly record struct TopicPartition(string Topic, int Partition)
{
    /// <summary>As Kafka names the partition's folder: <c>signals.1m-0</c>.</summary>
    public override string ToString() => $"{Topic}-{Partition}";
}
