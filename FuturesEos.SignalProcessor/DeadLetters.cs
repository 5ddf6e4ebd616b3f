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
        var headers = new Headers();
        foreach (var header in record.Headers)
            headers.Add(header.Key, header.GetValueBytes());
        headers.Add(DeadLetterHeaders.Reason, Encoding.UTF8.GetBytes(refusal.Code));
        headers.Add(DeadLetterHeaders.Detail, Encoding.UTF8.GetBytes(refusal.Detail));
        headers.Add(DeadLetterHeaders.Topic, Encoding.UTF8.GetBytes(record.Topic));
        headers.Add(DeadLetterHeaders.Partition, Encoding.UTF8.GetBytes(record.Partition.ToString(CultureInfo.InvariantCulture)));
        headers.Add(DeadLetterHeaders.Offset, Encoding.UTF8.GetBytes(record.Offset.ToString(CultureInfo.InvariantCulture)));
        context.Emit(topic, record.Key, record.Value, record.TimestampMs, headers);
    }
}
