using FuturesEos.Cli.Reading;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.ServiceDefaults;
using RecordHeader = FuturesEos.Cli.Reading.RecordHeader;

namespace FuturesEos.Cli.Wire;

/// <summary>
/// Reads a partition's log with its markers, uncommitted, and tells of each record what became of its transaction.
/// </summary>
internal sealed class PartitionTail(KafkaCluster cluster, string topic, int partition)
{
    private const int FetchBytes = 1 << 20;
    private readonly Queue<LoggedRecord> _waiting = new();
    private readonly Dictionary<long, List<LoggedRecord>> _open = [];

    /// <summary>The next offset to read.</summary>
    public long Position { get; set; }

    /// <summary>Whether the log's end was reached.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>
    /// Fetches once, and gives what can be told: records behind one whose transaction is not decided wait for it.
    /// </summary>
    public async Task<List<LoggedRecord>> FetchAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var answer = await cluster.AskLeaderAsync<FetchRequest, FetchResponse>(
            topic,
            partition,
            new FetchRequest
            {
                MaxWaitMs = (int)wait.TotalMilliseconds, MinBytes = 1, MaxBytes = FetchBytes,
                Topics =
                [
                    new()
                    {
                        Topic = topic, TopicId = cluster.TopicId(topic), // the name up to version 12, then the id
                        Partitions =
                            [new() { Partition = partition, FetchOffset = Position, PartitionMaxBytes = FetchBytes }],
                    },
                ],
            },
            cancellationToken);
        var data = answer.Responses.SelectMany(t => t.Partitions).SingleOrDefault();
        if (answer.ErrorCode != KafkaError.None || data is null || data.ErrorCode != KafkaError.None)
            throw ExpectedFailure.Unreachable(
                $"{topic} {partition} cannot be read at {Position}: "
                    + $"{(data is null ? answer.ErrorCode : data.ErrorCode)}");
        Take(data.Records.Span);
        IsAtEnd = Position >= data.HighWatermark;
        return Decided();
    }

    /// <summary>What still waits for its transaction: open as of now.</summary>
    public List<LoggedRecord> Rest()
    {
        var rest = _waiting.ToList();
        _waiting.Clear();
        return rest;
    }

    private List<LoggedRecord> Decided()
    {
        var decided = new List<LoggedRecord>();
        while (_waiting.TryPeek(out var head) && head.State != "open") decided.Add(_waiting.Dequeue());
        return decided;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (RecordBatch.TryTake(ref bytes, out var batch))
        {
            if (batch.IsControl) TakeMarker(batch);
            else TakeRecords(batch);
            Position = Math.Max(Position, batch.NextOffset);
        }
    }

    private void TakeMarker(RecordBatch batch)
    {
        if (!ControlRecord.TryRead(batch, out var marker)) return;
        var isCommit = marker.Type == ControlType.Commit;
        if (_open.Remove(batch.ProducerId, out var records))
        {
            foreach (var record in records) record.State = isCommit ? "committed" : "aborted";
        }

        if (batch.BaseOffset < Position) return;
        var place = new CommittedRecord(topic, partition, batch.BaseOffset, batch.MaxTimestamp, null, null, []);
        _waiting.Enqueue(
            new LoggedRecord(place, batch.ProducerId, batch.ProducerEpoch, true, isCommit ? "commit" : "abort"));
    }

    private void TakeRecords(RecordBatch batch)
    {
        var reader = new RecordReader(batch);
        while (reader.TryRead(out var record))
        {
            if (record.Offset < Position) continue;
            var copy = new CommittedRecord(
                topic, partition, record.Offset, record.Timestamp, record.HasKey ? record.Key.ToArray() : null,
                record.HasValue ? record.Value.ToArray() : null, Headers(record.Headers));
            var logged = new LoggedRecord(
                copy, batch.ProducerId, batch.ProducerEpoch, batch.IsTransactional, Marker: null);
            _waiting.Enqueue(logged);
            if (!batch.IsTransactional) continue;
            if (!_open.TryGetValue(batch.ProducerId, out var open)) _open.Add(batch.ProducerId, open = []);
            open.Add(logged);
        }
    }

    private static List<RecordHeader> Headers(RecordHeaders headers)
    {
        var copy = new List<RecordHeader>(headers.Count);
        foreach (var header in headers)
            copy.Add(new RecordHeader(
                System.Text.Encoding.UTF8.GetString(header.Name), header.HasValue ? header.Value.ToArray() : null));
        return copy;
    }
}
