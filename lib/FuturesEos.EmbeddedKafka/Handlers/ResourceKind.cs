namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Kafka's numbers for what settings belong to.</summary>
internal static class ResourceKind
{
    public const sbyte Topic = 2;
    public const sbyte Broker = 4;
}
