namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>One producer as DescribeProducers shows it; -1 where there is nothing.</summary>
internal readonly record struct ProducerDescription(
    long ProducerId,
    short Epoch,
    int LastSequence,
    long LastTimestamp,
    int CoordinatorEpoch,
    long CurrentTransactionStart);
