using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.EmbeddedKafka.Log;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka;

/// <summary>A setting that is taken does what it says, is refused, or is named as one without effect.</summary>
public sealed class TopicSettingsTests
{
    public static TheoryData<string, int, CompressionType, CompressionType> Codecs
    {
        get
        {
            var data = new TheoryData<string, int, CompressionType, CompressionType>();
            foreach (var sent in Enum.GetValues<CompressionType>())
            {
                data.Add("producer", 0, sent, sent);
                data.Add("uncompressed", 0, sent, CompressionType.None);
                data.Add("gzip", 1, sent, CompressionType.Gzip);
                data.Add("gzip", 9, sent, CompressionType.Gzip);
                data.Add("snappy", 0, sent, CompressionType.Snappy);
                data.Add("lz4", 9, sent, CompressionType.Lz4);
                data.Add("lz4", 17, sent, CompressionType.Lz4);
                data.Add("zstd", -5, sent, CompressionType.Zstd);
                data.Add("zstd", 19, sent, CompressionType.Zstd);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task records_lie_as_compression_type_says_and_are_what_was_sent(
        string type, int level, CompressionType sent, CompressionType stored)
    {
        await using var broker = await CoreForTests.OpenAsync(new LogStorage(), FsyncPolicy.Never);
        var settings = new Dictionary<string, string> { ["compression.type"] = type };
        if (level != 0) settings[$"compression.{type}.level"] = $"{level}";
        Assert.Equal(KafkaError.None, await CreateAsync(broker, settings));
        for (var sequence = 0; sequence < 4; sequence += 2)
        {
            var batch = new RecordBatchBuilder { ProducerId = 5, ProducerEpoch = 0, BaseSequence = sequence, Compression = sent };
            batch.Add(1000 + sequence, "key"u8, new byte[5000]);
            batch.Add(1001 + sequence, null, null, ("header", [1]));
            Assert.Equal(KafkaError.None, await ProduceAsync(broker, batch.Build()));
            Assert.Equal(KafkaError.None, await ProduceAsync(broker, batch.Build())); // once more: it is known
        }

        var log = broker.Core.Topics.FindLog("t", 0)!;
        Assert.Equal(4, log.EndOffset);
        using var read = log.Read(0, 1 << 20, isReadCommitted: false, isOneBatchSure: true);
        var rest = read.Records.Span;
        for (var sequence = 0; RecordBatch.TryTake(ref rest, out var batch); sequence += 2)
        {
            Assert.True(batch.HasValidCrc);
            Assert.Equal((stored, sequence), (batch.Compression, batch.BaseSequence));
            using var records = new RecordReader(batch);
            Assert.True(records.TryRead(out var first));
            Assert.Equal((1000 + sequence, 5000), (first.Timestamp, first.Value.Length));
            Assert.True(records.TryRead(out var second));
            Assert.Equal((false, 1), (second.HasValue, second.Headers.Count));
        }
    }

    [Fact]
    public async Task what_is_too_large_once_it_is_unpacked_is_refused()
    {
        await using var broker = await CoreForTests.OpenAsync(new LogStorage(), FsyncPolicy.Never);
        await CreateAsync(broker, new() { ["compression.type"] = "uncompressed", ["max.message.bytes"] = "2000" });
        var batch = new RecordBatchBuilder { Compression = CompressionType.Gzip };
        batch.Add(1, "k"u8, new byte[5000]);
        Assert.Equal(KafkaError.MessageTooLarge, await ProduceAsync(broker, batch.Build()));
    }

    [Fact]
    public async Task flush_messages_forces_so_many_records_before_the_last_is_acknowledged()
    {
        var disk = new FaultyStorage();
        await using var bench = new LogBench(new LogConfig { FlushMessages = 3 }, storage: disk);
        var before = disk.Flushes;
        for (var i = 1; i <= 7; i++)
        {
            var appended = bench.Good(bench.Plain("v"));
            Assert.Equal(KafkaError.None, await bench.Log.WhenDurableAsync(appended.NextOffset, default));
            Assert.Equal(i, bench.Log.HighWatermark);
            Assert.Equal(i / 3, disk.Flushes - before);
        }

        disk.IsFlushFailing = true;
        bench.Good(bench.Plain("8"));
        var due = bench.Good(bench.Plain("9"));
        Assert.Equal(KafkaError.KafkaStorageError, await bench.Log.WhenDurableAsync(due.NextOffset, default));
        Assert.Equal(8, bench.Log.HighWatermark);
    }

    [Fact]
    public async Task flush_ms_forces_what_has_waited_so_long()
    {
        var disk = new ForgetfulStorage();
        await using var broker = await CoreForTests.OpenAsync(
            disk, FsyncPolicy.Never, folder => new() { DataFolder = folder, FsyncInterval = TimeSpan.FromMilliseconds(20) });
        Assert.Equal(KafkaError.None, await CreateAsync(broker, new() { ["flush.ms"] = "50" }));
        var batch = new RecordBatchBuilder();
        batch.Add(1, "k"u8, "v"u8);
        Assert.Equal(KafkaError.None, await ProduceAsync(broker, batch.Build()));
        var file = Directory.GetFiles(Path.Combine(broker.Folder, "topics"), "*.log", SearchOption.AllDirectories)
            .Single(path => new FileInfo(path).Length > 0);
        await Eventually.True(() => disk.Kept(file) == new FileInfo(file).Length);
    }

    [Fact]
    public async Task max_compaction_lag_ms_has_a_log_compacted_that_is_nearly_clean_and_silent()
    {
        await using var bench = new LogBench(new LogConfig
        {
            IsCompacted = true, IsDeleted = false, MinCleanableRatio = 1, MaxCompactionLagMs = 60_000,
        });
        for (var i = 0; i < 3; i++)
        {
            var batch = new RecordBatchBuilder();
            batch.Add(bench.Time.Milliseconds, "k"u8, [(byte)i]);
            bench.Good(batch.Build());
        }

        Assert.False(await bench.Log.CompactIfDueAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.True(await bench.Log.CompactIfDueAsync());
        Assert.Single(bench.Read());
        Assert.False(await bench.Log.CompactIfDueAsync());
    }

    [Theory]
    [InlineData("remote.storage.enable", "true")]
    [InlineData("min.compaction.lag.ms", "9223372036854775807", "max.compaction.lag.ms", "5")]
    public async Task what_is_not_done_and_what_contradicts_itself_is_refused_however_it_is_set(params string[] words)
    {
        await using var broker = await CoreForTests.OpenAsync(new LogStorage(), FsyncPolicy.Never);
        var settings = words.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(KafkaError.InvalidConfig, await CreateAsync(broker, settings));
        Assert.Equal(KafkaError.None, await CreateAsync(broker, []));
        var altered = await broker.AskAsync<AlterConfigsRequest, AlterConfigsResponse>(new()
        {
            Resources =
            [
                new()
                {
                    ResourceType = 2,
                    ResourceName = "t",
                    Configs = [.. settings.Select(s => new AlterConfigsRequest.AlterableConfig { Name = s.Key, Value = s.Value })],
                },
            ],
        });
        Assert.Equal(KafkaError.InvalidConfig, altered.Responses[0].ErrorCode);
        Assert.NotNull(altered.Responses[0].ErrorMessage);
        var incremental = await broker.AskAsync<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(new()
        {
            Resources =
            [
                new()
                {
                    ResourceType = 2,
                    ResourceName = "t",
                    Configs =
                    [
                        .. settings.Select(
                            s => new IncrementalAlterConfigsRequest.AlterableConfig { Name = s.Key, Value = s.Value }),
                    ],
                },
            ],
        });
        Assert.Equal(KafkaError.InvalidConfig, incremental.Responses[0].ErrorCode);
    }

    [Fact]
    public void the_page_names_exactly_the_settings_that_have_no_effect()
    {
        var row = SourceTree.Lines("docs/embedded-kafka.md").Single(line => line.StartsWith("| settings without effect |"));
        var named = row.Split('`').Where((_, i) => i % 2 == 1);
        Assert.Equal(
            TopicSettings.All.Where(setting => setting.IsWithoutEffect).Select(setting => setting.Name), named.Order(StringComparer.Ordinal));
    }

    private static async Task<KafkaError> CreateAsync(CoreForTests broker, Dictionary<string, string> settings)
    {
        var made = await broker.AskAsync<CreateTopicsRequest, CreateTopicsResponse>(new()
        {
            TimeoutMs = 1000,
            Topics =
            [
                new()
                {
                    Name = "t",
                    NumPartitions = 1,
                    ReplicationFactor = 1,
                    Configs = [.. settings.Select(s => new CreateTopicsRequest.CreatableTopicConfig { Name = s.Key, Value = s.Value })],
                },
            ],
        });
        return made.Topics[0].ErrorCode;
    }

    private static async Task<KafkaError> ProduceAsync(CoreForTests broker, byte[] batch)
    {
        var answer = await broker.AskAsync<ProduceRequest, ProduceResponse>(new()
        {
            Acks = -1,
            TimeoutMs = 1000,
            TopicData = [new() { Name = "t", PartitionData = [new() { Index = 0, Records = batch }] }],
        });
        return answer.Responses[0].PartitionResponses[0].ErrorCode;
    }
}
