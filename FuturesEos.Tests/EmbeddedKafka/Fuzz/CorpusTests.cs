using System.Text;
using System.Text.RegularExpressions;
using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Fuzz;

/// <summary>
/// With EOS_WRITE=1 the corpus gets an input for each thing that random ones reach: a sentence with which a connection is
/// closed, a set of errors in an answer, a verdict on a batch. Of several inputs the shortest is kept.
/// </summary>
public sealed partial class CorpusTests(ITestOutputHelper output)
{
    private const int Requests = 40_000;
    private const int Batches = 100_000;
    private const int BytesMost = 300;
    private const int CorpusBytesMost = 64 << 10;

    private readonly Dictionary<string, byte[]> _found = [];

    [Fact]
    public void the_corpus_is_small() => Assert.InRange(
        Corpus.Requests.Concat(Corpus.Batches).Sum(input => input.Bytes.Length), 1000, CorpusBytesMost);

    [Fact]
    [Trait("Category", "Long")]
    public async Task what_reaches_something_new_is_kept()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("EOS_WRITE") == "1", "EOS_WRITE=1 makes it collect inputs");
        await CollectRequestsAsync();
        CollectBatches();
        foreach (var (name, bytes) in _found)
        {
            var file = new FileInfo(Path.Combine(Corpus.Folder, name));
            if (!file.Exists || file.Length > bytes.Length) await File.WriteAllBytesAsync(file.FullName, bytes);
        }

        output.WriteLine($"{_found.Count} inputs, {_found.Values.Sum(bytes => bytes.Length)} bytes");
    }

    private async Task CollectRequestsAsync()
    {
        using var folder = new TemporaryFolder("corpus");
        var log = new LogCapture(LogLevel.Warning);
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using var broker = await EmbeddedKafkaHost.StartAsync(
            new() { DataFolder = folder.Path, MaxPartitions = 200, GroupMinSessionTimeout = TimeSpan.FromMilliseconds(100) }, loggers);
        await HostileClient.PrepareAsync(broker.BootstrapServers);
        var seen = new ValuesSeen();
        using var client = new HostileClient(broker.BootstrapServers, seen);
        var random = new Random(1);
        for (var i = 0; i < Requests; i++)
        {
            var request = NastyRequest.New(random, seen);
            if (random.Next(3) == 0) request = [.. request[..8], .. Mutation.Of(request[8..], random)];
            var lines = log.Lines.Count;
            var (errors, port) = await client.SendAsync([request]);
            if (errors is null && await Eventually.Happens(() => Task.FromResult(Reason() is not null), Deadline.InSeconds(0.2)))
                errors = Reason();
            if (NastyRequest.HeaderOf(request) is { } header && errors is not null && request.Length <= BytesMost)
                Keep($"{header.Key}", errors, request, Corpus.Request);

            string? Reason() => log.Lines.Skip(lines).FirstOrDefault(l => l.Contains($":{port}: "))?.Split($":{port}: ")[1];
        }
    }

    private void CollectBatches()
    {
        var config = new LogConfig();
        for (var seed = 0; seed < Batches; seed++)
        {
            var random = new Random(seed);
            var batch = NastyBatch.Of(random);
            if (random.Next(2) == 0) batch = Mutation.Of(batch, random);
            if (batch.Length > BytesMost) continue;
            var verdict = BatchValidator.Check(batch, config, AppendOrigin.Client, 1_700_000_000_000);
            var shape = verdict.Error != KafkaError.None || batch.Length < RecordBatch.HeaderSize ? ""
                : $"{new RecordBatch(batch).Attributes} {new RecordBatch(batch).RecordCount}";
            Keep($"{verdict.Error}", verdict.Reason + shape, batch, Corpus.Batch);
        }
    }

    private void Keep(string what, string outcome, byte[] bytes, string extension)
    {
        var reached = Crc32C.Of(Encoding.UTF8.GetBytes(Numbers().Replace(outcome, "N")));
        var name = $"{what}-{reached:x8}{extension}";
        if (!_found.TryGetValue(name, out var kept) || kept.Length > bytes.Length) _found[name] = bytes;
    }

    [GeneratedRegex(@"\d+|'[^']*'")]
    private static partial Regex Numbers();
}
