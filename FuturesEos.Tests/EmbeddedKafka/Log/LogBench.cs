using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>One log in a folder of its own, with short words for what tests do to it.</summary>
internal sealed class LogBench : IAsyncDisposable
{
    private readonly LogFolder _folder = new();

    public LogBench(
        LogConfig? config = null,
        FsyncPolicy fsync = FsyncPolicy.Never,
        LogStorage? storage = null,
        TaskScheduler? background = null)
    {
        Environment = new LogEnvironment(Time, NullLogger.Instance)
        {
            Fsync = fsync,
            Storage = storage ?? new LogStorage(),
            Background = background ?? TaskScheduler.Default,
        };
        Log = PartitionLog.Open(Partition, Folder, config ?? new LogConfig(), Environment);
    }

    public static TopicPartition Partition { get; } = new("topic", 0);

    public ManualTime Time { get; } = new();

    public LogEnvironment Environment { get; }

    public string Folder => _folder.Path;

    public PartitionLog Log { get; private set; }

    public static ControlRecord Commit { get; } = new(ControlType.Commit, 0);

    public static ControlRecord Abort { get; } = new(ControlType.Abort, 0);

    /// <summary>A batch without producer id.</summary>
    public byte[] Plain(params string[] values) => Fill(new RecordBatchBuilder(), values);

    public byte[] Idempotent(long producerId, short epoch, int sequence, params string[] values) =>
        Fill(new RecordBatchBuilder { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence }, values);

    public byte[] Transactional(long producerId, short epoch, int sequence, params string[] values) =>
        Fill(
            new RecordBatchBuilder { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = true },
            values);

    public AppendResult Good(byte[] batch, AppendOrigin origin = AppendOrigin.Client)
    {
        var result = Log.Append(batch, origin);
        Assert.Equal(KafkaError.None, result.Error);
        return result;
    }

    public void Refused(KafkaError error, byte[] batch, AppendOrigin origin = AppendOrigin.Client)
    {
        var (end, stable) = (Log.EndOffset, Log.LastStableOffset);
        Assert.Equal(error, Log.Append(batch, origin).Error);
        Assert.Equal((end, stable), (Log.EndOffset, Log.LastStableOffset));
    }

    /// <summary>Registers and appends in one.</summary>
    public AppendResult InTransaction(long producerId, short epoch, int sequence, params string[] values)
    {
        Log.RegisterTransaction(producerId, epoch);
        return Good(Transactional(producerId, epoch, sequence, values));
    }

    /// <summary>Offsets and values of everything a reader gets from <paramref name="offset"/>, as a client filters it.</summary>
    public List<(long Offset, string Value)> Read(long offset = 0, bool isReadCommitted = false, int maxBytes = 1 << 20) =>
        Values(Log, offset, isReadCommitted, maxBytes);

    public static List<(long Offset, string Value)> Values(PartitionLog log, long offset, bool isReadCommitted, int maxBytes)
    {
        var values = new List<(long, string)>();
        while (true)
        {
            using var read = log.Read(offset, maxBytes, isReadCommitted, isOneBatchSure: true);
            Assert.Equal(KafkaError.None, read.Error);
            if (read.Records.IsEmpty)
                return values;
            offset = ClientFilter.Take(read, offset, values);
        }
    }

    /// <summary>Closes the log cleanly and opens it again.</summary>
    public async Task RestartAsync()
    {
        await Log.DisposeAsync();
        Log = PartitionLog.Open(Partition, Folder, Log.Config, Environment);
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        _folder.Dispose();
    }

    private byte[] Fill(RecordBatchBuilder builder, string[] values)
    {
        foreach (var value in values)
            builder.Add(Time.Milliseconds, null, System.Text.Encoding.UTF8.GetBytes(value));
        return builder.Build();
    }
}
