using System.Text;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol.Records;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>What a Kafka client does with a fetch: skips markers, and data of aborted transactions by the answer's list.</summary>
internal static class ClientFilter
{
    /// <summary>Adds the values seen and gives the next position.</summary>
    public static long Take(LogRead read, long offset, List<(long Offset, string Value)> values) =>
        Take(read.Records.Span, (read.Aborted ?? []).Select(a => (a.ProducerId, a.FirstOffset)), offset, values);

    /// <summary>The same of an answer's bytes and its list.</summary>
    public static long Take(
        ReadOnlySpan<byte> rest,
        IEnumerable<(long ProducerId, long FirstOffset)> abortedTransactions,
        long offset,
        List<(long Offset, string Value)> values)
    {
        var aborted = new PriorityQueue<long, long>();
        foreach (var (producer, first) in abortedTransactions)
            aborted.Enqueue(producer, first);
        var skipped = new HashSet<long>();
        while (RecordBatch.TryTake(ref rest, out var batch))
        {
            Assert.True(batch.HasValidCrc);
            while (aborted.TryPeek(out var producer, out var first) && first <= batch.LastOffset)
            {
                skipped.Add(producer);
                aborted.Dequeue();
            }

            if (batch.IsControl && ControlRecord.TryRead(batch, out var marker) && marker.Type == ControlType.Abort)
                skipped.Remove(batch.ProducerId);
            if (!batch.IsControl && !(batch.IsTransactional && skipped.Contains(batch.ProducerId)))
                Add(batch, offset, values);
            offset = batch.NextOffset;
        }

        Assert.True(rest.IsEmpty, "a fetch gives whole batches");
        return offset;
    }

    private static void Add(RecordBatch batch, long offset, List<(long Offset, string Value)> values)
    {
        var records = new RecordReader(batch);
        while (records.TryRead(out var record))
        {
            if (record.Offset >= offset)
                values.Add((record.Offset, Encoding.UTF8.GetString(record.Value)));
        }
    }
}
