using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>What the producers' states say to a batch: append it, it is there already, or an error.</summary>
internal readonly record struct ProducerCheck(KafkaError Error, string? Reason = null)
{
    public static readonly ProducerCheck Accepted = new(KafkaError.None);

    /// <summary>The remembered batch that this one repeats.</summary>
    public ProducedBatch? Duplicate { get; init; }
}
