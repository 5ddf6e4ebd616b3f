using System.Globalization;
using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts.Signals;
using FuturesEos.Streams;

namespace FuturesEos.SignalProcessor;

/// <summary>Sends a refused record on as it came, with the reason in headers.</summary>
internal sealed class DeadLetters(string topic)
{
    public void Emit(in InputRecord record, Refusal refusal, TaskContext context)
    {
        var from = new TopicPartitionOffset(record.Topic, record.Partition, record.Offset);
        context.Emit(topic, record.Key, record.Value, record.TimestampMs, HeadersOf(record.Headers, refusal, from));
    }

    /// <summary>The record's own headers, then why and from where.</summary>
    public static Headers HeadersOf(IEnumerable<IHeader>? own, Refusal refusal, TopicPartitionOffset from)
    {
        var headers = new Headers();
        foreach (var header in own ?? [])
            headers.Add(header.Key, header.GetValueBytes());
        headers.Add(DeadLetterHeaders.Reason, Encoding.UTF8.GetBytes(refusal.Code));
        headers.Add(DeadLetterHeaders.Detail, Encoding.UTF8.GetBytes(refusal.Detail));
        headers.Add(DeadLetterHeaders.Topic, Encoding.UTF8.GetBytes(from.Topic));
        headers.Add(DeadLetterHeaders.Partition,
            Encoding.UTF8.GetBytes(from.Partition.Value.ToString(CultureInfo.InvariantCulture)));
        headers.Add(
            DeadLetterHeaders.Offset, Encoding.UTF8.GetBytes(from.Offset.Value.ToString(CultureInfo.InvariantCulture)));
        return headers;
    }
}
