using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>Writes: to one partition or to several at once, of which one may be refused and the others not.</summary>
internal sealed partial class RandomDialogue
{
    private const long Start = 1_700_000_000_000;
    private const short OldestProduce = 3;

    private readonly Dictionary<(string Slot, string Topic, int Partition), int> _next = [];
    private readonly Dictionary<(string Slot, string Topic, int Partition), (int Sequence, int Count)> _last = [];
    private int _records;

    private async Task ProduceAsync(string slot)
    {
        var version = (short)random.Next(OldestProduce, ProduceRequest.Api.MaxVersion + 1);
        var batches = Targets(slot).Select(target => Batch(slot, target.Topic, target.Partition)).ToList();
        var acks = random.Next(14) == 0 ? (short)7 : (short)-1;
        var txnId = random.Next(20) == 0 ? null : IdOf(slot);
        var (ours, _) = await twins.AskAsync<ProduceRequest, ProduceResponse>(
            $"produce {slot} acks {acks} id '{txnId}': {string.Join("; ", batches)}",
            with => new()
            {
                Acks = acks,
                TimeoutMs = 5000,
                TransactionalId = txnId,
                TopicData =
                [
                    .. batches.GroupBy(batch => batch.Topic).Select(topic => new ProduceRequest.TopicProduceData
                    {
                        Name = topic.Key,
                        PartitionData =
                        [
                            .. topic.Select(batch => new ProduceRequest.PartitionProduceData
                            {
                                Index = batch.Partition, Records = BytesOf(batch, slot, with),
                            }),
                        ],
                    }),
                ],
            },
            version);
        foreach (var batch in batches.Where(batch => !batch.IsPlain && ours is not null && IsTaken(ours, batch)))
        {
            var key = (slot, batch.Topic, batch.Partition);
            _next[key] = Math.Max(_next.GetValueOrDefault(key), batch.Sequence + batch.Count);
            _last[key] = (batch.Sequence, batch.Count);
        }
    }

    private static bool IsTaken(ProduceResponse answer, RandomBatch batch) =>
        answer.Responses.First(topic => topic.Name == batch.Topic)
            .PartitionResponses.First(partition => partition.Index == batch.Partition).ErrorCode == KafkaError.None;

    // one partition, or two or three different ones
    private List<(string Topic, int Partition)> Targets(string slot)
    {
        var targets = new List<(string, int)>();
        for (var more = random.Next(4) == 0 ? random.Next(2, 4) : 1; more > 0; more--)
        {
            var topic = random.Next(12) == 0
                ? Pick(twins.Name + "-no", "__consumer_offsets", Compacted)
                : Pick(Plain, Plain, Plain, Stamped);
            var target = (topic, topic == Plain ? random.Next(30) == 0 ? 9 : random.Next(2) : 0);
            if (!targets.Contains(target)) targets.Add(target);
        }

        return targets;
    }

    private RandomBatch Batch(string slot, string topic, int partition)
    {
        var (skew, shift) = random.Next(8) == 0 ? Wrong() : ((short)0, 0L);

        // which partition of positions a transaction has registered differs between 12 and 50 of them
        var isOffsets = topic == "__consumer_offsets";
        var isTransactional = !isOffsets && (slot == "none" ? random.Next(20) == 0 : random.Next(10) > 0);

        // Kafka never ends a transaction whose partition saw a batch of a newer epoch outside of it
        if (slot != "none" && !isTransactional) skew = Math.Min(skew, (short)0);
        var key = (slot, topic, partition);
        var due = _next.GetValueOrDefault(key);
        var count = 1 + random.Next(3);
        var sequence = random.Next(8) switch
        {
            0 => due + 1 + random.Next(3),
            1 when _last.TryGetValue(key, out var last) => (count = last.Count, last.Sequence).Sequence,
            2 => Math.Max(0, due - 1),
            _ => due,
        };
        var compression = Pick(
            CompressionType.None, CompressionType.None, CompressionType.Gzip,
            CompressionType.Lz4, CompressionType.Snappy, CompressionType.Zstd);
        return new RandomBatch(
            topic, partition, random.Next(6) == 0, isTransactional, skew, shift, due, sequence, count,
            compression, random.Next(14), _records++);
    }

    private byte[] BytesOf(RandomBatch batch, string slot, Conversation with)
    {
        var builder = new RecordBatchBuilder
        {
            ProducerId = batch.IsPlain ? -1 : Id(with, slot, batch.Shift),
            ProducerEpoch = batch.IsPlain ? (short)-1 : Epoch(with, slot, batch.Skew),
            BaseSequence = batch.IsPlain ? -1 : batch.Sequence,
            IsTransactional = !batch.IsPlain && batch.IsTransactional,
            Compression = batch.Compression,
        };
        for (var i = 0; i < batch.Count; i++)
            builder.Add(Start + (batch.Value * 10L) + i, [(byte)(batch.Value % 5)], [(byte)batch.Value, (byte)i]);
        var bytes = builder.Build();
        return batch.Damage switch
        {
            0 => Flip(bytes, bytes.Length - 1),
            1 => Flip(bytes, 16),
            2 => bytes[..^3],
            3 => [.. bytes, .. bytes],
            _ => bytes,
        };
    }

    private static byte[] Flip(byte[] bytes, int at)
    {
        bytes[at] ^= 1;
        return bytes;
    }

    /// <summary>What goes to one partition.</summary>
    private sealed record RandomBatch(
        string Topic, int Partition, bool IsPlain, bool IsTransactional, short Skew, long Shift, int Due, int Sequence,
        int Count, CompressionType Compression, int Damage, int Value)
    {
        public override string ToString() =>
            $"{Topic}-{Partition} {(IsPlain ? "plain" : IsTransactional ? "txn" : "idempotent")} {Text(Skew, Shift)} "
            + $"sequence {Sequence} (due {Due}) x{Count} {Compression} damage {Damage}";
    }
}
