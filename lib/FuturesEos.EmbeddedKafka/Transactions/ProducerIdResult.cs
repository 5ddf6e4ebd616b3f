using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>The id and epoch that a producer goes on with; -1 for both where it is an error.</summary>
internal readonly record struct ProducerIdResult(KafkaError Error, long ProducerId, short ProducerEpoch)
{
    public static ProducerIdResult Refused(KafkaError error) => new(error, -1, -1);
}
