using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

/// <summary>A pipeline at rest that has something to show in every stage, for the tests of one class.</summary>
public sealed class FilledPipeline : IAsyncLifetime
{
    /// <summary>Of a signal that became a dead letter: it is not ASCII.</summary>
    public const string Key = "ключ €";

    private readonly TemporaryFolder _folder = new();
    private UpProgram? _up;

    public string Folder => _folder.Path;

    public async ValueTask InitializeAsync()
    {
        var up = _up = await UpProgram.StartAsync(Folder, "--rate", "0");
        var (code, _, talk) = await EosProgram.RunAsync(Deadline.InSeconds(60), "burst", "400", "--data", Folder);
        Assert.True(code == 0, talk);
        using var producer = new ProducerBuilder<string, string>(
            new ProducerConfig { BootstrapServers = up.RunFile.BootstrapServers }).Build();
        await producer.ProduceAsync(
            Topics.Signals(Timeframe.OneMinute), new Message<string, string> { Key = Key, Value = "{}" });
        await Eventually.True(async () =>
        {
            var (verified, _, _) = await EosProgram.RunAsync(
                Deadline.InSeconds(60), "verify", "--wait", "30s", "--data", Folder);
            var (_, letters, _) = await EosProgram.RunAsync("dlq", "list", "--json", "--data", Folder);
            return verified == 0 && letters.Contains("place");
        }, Deadline.InSeconds(90));
    }

    public async ValueTask DisposeAsync()
    {
        if (_up is not null) await _up.DisposeAsync();
        _folder.Dispose();
    }
}
