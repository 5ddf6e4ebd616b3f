using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>The answer to InitProducerId; -1 for both numbers where it is an error.</summary>
internal readonly record struct InitProducerIdResult(KafkaError Error, long ProducerId, short ProducerEpoch)
{
    public static InitProducerIdResult Refused(KafkaError error) => new(error, -1, -1);
}
