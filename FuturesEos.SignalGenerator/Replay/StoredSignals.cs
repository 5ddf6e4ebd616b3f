using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.SignalGenerator.Replay;

/// <summary>
/// What lay in the signal topics when a replay began, compared with the file signal by signal: both are in the order in
/// which a replay writes, so each topic is read once and nothing is kept.
/// </summary>
internal sealed class StoredSignals : IDisposable
{
    private readonly List<StoredTopic> _topics = [];

    /// <param name="kafka">Where Kafka is.</param>
    /// <param name="first">The file's first signal: records that are no newer do not matter.</param>
    public StoredSignals(KafkaSettings kafka, in Signal first)
    {
        var own = Murmur2.Partition(Encoding.ASCII.GetBytes(first.Symbol), Topics.Partitions);
        try
        {
            foreach (var timeframe in Timeframes.All) _topics.Add(new StoredTopic(kafka, timeframe, own, first.Ts));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Records that are newer than the file's beginning.</summary>
    public long Newer => _topics.Sum(topic => topic.Newer);

    /// <summary>Whether this signal of the file lies there as the next of its topic; takes it then.</summary>
    public bool TryTake(in Signal signal) => _topics[(int)signal.Timeframe].TryTake(signal);

    /// <summary>
    /// The first record of a topic that is newer than the file's beginning and was not taken; null: there is none.
    /// </summary>
    public ConsumeResult<byte[]?, byte[]?>? FindNewer() =>
        _topics.Select(topic => topic.FindNewer()).FirstOrDefault(record => record is not null);

    public void Dispose()
    {
        foreach (var topic in _topics) topic.Dispose();
    }
}
