using Confluent.Kafka;
using FuturesEos.Cli.Reading;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// A running pipeline, each stage cut at one moment (see <see cref="SnapshotTaker"/>); records are read when they are
/// asked for.
/// </summary>
internal sealed class PipelineSnapshot(
    KafkaSettings settings,
    IReadOnlyDictionary<string, IReadOnlyDictionary<TopicPartition, long>> ends,
    SnapshotCuts cuts,
    DatabaseSnapshot database,
    CancellationToken cancellationToken) : IPipelineWorld, IDisposable
{
    private readonly Dictionary<string, long> _read = [];

    public IEnumerable<OrderRow> Orders => database.Orders;

    public IEnumerable<OutboxTableRow> Outbox => database.Outbox;

    public Dictionary<int, long> NextOffsets => database.NextOffsets;

    public IReadOnlyList<DeadLetterRow> OrderDeadLetters => database.DeadLetters;

    public void Dispose() => database.Dispose();

    public IEnumerable<CommittedRecord> Read(string topic)
    {
        long read = 0;
        foreach (var record in TopicReader.Read(settings, ends[topic], cancellationToken))
        {
            read++;
            yield return record;
        }

        _read[topic] = read;
    }

    public bool HadTime(string topic, int partition, long offset) =>
        offset < cuts.Offsets.GetValueOrDefault(new TopicPartition(topic, partition));

    public bool HadTime(Guid eventId) => cuts.Events.Contains(eventId);

    public long End(string topic, int partition) => ends[topic].GetValueOrDefault(new TopicPartition(topic, partition));

    /// <summary>
    /// Records of these topics that transactions wrote and did not commit, as far as the topics were read.
    /// </summary>
    public long CountAborted(IEnumerable<string> topics) =>
        topics.Sum(topic => TopicReader.CountWithAborted(settings, ends[topic], cancellationToken) - _read[topic]);
}
