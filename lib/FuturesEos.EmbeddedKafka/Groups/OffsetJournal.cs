using System.Buffers.Binary;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>Writes positions to <c>__consumer_offsets</c> and reads them back at the start.</summary>
internal sealed class OffsetJournal(PartitionLog log, TimeProvider time)
{
    private const int VersionBytes = 2;
    private const int ReadBytes = 1 << 20;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Appends one batch; a null offset is a tombstone. With a producer it is part of that producer's transaction.
    /// </summary>
    public AppendResult Append(
        string group,
        IReadOnlyCollection<(TopicPartition Partition, StoredOffset? Offset)> changes,
        (long Id, short Epoch)? producer = null)
    {
        var now = Now;
        var batch = new RecordBatchBuilder
        {
            ProducerId = producer?.Id ?? RecordBatch.NoProducerId,
            ProducerEpoch = producer?.Epoch ?? -1,
            IsTransactional = producer is not null,
        };
        foreach (var (partition, offset) in changes)
        {
            var value = offset is { } stored ? Bytes(OffsetValue.CurrentVersion, ValueOf(stored)) : null;
            batch.Add(now, KeyOf(group, partition), value);
        }

        return log.Append(batch.Build(), AppendOrigin.Coordinator);
    }

    /// <summary>Appends a group's generation.</summary>
    public AppendResult Append(string group, GroupValue value)
    {
        var batch = new RecordBatchBuilder();
        batch.Add(Now, KeyOf(group), Bytes(GroupValue.CurrentVersion, value));
        return log.Append(batch.Build(), AppendOrigin.Coordinator);
    }

    /// <summary>Appends tombstones of a group and of its positions, all or none.</summary>
    public AppendResult AppendDeletion(string group, IEnumerable<TopicPartition> positions)
    {
        var now = Now;
        var batch = new RecordBatchBuilder();
        foreach (var partition in positions)
            batch.Add(now, KeyOf(group, partition), null);
        batch.Add(now, KeyOf(group), null);
        return log.Append(batch.Build(), AppendOrigin.Coordinator);
    }

    /// <summary>Waits until what was appended is as durable as what is acknowledged; NONE, or why it is not.</summary>
    public ValueTask<KafkaError> WhenDurableAsync(AppendResult appended, CancellationToken cancel) =>
        log.WhenDurableAsync(appended.NextOffset, cancel);

    /// <summary>Waits until everything appended so far is as durable as what is acknowledged.</summary>
    public ValueTask<KafkaError> WhenDurableAsync(CancellationToken cancel) =>
        log.WhenDurableAsync(log.EndOffset, cancel);

    /// <summary>Gives every change in the order it was written.</summary>
    public void Replay(IOffsetReplay to)
    {
        for (var at = log.LogStartOffset; at < log.HighWatermark;)
        {
            using var read = log.Read(at, ReadBytes, isReadCommitted: false, isOneBatchSure: true);
            var rest = read.Records.Span;
            var before = at;
            while (RecordBatch.TryTake(ref rest, out var batch))
            {
                Replay(batch, to);
                at = batch.NextOffset;
            }

            if (at == before)
                throw new IOException($"{log.Partition} gives nothing at offset {at}: its data is damaged.");
        }
    }

    /// <summary>The changes of one batch.</summary>
    internal static void Replay(RecordBatch batch, IOffsetReplay to)
    {
        if (batch.IsControl)
        {
            if (ControlRecord.TryRead(batch, out var marker))
                to.End(batch.ProducerId, marker.Type == ControlType.Commit);
            return;
        }

        var records = new RecordReader(batch);
        while (records.TryRead(out var record))
        {
            var version = record.Key.Length < VersionBytes ? -1 : BinaryPrimitives.ReadInt16BigEndian(record.Key);
            if (version == GroupValue.KeyVersion)
                to.Restore(
                    Read<GroupValue.Key>(record.Key).Group, record.HasValue ? Read<GroupValue>(record.Value) : null);
            else if (version is 0 or OffsetKey.CurrentVersion)
                Replay(record, batch.IsTransactional ? batch.ProducerId : null, to);
        }
    }

    private static void Replay(Record record, long? producerId, IOffsetReplay to)
    {
        var key = Read<OffsetKey>(record.Key);
        StoredOffset? offset = record.HasValue ? OffsetOf(Read<OffsetValue>(record.Value), record.Offset) : null;
        to.Change(key.Group, new TopicPartition(key.Topic, key.Partition), offset, producerId);
    }

    private static byte[] KeyOf(string group) =>
        Bytes(GroupValue.KeyVersion, new GroupValue.Key { Group = group });

    private static byte[] KeyOf(string group, TopicPartition partition) => Bytes(
        OffsetKey.CurrentVersion,
        new OffsetKey { Group = group, Topic = partition.Topic, Partition = partition.Partition });

    private static OffsetValue ValueOf(StoredOffset stored) => new()
    {
        Offset = stored.Offset,
        LeaderEpoch = stored.LeaderEpoch,
        Metadata = stored.Metadata,
        CommittedAt = stored.CommittedAt,
        TopicId = stored.TopicId,
    };

    private static StoredOffset OffsetOf(OffsetValue value, long logOffset) =>
        new(value.Offset, value.LeaderEpoch, value.Metadata, value.CommittedAt, logOffset) { TopicId = value.TopicId };

    private static bool IsFlexible(short version, IProtocolStruct message) =>
        message is OffsetValue && version >= OffsetValue.FlexibleFrom;

    private static byte[] Bytes(short version, IProtocolStruct message)
    {
        using var writer = new ProtocolWriter(version, IsFlexible(version, message));
        writer.Int16(ref version);
        writer.Struct(message);
        return writer.ToArray();
    }

    private static T Read<T>(ReadOnlySpan<byte> bytes)
        where T : IProtocolStruct, new()
    {
        var message = new T();
        var version = BinaryPrimitives.ReadInt16BigEndian(bytes);
        try
        {
            new ProtocolReader(bytes[VersionBytes..].ToArray(), version, IsFlexible(version, message)).Struct(message);
        }
        catch (ProtocolException damaged)
        {
            throw new IOException(
                $"A record of {Topics.TopicName.ConsumerOffsets} is damaged: {damaged.Message}", damaged);
        }

        return message;
    }
}
