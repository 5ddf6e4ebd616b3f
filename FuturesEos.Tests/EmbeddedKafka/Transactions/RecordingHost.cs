using System.Collections.Concurrent;
using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;

namespace FuturesEos.Tests.EmbeddedKafka.Transactions;

/// <summary>Partitions that only note what the coordinator asks of them; a marker can be made to fail or to wait.</summary>
internal sealed class RecordingHost : ITransactionHost
{
    public ConcurrentQueue<(TopicPartition Partition, long ProducerId, short Epoch)> Registered { get; } = [];

    public ConcurrentQueue<TransactionMarker> Markers { get; } = [];

    /// <summary>Answer to the next markers; NONE notes them.</summary>
    public Func<TransactionMarker, KafkaError> Answer { get; set; } = _ => KafkaError.None;

    /// <summary>Markers wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public void Register(TopicPartition partition, long producerId, short producerEpoch) =>
        Registered.Enqueue((partition, producerId, producerEpoch));

    public async ValueTask<KafkaError> WriteMarkerAsync(TransactionMarker marker, CancellationToken cancellation)
    {
        await Gate.WaitAsync(cancellation);
        var answer = Answer(marker);
        if (answer == KafkaError.None)
            Markers.Enqueue(marker);
        return answer;
    }
}
